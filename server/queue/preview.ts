/** A preview small enough to stand in the event log: WebP in a data URL of at most 20 kB. Knows no job. */
import sharp from 'sharp';
import type { EngineEvent } from '../../engine/index.ts';

export type PreviewEvent = Extract<EngineEvent, { type: 'preview' }>;

const MAX_URL_LENGTH = 20_000;
const FORMS = [
  { sidePx: 384, quality: 70 },
  { sidePx: 256, quality: 60 },
  { sidePx: 192, quality: 40 },
  { sidePx: 96, quality: 30 },
] as const;

/** The preview as a data URL, in the best of a few forms that fits; null when none does. */
export async function previewDataUrl({
  rgb,
  widthPx,
  heightPx,
}: Pick<PreviewEvent, 'rgb' | 'widthPx' | 'heightPx'>): Promise<string | null> {
  const raw = { width: widthPx, height: heightPx, channels: 3 } as const;
  for (const { sidePx, quality } of FORMS) {
    const webp = await sharp(rgb, { raw })
      .resize({ width: sidePx, height: sidePx, fit: 'inside', withoutEnlargement: true })
      .webp({ quality })
      .toBuffer();
    const url = `data:image/webp;base64,${webp.toString('base64')}`;
    if (url.length <= MAX_URL_LENGTH) return url;
  }
  return null;
}
