/**
 * How long a picture will take on this machine, before a weight is read: the rates of the forms of linear layers that a checkpoint uses,
 * measured for two seconds, over the operations that its sizes ask for. On the CPU; what lies outside of products is not counted.
 */
import {
  argument,
  blockLinear,
  blockOf,
  buildGraph,
  columnLinear,
  compile,
  constant,
  linear,
  type Tensor,
  tensor,
  type Value,
} from '../../kernels/index.ts';
import { type Checkpoint, openCheckpoint } from '../model/checkpoint.ts';
import type { CheckpointConfig } from '../model/config.ts';
import { PRECISIONS, type Precision } from '../request/request.ts';
import { DIT_ROWS, LATENT_PX, TOKEN_PX } from '../request/sizes.ts';

/** What is to be drawn. */
export interface OutlookRequest {
  widthPx: number;
  heightPx: number;
  steps: number;
  guidanceScale: number;
}

/** Seconds of each stage, in a precision. */
export interface Outlook {
  precision: Precision;
  /** Of one prior token, sampled alone. */
  tokenSeconds: number;
  priorSeconds: number;
  stepSeconds: number;
  denoiseSeconds: number;
  vaeSeconds: number;
}

/** Multiplications and additions a second of a form, for one row and for many. */
interface Rate {
  one: number;
  many: number;
}

const SIDE = 2048;
const MANY_ROWS = 256;
const PROBE_MS = 250;
/** Tokens of a prompt, about. */
const PROMPT_TOKENS = 100;

/** Times by stage for each precision. Throws `bad_checkpoint`. */
export async function outlooks(modelDir: string, request: OutlookRequest): Promise<Outlook[]> {
  const checkpoint = openCheckpoint(modelDir);
  const full = await rateOf((x) => linear(x, constant(noise(SIDE * SIDE), { shape: [SIDE, SIDE] })));
  const columns = await rateOf((x) => {
    const codes = Int8Array.from({ length: SIDE * SIDE }, (_, i) => ((i * 7919) % 255) - 127);
    const scales = new Float32Array(SIDE).fill(1e-3);
    return columnLinear(x, {
      codes: constant(codes, { dtype: 'int8', shape: [SIDE, SIDE] }),
      scales: constant(scales),
    });
  });
  const blocks = { int8: await blockRate(8), int4: await blockRate(4) };
  return PRECISIONS.map((precision) =>
    outlookOf(checkpoint, request, {
      ...{ precision, full },
      language: precision === 'fp32' ? full : blocks[precision],
      dit: precision === 'fp32' ? full : columns,
    }),
  );
}

function outlookOf(
  { config, visionLanguage, transformer }: Checkpoint,
  { widthPx, heightPx, steps, guidanceScale }: OutlookRequest,
  { precision, full, language, dit }: { precision: Precision; full: Rate; language: Rate; dit: Rate },
): Outlook {
  const tokens = (widthPx / TOKEN_PX) * (heightPx / TOKEN_PX);
  const tokenOperations = 2 * visionLanguage.parametersUnder('model.language_model.layers');
  const tokenSeconds = tokenOperations / language.one;
  const rows = tokens * DIT_ROWS;
  const blocks = transformer.parametersUnder('transformer_blocks') - modulationParameters(config);
  const { num_layers: layers, num_attention_heads: heads, attention_head_dim: width } = config.transformer;
  const attention = 4 * layers * heads * width * rows * rows;
  const branches = guidanceScale > 1 ? 2 : 1;
  const stepSeconds = branches * ((2 * blocks * rows) / dit.many + attention / full.many);
  return {
    ...{ precision, tokenSeconds, stepSeconds },
    priorSeconds:
      (tokens + config.previewCells) * tokenSeconds + (PROMPT_TOKENS * tokenOperations) / language.many,
    denoiseSeconds: steps * stepSeconds,
    vaeSeconds: vaeOperations(config, widthPx * heightPx) / full.many,
  };
}

const modulationParameters = ({ transformer }: CheckpointConfig): number => {
  const inner = transformer.num_attention_heads * transformer.attention_head_dim;
  return transformer.num_layers * 12 * inner * (transformer.time_embed_dim + 1);
};

/** Operations of decoding a picture: its 3 x 3 convolutions. */
function vaeOperations({ vae }: CheckpointConfig, pixels: number): number {
  const widths = [...vae.block_out_channels].reverse();
  let area = pixels / LATENT_PX ** 2;
  let products = area * 2 * 2 * widths[0]! ** 2;
  for (const [i, width] of widths.entries()) {
    const before = widths[Math.max(0, i - 1)]!;
    products += area * (before * width + (2 * vae.layers_per_block + 1) * width ** 2);
    if (i === widths.length - 1) continue;
    area *= 4;
    products += area * width ** 2;
  }
  return 2 * 9 * products;
}

function blockRate(bits: 4 | 8): Promise<Rate> {
  const block = blockOf(SIDE, bits)!;
  const shape = [SIDE, SIDE / block, (block * bits) / 8];
  const codes = Uint8Array.from({ length: (SIDE * SIDE * bits) / 8 }, (_, i) => (i * 7919) % 256);
  const scales = new Float32Array((SIDE * SIDE) / block).fill(1e-3);
  return rateOf((x) =>
    blockLinear(x, {
      codes: constant(codes, { dtype: 'uint8', shape }),
      scales: constant(scales, { shape: shape.slice(0, 2) }),
      bits,
    }),
  );
}

/** Several layers, so that their weights do not stay in the processor's caches. */
const LAYERS = 6;

async function rateOf(layer: (x: Value) => Value): Promise<Rate> {
  let value: Value = argument('x', 'float32', ['n', SIDE]);
  for (let i = 0; i < LAYERS; i++) value = layer(value);
  const session = await compile(buildGraph({ name: 'probe', outputs: { y: value } }), { device: 'cpu' });
  const rate = async (rows: number) => {
    const x: Tensor = tensor('float32', [rows, SIDE], noise(rows * SIDE));
    let least = Infinity;
    const until = performance.now() + PROBE_MS;
    do {
      const from = performance.now();
      await session.run({ x });
      least = Math.min(least, performance.now() - from);
    } while (performance.now() < until);
    return (2 * rows * SIDE * SIDE * LAYERS * 1000) / least;
  };
  try {
    return { one: await rate(1), many: await rate(MANY_ROWS) };
  } finally {
    await session.dispose();
  }
}

const noise = (count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => ((i * 7919) % 1009) / 1009 - 0.5);
