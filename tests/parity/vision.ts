/** Parity of the vision tower and the semantic quantiser. */

import { visionValues } from '../../engine/model/graphs.ts';
import { positionCorners, positionEmbedding } from '../../engine/model/models/vision.ts';
import { type Grid, upsampleIds } from '../../engine/request/sizes.ts';
import { argument, tensor } from '../../kernels/index.ts';
import { same } from './check.ts';
import type { CaseRunner, ParityContext } from './context.ts';
import type { Golden } from './goldens.ts';

function cornerTensors(height: number, width: number, tableSide: number) {
  const corners = positionCorners({ height, width }, tableSide);
  return {
    cornerRows: tensor('int32', [height * width, 4], corners.rows),
    cornerWeights: tensor('float32', [height * width, 4], corners.weights),
  };
}

export const visionPositions: CaseRunner = async (context, entry) => {
  const { checkpoint, goldens } = context;
  const { vision_config: config } = checkpoint.config.visionLanguage;
  const session = await context.session('positions', () => ({
    positions: positionEmbedding(config, checkpoint.visionLanguage.scope('model.visual'), {
      rows: argument('cornerRows', 'int32', ['n', 4]),
      weights: argument('cornerWeights', 'float32', ['n', 4]),
    }),
  }));
  const tensors = goldens.tensors(entry);
  const checks = tensors.outputNames().map(async (name) => {
    const [height, width] = name.replace('pos_', '').split('x').map(Number) as [number, number];
    const { positions } = await session.run(
      cornerTensors(height, width, config.image_size / config.patch_size),
    );
    return context.close(entry, name, positions!.data as Float32Array, tensors.output(name));
  });
  return Promise.all(checks);
};

export const visionTower: CaseRunner = async (context, entry) => {
  const { checkpoint, goldens } = context;
  const { vision_config: config } = checkpoint.config.visionLanguage;
  const session = await context.session('vision', () => {
    const values = visionValues(checkpoint);
    const blocks = Object.fromEntries(values.blocks.map((block, i) => [`block_${i}`, block]));
    return { embed: values.embed, ...blocks, quant_conv: values.projected, ids: values.ids };
  });
  const tensors = goldens.tensors(entry);
  const [height, width] = Array.from(tensors.input('grid').data) as [number, number];
  const { ids, ...floats } = await session.run({
    patches: tensors.input('vit_patches'),
    ...cornerTensors(height, width, config.image_size / config.patch_size),
  });
  const numbers = Array.from(ids!.data as BigInt64Array, Number);
  return [
    ...Object.entries(floats).map(([name, got]) =>
      context.close(entry, name, got.data as Float32Array, tensors.output(name)),
    ),
    same('ids', numbers, Array.from(tensors.output('ids').data)),
    same(
      'ids_up2',
      Array.from(upsampleIds(numbers, { height, width })),
      Array.from(tensors.output('ids_up2').data),
    ),
  ];
};

/** Semantic ids of several references whose patches are stored one after the other. */
export async function semanticIdsOf(
  context: ParityContext,
  patches: Golden,
  grids: readonly Grid[],
): Promise<number[]> {
  const { checkpoint } = context;
  const { vision_config: config } = checkpoint.config.visionLanguage;
  const session = await context.session('semanticIds', () => ({ ids: visionValues(checkpoint).ids }));
  const width = patches.shape[1]!;
  const all: number[] = [];
  let from = 0;
  for (const grid of grids) {
    const count = grid.height * grid.width;
    const { ids } = await session.run({
      patches: tensor(
        'float32',
        [count, width],
        patches.data.slice(from * width, (from + count) * width) as Float32Array,
      ),
      ...cornerTensors(grid.height, grid.width, config.image_size / config.patch_size),
    });
    all.push(...Array.from(ids!.data as BigInt64Array, Number));
    from += count;
  }
  return all;
}
