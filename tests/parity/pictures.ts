/** Parity of sizes, resizes and the arrays that the networks read. */
import { decodePicture, referenceGrid, vaePixels, visionPatches } from '../../engine/picture/pixels.ts';
import { type Pixels, type ResizeBackend, type ResizeFilter, resize } from '../../engine/picture/resize.ts';
import { same } from './check.ts';
import type { CaseRunner } from './context.ts';
import type { Golden } from './goldens.ts';

interface SizeRow {
  height: number;
  width: number;
  shortest: number;
  longest: number;
  vit?: [number, number];
  grid?: [number, number];
  canonical?: [number, number];
  error?: string;
}

export const smartResize: CaseRunner = async ({ goldens }, entry) =>
  goldens.table<SizeRow[]>(entry).map((row, i) => {
    const outcome = () => {
      try {
        const { height, width } = referenceGrid(row.width, row.height, row);
        return {
          vit: [height * 16, width * 16],
          grid: [height, width],
          canonical: [height * 32, width * 32],
        };
      } catch {
        return { error: true };
      }
    };
    const want = row.error ? { error: true } : { vit: row.vit, grid: row.grid, canonical: row.canonical };
    return same(`${row.height}x${row.width} row ${i}`, outcome(), want);
  });

const pixelsOf = (rgb: Golden): Pixels => ({
  height: rgb.shape[0]!,
  width: rgb.shape[1]!,
  data: rgb.data as Uint8Array,
});

export const preprocess: CaseRunner = async (context, entry) => {
  const tensors = context.goldens.tensors(entry);
  const picture = await decodePicture(context.goldens.png(String(entry.params.png)));
  const grid = referenceGrid(picture.width, picture.height, context.checkpoint.config.referenceLimits);
  const close = (name: string, got: Float32Array) => context.close(entry, name, got, tensors.output(name));
  return [
    same('rgb', Array.from(picture.data), Array.from(tensors.input('rgb').data)),
    same('grid', [grid.height, grid.width], Array.from(tensors.output('grid').data)),
    close('vit_patches', visionPatches(picture, grid, 'torchvision')),
    close('vit_patches_pil', visionPatches(picture, grid, 'pillow')),
    close('vae_pixels', vaePixels(picture, grid)),
  ];
};

export const resizeKernels: CaseRunner = async ({ goldens }, entry) => {
  const tensors = goldens.tensors(entry);
  const picture = pixelsOf(tensors.input('rgb'));
  return tensors.outputNames().map((name) => {
    const [library, filter, size] = name.split('_') as [string, ResizeFilter, string];
    const [height, width] = size.split('x').map(Number) as [number, number];
    const backend: ResizeBackend = library === 'tv' ? 'torchvision' : 'pillow';
    const got = resize(picture, width, height, filter, backend);
    return same(name, Array.from(got.data), Array.from(tensors.output(name).data));
  });
};
