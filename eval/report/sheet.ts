/** Contact sheets: reference, made picture and ground truth side by side under the prompt. Made with sharp; judges nothing. */
import sharp, { type OverlayOptions } from 'sharp';

export interface SheetRow {
  /** Prompt, and what the judges found. */
  title: string;
  note: string;
  /** Whether the case counts as right; colours the note. */
  right: boolean | null;
  /** Picture files; undefined leaves the place empty. */
  pictures: readonly (Uint8Array | undefined)[];
}

const GAP = 6;
const LABEL = 34;

const escaped = (text: string): string => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const clip = (text: string, most: number): string => {
  let width = 0;
  for (const [k, sign] of [...text].entries()) {
    width += sign > '\u2e80' ? 1.8 : 1;
    if (width > most) return `${[...text].slice(0, k).join('')}…`;
  }
  return text;
};

/** A grid of rows, `columns` cases beside each other, as WebP. `side`: pixels of one picture. */
export async function makeSheet(
  rows: readonly SheetRow[],
  { columns, side }: { columns: number; side: number },
): Promise<Buffer> {
  const each = Math.max(...rows.map(({ pictures }) => pictures.length));
  const [w, h] = [each * side + GAP * 2, side + LABEL + GAP];
  const width = columns * w;
  const height = Math.ceil(rows.length / columns) * h;
  const layers: OverlayOptions[] = [];
  for (const [k, { title, note, right, pictures }] of rows.entries()) {
    const [left, top] = [(k % columns) * w + GAP, Math.floor(k / columns) * h];
    const colour = right === null ? '#555' : right ? '#15803d' : '#b91c1c';
    const letters = Math.floor((w - GAP) / 5.6);
    const label = `<svg xmlns="http://www.w3.org/2000/svg" width="${w - GAP}" height="${LABEL}" font-family="Noto Sans CJK SC, DejaVu Sans, sans-serif" font-size="11">
      <text x="1" y="14" fill="#111">${escaped(clip(title, letters))}</text><text x="1" y="28" fill="${colour}">${escaped(clip(note, letters))}</text></svg>`;
    layers.push({ input: Buffer.from(label), left, top });
    for (const [p, file] of pictures.entries())
      if (file)
        layers.push({
          input: await sharp(file)
            .resize(side - 2, side - 2)
            .toBuffer(),
          left: left + p * side,
          top: top + LABEL,
        });
  }
  return sharp({ create: { width, height, channels: 3, background: '#ffffff' } })
    .composite(layers)
    .webp({ quality: 78 })
    .toBuffer();
}
