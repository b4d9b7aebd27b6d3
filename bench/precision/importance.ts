/** What errors of each input of a linear layer of the language model count: the mean square of what comes in, over a few prompts. */

import type { Checkpoint } from '../../engine/model/checkpoint.ts';
import { cacheName, languageValues } from '../../engine/model/graphs.ts';
import { KVCache } from '../../engine/model/kv-cache.ts';
import { layerName } from '../../engine/model/prepared/prepared-weights.ts';
import { languageRotary } from '../../engine/model/rotary.ts';
import { attentionMask, type Positions, Sequence, slotMapping } from '../../engine/model/sequence.ts';
import {
  buildGraph,
  compile,
  KEY_BLOCK,
  type Linear,
  linear,
  op,
  tensor,
  type Value,
} from '../../kernels/index.ts';

/** Tokens with their positions. */
export interface Tokens {
  ids: readonly number[];
  positions: Positions;
}

/** Mean squares by layer name, of sequences of tokens in full precision. */
export async function importanceOf(
  checkpoint: Checkpoint,
  sequences: readonly Tokens[],
): Promise<Map<string, Float32Array>> {
  const inputs = new Map<string, Value>();
  const recording: Linear = (x, weight, bias) => {
    inputs.set(layerName(weight), x);
    return linear(x, weight, bias);
  };
  languageValues(checkpoint, recording);
  const names = [...inputs.keys()];
  const squares = names.map((name, i) => {
    const x = inputs.get(name)!;
    return [`sum.${i}`, op.reduceSum(op.mul(x, x), { axes: [0], keepDims: false })] as const;
  });
  const graph = buildGraph({ name: 'importance', outputs: Object.fromEntries(squares) });
  const session = await compile(graph, { device: 'cpu' });
  const sums = new Map<string, Float32Array>();
  const config = checkpoint.config.visionLanguage.text_config;
  for (const { ids, positions } of sequences) {
    const kvCache = new KVCache(config);
    const sequence = new Sequence(kvCache);
    const slots = sequence.nextSlots(ids.length);
    const blocks = kvCache.blocksInUse;
    const given = {
      ids: tensor('int32', [ids.length], Int32Array.from(ids)),
      ...languageRotary(config, [positions]),
      mask: tensor('float32', [ids.length, KEY_BLOCK * blocks], attentionMask([{ sequence, slots }], blocks)),
      slots: slotMapping(slots, config.num_key_value_heads),
      wanted: tensor('int32', [1], [ids.length - 1]),
      ...kvCache.tensors(cacheName),
    };
    const known = new Set(graph.inputs.map(({ name }) => name));
    const out = await session.run(
      Object.fromEntries(Object.entries(given).filter(([name]) => known.has(name))),
    );
    for (const [i, name] of names.entries()) {
      const added = out[`sum.${i}`]!.data as Float32Array;
      const before = sums.get(name);
      sums.set(name, before ? before.map((value, at) => value + added[at]!) : Float32Array.from(added));
    }
  }
  await session.dispose();
  return sums;
}
