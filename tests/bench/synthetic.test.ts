/** Folders of the published layout with seeded numbers: the published counts, the strict loader, the same bytes, and a disk that is too small. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NoRoomError, writeFolder } from '../../bench/synthetic/folder.ts';
import { bfloat16Bits, Numbers } from '../../bench/synthetic/numbers.ts';
import { SHAPES } from '../../bench/synthetic/shape.ts';
import { componentsOf, parametersOf } from '../../bench/synthetic/tensors.ts';
import { type Engine, loadEngine } from '../../engine/index.ts';
import { generate, requestOf } from '../engine/requests.ts';
import { smallDisk } from '../server/small-disk.ts';

const small = SHAPES['glm-image-small']!;
const published = SHAPES['glm-image']!;

let root: string;
let engine: Engine;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'palimpsest-synthetic-'));
  writeFolder(join(root, 'first'), small);
  engine = await loadEngine({ modelDir: join(root, 'first'), device: 'cpu' });
}, 600_000);
afterAll(async () => {
  await engine.close();
  rmSync(root, { recursive: true });
});

test.each([
  // Names and counts of the release: shared notes, `glm-image.md` 1.1 to 1.6.
  ['vision_language_encoder', 1011, 10_114_245_632],
  ['transformer', 443, 6_926_882_880],
  ['vae', 288, 406_100_643],
  ['text_encoder', 111, 217_657_472],
])('%s has the published number of tensors and parameters', (folder, tensors, parameters) => {
  const component = componentsOf(published).find((one) => one.folder === folder)!;
  expect(component.tensors).toHaveLength(tensors);
  expect(parametersOf(component)).toBe(parameters);
});

test('the strict loader takes it, and it draws from text and from a picture', {
  timeout: 600_000,
}, async () => {
  const request = requestOf({ widthPx: 256, heightPx: 256, steps: 1, references: [] });
  const [picture] = await generate(engine, request);
  const [edited] = await generate(engine, { ...request, references: [picture!.png] });
  expect(edited!.png.length).toBeGreaterThan(1000);
  expect(Buffer.compare(edited!.png, picture!.png)).not.toBe(0);
});

test('the same seed gives the same bytes, another seed others', { timeout: 600_000 }, () => {
  const digest = (name: string) => {
    const file = join(root, name, 'transformer/diffusion_pytorch_model-00001-of-00001.safetensors');
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  };
  writeFolder(join(root, 'again'), small);
  writeFolder(join(root, 'other'), small, { seed: 2 });
  expect(digest('again')).toBe(digest('first'));
  expect(digest('other')).not.toBe(digest('first'));
});

test('numbers have the asked spread, and a matrix keeps the size of what it multiplies', () => {
  const parts = [...new Numbers(3, 100_000).of('w', 100_000, 0.25, 'F32')];
  const numbers = parts.flatMap((part) => [
    ...new Float32Array(part.buffer, part.byteOffset, part.length / 4),
  ]);
  expect(numbers).toHaveLength(100_000);
  const rms = Math.sqrt(numbers.reduce((sum, each) => sum + each * each, 0) / numbers.length);
  expect(rms).toBeGreaterThan(0.245);
  expect(rms).toBeLessThan(0.255);
});

test('bfloat16 is rounded to nearest, ties to even', () => {
  expect([...bfloat16Bits(Float32Array.of(1, -2, 1 + 2 ** -8, 1 + 3 * 2 ** -8, 3e-39))]).toEqual([
    0x3f80, 0xc000, 0x3f80, 0x3f82, 0x0021,
  ]);
});

test('a disk without the room is refused before anything is written', () => {
  const disk = smallDisk('size=64m');
  if (!disk) return;
  expect(() => writeFolder(join(disk, 'model'), published)).toThrow(NoRoomError);
  expect(statSync(disk).isDirectory()).toBe(true);
  expect(() => writeFolder(join(disk, 'model'), published)).toThrow(/33\.\d GiB .* leave layers out/);
});
