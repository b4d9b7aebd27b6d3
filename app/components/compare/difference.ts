/** How two pictures differ, pixel by pixel: figures, and a heat map from paper over amber to red. Pure. */
export interface Difference {
  /** Share of the pixels that differ by more than a trace, 0 to 1. */
  changedShare: number;
  /** Peak signal to noise, dB; null for equal pictures. */
  psnrDb: number | null;
}

/** Below this, of 255, the eye sees nothing. */
const TRACE = 8;
const COOL = [246, 243, 236] as const;
const WARM = [199, 154, 62] as const;
const HOT = [184, 32, 26] as const;

type Pixels = Uint8ClampedArray<ArrayBuffer>;

/** Both pictures are RGBA of the same size; the heat map is written into `heat`, of that size too. */
export function difference(one: Pixels, other: Pixels, heat: Pixels): Difference {
  let changed = 0;
  let squares = 0;
  for (let at = 0; at < one.length; at += 4) {
    let most = 0;
    for (let channel = at; channel < at + 3; channel++) {
      const distance = Math.abs(one[channel]! - other[channel]!);
      squares += distance * distance;
      if (distance > most) most = distance;
    }
    if (most > TRACE) changed += 1;
    paint(heat, at, Math.sqrt(most / 255));
  }
  const pixels = one.length / 4;
  const meanSquare = squares / (pixels * 3);
  return {
    changedShare: changed / pixels,
    psnrDb: meanSquare === 0 ? null : 10 * Math.log10((255 * 255) / meanSquare),
  };
}

function paint(heat: Pixels, at: number, strength: number): void {
  const [from, to, share] = strength < 0.5 ? [COOL, WARM, strength * 2] : [WARM, HOT, strength * 2 - 1];
  for (let channel = 0; channel < 3; channel++)
    heat[at + channel] = from[channel]! + (to[channel]! - from[channel]!) * share;
  heat[at + 3] = 255;
}
