/**
 * npm run bench -- kernels [--json]
 * The forms of attention and of linear layers that the engine chooses from, at the sizes of models/mini and of the published
 * checkpoint. All forms of a size alternate; the table has the least and the median milliseconds, and GFLOPS by the least.
 */
import { parseArgs } from 'node:util';
import {
  argument,
  attention,
  buildGraph,
  compile,
  constant,
  type Linear,
  linear,
  linearInt8,
  linearInt8Rows,
  type Session,
  type Tensors,
  tensor,
  tiledAttention,
} from '../kernels/index.ts';
import { median } from './figures.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});

/** Enough for the least to settle; large sizes take seconds a run. */
const BUDGET_MS = 4_000;
const ROUNDS = 40;

interface Figure {
  what: string;
  form: string;
  leastMs: number;
  medianMs: number;
  gflops: number;
}

interface Contestant {
  form: string;
  session: Session;
}

/** Numbers without a pattern that a cache or a branch could learn, the same in every run. */
function noise(shape: readonly number[]) {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  return tensor('float32', shape, Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, next));
}

async function contest(
  what: string,
  operations: number,
  contestants: readonly Contestant[],
  inputs: Tensors,
): Promise<Figure[]> {
  const times: number[][] = contestants.map(() => []);
  const until = performance.now() + BUDGET_MS * contestants.length;
  for (let round = -1; round < ROUNDS && (round < 3 || performance.now() < until); round++)
    for (const [i, { session }] of contestants.entries()) {
      const from = performance.now();
      await session.run(inputs);
      if (round >= 0) times[i]!.push(performance.now() - from);
    }
  for (const { session } of contestants) await session.dispose();
  return contestants.map(({ form }, i) => {
    const leastMs = Math.min(...times[i]!);
    return { what, form, leastMs, medianMs: median(times[i]!), gflops: operations / leastMs / 1e6 };
  });
}

async function attentions(heads: number, rows: number, keys: number, width: number): Promise<Figure[]> {
  const [q, k, v] = [
    argument('q', 'float32', [heads, rows, width]),
    argument('k', 'float32', [heads, keys, width]),
    argument('v', 'float32', [heads, keys, width]),
  ] as const;
  const forms = { 'products and softmax': attention, 'in tiles': tiledAttention };
  const contestants: Contestant[] = [];
  for (const [form, attend] of Object.entries(forms))
    contestants.push({
      form,
      session: await compile(buildGraph({ name: 'attention', outputs: { out: attend(q, k, v) } })),
    });
  const inputs = {
    q: noise([heads, rows, width]),
    k: noise([heads, keys, width]),
    v: noise([heads, keys, width]),
  };
  const what = `attention, ${heads} heads, ${rows} rows, ${keys} keys of ${width}`;
  return contest(what, 4 * heads * rows * keys * width, contestants, inputs);
}

async function linears(rows: number, from: number, to: number): Promise<Figure[]> {
  const x = argument('x', 'float32', [rows, from]);
  const weight = constant(noise([to, from]).data, { shape: [to, from] });
  const forms: Record<string, Linear> = {
    fp32: linear,
    'int8, all of x at once': linearInt8,
    'int8, row by row': linearInt8Rows,
  };
  const contestants: Contestant[] = [];
  for (const [form, product] of Object.entries(forms))
    contestants.push({
      form,
      session: await compile(buildGraph({ name: 'linear', outputs: { out: product(x, weight) } })),
    });
  return contest(`linear, ${rows} rows, ${from} to ${to}`, 2 * rows * from * to, contestants, {
    x: noise([rows, from]),
  });
}

const figures = [
  // models/mini: the DiT without and with three references; its widest layer; one row and eight of the language model.
  ...(await attentions(4, 258, 258, 64)),
  ...(await attentions(4, 258, 1026, 64)),
  ...(await linears(258, 256, 1024)),
  // Rows of both branches of guidance in one forward pass.
  ...(await linears(516, 256, 1024)),
  ...(await linears(1, 256, 1536)),
  ...(await linears(8, 256, 1536)),
  // The published widths, 1024 px: 4 of 32 heads without and with one reference; a layer of the DiT, one of the language model.
  ...(await attentions(4, 4098, 4098, 128)),
  ...(await attentions(4, 4098, 8194, 128)),
  ...(await linears(1024, 4096, 4096)),
  ...(await linears(1, 4096, 4096)),
];
if (values.json) console.log(JSON.stringify(figures, null, 2));
else
  for (const { what, form, leastMs, medianMs, gflops } of figures)
    console.log(
      `${what.padEnd(50)} ${form.padEnd(22)} ${leastMs.toFixed(2).padStart(9)} ${medianMs.toFixed(2).padStart(9)} ms ${gflops.toFixed(0).padStart(5)} GFLOPS`,
    );
process.exit(0);
