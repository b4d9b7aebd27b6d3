/**
 * npm run bench -- wide --model DIR [--precision int4] [--size 512x512] [--steps 2] [--guidance 1.5] [--memory 22] [--no-edit] [--json]
 * One picture from text and one edit of it, by a checkpoint of the published widths: time and peak memory of making its weights ready, of
 * a start with ready weights, and of each stage. `npm run synth` makes such a checkpoint.
 */
import { parseArgs } from 'node:util';
import { type Engine, type EngineEvent, type GenerationRequest, loadEngine } from '../../engine/index.ts';
import { type MemoryPeak, MemoryWatch } from './memory-watch.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string' },
    precision: { type: 'string', default: 'int4' },
    size: { type: 'string', default: '512x512' },
    steps: { type: 'string', default: '2' },
    guidance: { type: 'string', default: '1.5' },
    prompt: { type: 'string', default: 'a red ball beside a sign "open"' },
    memory: { type: 'string' },
    'prepared-dir': { type: 'string' },
    'no-edit': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
if (!values.model) {
  console.error('Name a checkpoint: npm run bench -- wide --model DIR (npm run synth makes one)');
  process.exit(2);
}

const GIB = 2 ** 30;
const seconds = (ms: number) => Math.round(ms / 100) / 10;
const gib = ({ anonymousBytes, residentBytes }: MemoryPeak) => ({
  anonymousGiB: Number((anonymousBytes / GIB).toFixed(2)),
  peakGiB: Number((residentBytes / GIB).toFixed(2)),
});
const say = (what: string, facts: object) => {
  if (!values.json) console.log(what.padEnd(10), JSON.stringify(facts));
};

const memory = new MemoryWatch();
const options = {
  modelDir: values.model,
  device: 'cpu',
  precision: values.precision,
  preparedDir: values['prepared-dir'],
  memoryBytes: values.memory ? Number(values.memory) * GIB : undefined,
} as const;

/** Starts an engine; the first time its weights are made ready. */
async function start(what: string): Promise<{ engine: Engine; facts: object }> {
  const from = performance.now();
  let shown = 0;
  const engine = await loadEngine(options, {
    onProgress: ({ doneBytes, totalBytes }) => {
      if (performance.now() < shown) return;
      shown = performance.now() + 10_000;
      if (!values.json) console.error(`${((100 * doneBytes) / totalBytes).toFixed(0)} % made ready`);
    },
  });
  const facts = { seconds: seconds(performance.now() - from), ...gib(memory.take()) };
  say(what, facts);
  return { engine, facts };
}

/** Runs a request: its seconds and most memory by stage, the runs of each graph, its picture. */
async function run(engine: Engine, request: GenerationRequest) {
  const stages: Record<string, { seconds: number; anonymousGiB: number; peakGiB: number }> = {};
  const graphs: Record<string, { count: number; secondsEach: number }> = {};
  let png: Uint8Array | undefined;
  let before = performance.now();
  for await (const event of engine.generate(request)) {
    const now = performance.now();
    if (event.type === 'stage') {
      const known = stages[event.stage] ?? { seconds: 0, anonymousGiB: 0, peakGiB: 0 };
      const peak = gib(memory.take());
      stages[event.stage] = {
        seconds: known.seconds + (now - before) / 1000,
        anonymousGiB: Math.max(known.anonymousGiB, peak.anonymousGiB),
        peakGiB: Math.max(known.peakGiB, peak.peakGiB),
      };
      before = now;
      if (!values.json && event.total > 0) console.error(`${event.stage} ${event.done}/${event.total}`);
    }
    if (event.type === 'picture') png = event.png;
    if (event.type === 'done') Object.assign(graphs, graphTimes(event));
  }
  for (const stage of Object.values(stages)) stage.seconds = Math.round(stage.seconds * 10) / 10;
  return { stages, graphs, png: png! };
}

const graphTimes = ({ runs }: Extract<EngineEvent, { type: 'done' }>) =>
  Object.fromEntries(
    Object.entries(runs).map(([name, { count, ms }]) => [name, { count, secondsEach: seconds(ms / count) }]),
  );

const [widthPx, heightPx] = values.size.split('x').map(Number) as [number, number];
const request: GenerationRequest = {
  ...{ prompt: values.prompt, widthPx, heightPx, steps: Number(values.steps), seed: 7 },
  ...{ guidanceScale: Number(values.guidance), count: 1, layout: 'separate' },
};

const first = await start('first');
await first.engine.close();
memory.take();
const { engine, facts: ready } = await start('ready');
const fromText = await run(engine, request);
say('text', { stages: fromText.stages, graphs: fromText.graphs });
const edit = values['no-edit'] ? undefined : await run(engine, { ...request, references: [fromText.png] });
if (edit) say('edit', { stages: edit.stages, graphs: edit.graphs });
await engine.close();
await memory.close();
const peakGiB = Math.max(
  ...[fromText, edit].flatMap((each) => Object.values(each?.stages ?? {}).map((stage) => stage.peakGiB)),
);
const { png: _, ...text } = fromText;
const { png: __, ...edited } = edit ?? { png: undefined };
if (values.json)
  console.log(JSON.stringify({ full: { peakGiB, first: first.facts, ready, text, edit: edited } }, null, 2));
process.exit(0);
