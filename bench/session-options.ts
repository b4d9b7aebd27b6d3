/**
 * node bench/session-options.ts [MODEL_DIR]: threads and spinning for the graphs that run most.
 * All choices alternate round by round; medians over rounds in ms. The best choice belongs in the defaults of `compile`.
 */
import { openCheckpoint } from '../engine/model/checkpoint.ts';
import { partsOf } from '../engine/model/model-runner.ts';
import {
  type CompileOptions,
  compile,
  dimEvaluate,
  type Graph,
  type Tensors,
  tensor,
} from '../kernels/index.ts';
import { median } from './figures.ts';

const ROUNDS = 7;
const RUNS = 4;
const CHOICES: CompileOptions[] = [1, 2].flatMap((threads) =>
  [0, 20, 200].map((spinUs) => ({ device: 'cpu', threads, spinUs })),
);

/** Zeros of the shapes that the graph asks for, its symbols given. */
function inputsOf(graph: Graph, sizes: Record<string, number>): Tensors {
  const known = new Map(Object.entries(sizes));
  return Object.fromEntries(
    graph.inputs.map(({ name, dtype, shape }) => [
      name,
      tensor(
        dtype,
        shape.map((dim) => dimEvaluate(dim, known)!),
      ),
    ]),
  );
}

async function measure(title: string, graph: Graph, sizes: Record<string, number>): Promise<void> {
  const inputs = inputsOf(graph, sizes);
  const sessions = await Promise.all(CHOICES.map((choice) => compile(graph, choice)));
  const times: number[][] = CHOICES.map(() => []);
  for (let round = -1; round < ROUNDS; round++)
    for (const [i, session] of sessions.entries()) {
      await session.run(inputs);
      const from = performance.now();
      for (let run = 0; run < RUNS; run++) await session.run(inputs);
      if (round >= 0) times[i]!.push((performance.now() - from) / RUNS);
    }
  console.log(title);
  for (const [i, { threads, spinUs }] of CHOICES.entries())
    console.log(`  ${threads} threads, spinning ${spinUs} us  ${median(times[i]!).toFixed(2)} ms`);
  for (const session of sessions) await session.dispose();
}

const checkpoint = openCheckpoint(process.argv[2] ?? 'models/mini');
const parts = partsOf(checkpoint);
const [language, transformer, vaeDecode] = (['language', 'transformer', 'vaeDecode'] as const).map(
  (name) => parts[name][0]!.graph,
) as [Graph, Graph, Graph];
await measure('one prior token, 384 keys', language, { seq: 1, wanted: 1, blocks: 3 });
await measure('eight prior tokens, 384 keys', language, { seq: 8, wanted: 8, blocks: 3 });
await measure('DiT, 256 cells, no reference', transformer, { n: 256, text: 2, ref: 0 });
await measure('DiT, 256 cells, three references', transformer, { n: 256, text: 2, ref: 768 });
await measure('pixels of 256 x 256', vaeDecode, { height: 32, width: 32 });
