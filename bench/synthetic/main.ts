/**
 * npm run synth -- [--shape glm-image] [--layers ar=4,dit=3,vit=4] [--seed 1] DIR
 * A folder of the published layout, sizes and types with seeded numbers instead of weights: what the published ones need of memory, time and
 * disk is measured on it; what it draws is noise. `--layers` leaves layers out, `--shape glm-image-small` makes every width small.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFolder } from './folder.ts';
import { type Depth, SHAPES, type Shape } from './shape.ts';

function shapeOf(name: string, layers: string | undefined): Shape {
  const shape = SHAPES[name];
  if (!shape) throw new Error(`--shape: expected ${Object.keys(SHAPES).join(' or ')}, got '${name}'`);
  const depth: Depth = { ...shape.depth };
  for (const part of layers?.split(',') ?? []) {
    const [stage, count] = part.split('=');
    const layerCount = Number(count);
    if (!stage || !(stage in depth) || !Number.isInteger(layerCount) || layerCount < 1)
      throw new Error(`--layers: expected such as ar=4,dit=3,vit=4, got '${part}'`);
    depth[stage as keyof Depth] = layerCount;
  }
  return { ...shape, depth };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    shape: { type: 'string', default: 'glm-image' },
    layers: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});

try {
  const [dir] = positionals;
  if (!dir || positionals.length > 1) throw new Error('Expected one folder: npm run synth -- [options] DIR');
  if (existsSync(dir)) throw new Error(`${dir} is there already. Name a new folder, or remove it.`);
  const seed = Number(values.seed);
  if (!Number.isInteger(seed)) throw new Error(`--seed: expected a whole number, got '${values.seed}'`);
  const begun = performance.now();
  let total = 0;
  writeFolder(resolve(dir), shapeOf(values.shape, values.layers), {
    seed,
    onFile: (path, bytes) => {
      total += bytes;
      console.error(`${path}  ${(bytes / 2 ** 30).toFixed(2)} GiB`);
    },
  });
  const seconds = (performance.now() - begun) / 1000;
  console.error(`${dir}: ${(total / 2 ** 30).toFixed(2)} GiB in ${seconds.toFixed(0)} s`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
