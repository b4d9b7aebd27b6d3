/**
 * Colours that are neither sRGB nor described by an ICC profile: coding points (ITU-T H.273) in a PNG's `cICP` chunk or an AVIF's
 * `nclx` box, and the exponent in a PNG's `gAMA` chunk. They are brought to 8-bit sRGB; what is brighter than white is
 * rolled off. Decoders leave these numbers aside, so wide colours came out dull and HDR pictures grey.
 * Source: PNG, third edition, 11.3.2; ITU-R BT.2100-2 (PQ, HLG), BT.2408 (white at 203 cd/m2).
 */

/** How the numbers of a picture stand for light. */
export interface CodedColours {
  /** Light of a channel, 1 for white, from its number of 0 to 1. */
  toLight: (value: number) => number;
  /** To the primaries of sRGB, by rows; undefined where they are these already. */
  matrix: readonly number[] | undefined;
  /** There may be more light than white's. */
  isBeyondWhite: boolean;
}

const TO_SRGB: Record<number, readonly number[]> = {
  // Rec. 2020.
  9: [1.6605, -0.5876, -0.0728, -0.1246, 1.1329, -0.0083, -0.0182, -0.1006, 1.1187],
  // Display P3.
  12: [1.2249, -0.2247, 0, -0.042, 1.0419, 0, -0.0197, -0.0786, 1.0979],
};

const WHITE_NITS = 203;
const PQ = { peak: 10_000, m1: 0.1593017578125, m2: 78.84375, c1: 0.8359375, c2: 18.8515625, c3: 18.6875 };
const HLG = { peak: 1_000, gamma: 1.2, a: 0.17883277, b: 0.28466892, c: 0.55991073 };

const TRANSFERS: Record<number, (value: number) => number> = {
  4: (value) => value ** 2.2,
  8: (value) => value,
  16: (value) => {
    const root = value ** (1 / PQ.m2);
    const light = (Math.max(0, root - PQ.c1) / (PQ.c2 - PQ.c3 * root)) ** (1 / PQ.m1);
    return (light * PQ.peak) / WHITE_NITS;
  },
  // The system's gamma is applied by channel, which is exact for greys.
  18: (value) => {
    const scene = value <= 0.5 ? value ** 2 / 3 : (Math.exp((value - HLG.c) / HLG.a) + HLG.b) / 12;
    return (scene ** HLG.gamma * HLG.peak) / WHITE_NITS;
  },
};

const BEYOND_WHITE = [16, 18];

/** Coding points that mean sRGB, or are shown as if they were. */
const PLAIN_TRANSFERS = [1, 2, 6, 13, 14, 15];
/** What a `gAMA` of sRGB says; near to it browsers show the numbers as they are. */
const SRGB_GAMMA = 0.45455;
const NEAR = 0.05;

/** How a file's colours are coded where that is not sRGB; undefined for all usual files. A profile goes before either. */
export function codedColours(bytes: Uint8Array): CodedColours | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const points = codingPoints(file);
  if (points) {
    const [primaries, transfer] = points;
    const matrix = TO_SRGB[primaries];
    const isPlain = TRANSFERS[transfer] === undefined;
    if (isPlain && (!PLAIN_TRANSFERS.includes(transfer) || !matrix)) return undefined;
    return {
      toLight: TRANSFERS[transfer] ?? lightOfSrgb,
      matrix,
      isBeyondWhite: BEYOND_WHITE.includes(transfer),
    };
  }
  const gamma = isPng(file) && !chunkOf(file, 'sRGB') ? chunkOf(file, 'gAMA') : undefined;
  const exponent = gamma && gamma.length >= 4 ? gamma.readUInt32BE(0) / 100_000 : SRGB_GAMMA;
  if (exponent <= 0.01 || Math.abs(exponent - SRGB_GAMMA) < NEAR) return undefined;
  return { toLight: (value) => value ** (1 / exponent), matrix: undefined, isBeyondWhite: false };
}

/** Primaries and transfer by their numbers. */
function codingPoints(file: Buffer): readonly [primaries: number, transfer: number] | undefined {
  if (isPng(file)) {
    const chunk = chunkOf(file, 'cICP');
    return chunk && chunk.length >= 2 ? [chunk[0]!, chunk[1]!] : undefined;
  }
  if (file.toString('latin1', 4, 8) !== 'ftyp') return undefined;
  const at = file.indexOf('colrnclx', 0, 'latin1');
  return at < 0 || at + 12 > file.length
    ? undefined
    : [file.readUInt16BE(at + 8), file.readUInt16BE(at + 10)];
}

/** Pixels in sRGB, a byte a channel. `data` are numbers of 0 to `most`, three a pixel. */
export function toSrgb(data: Uint8Array | Uint16Array, most: number, colours: CodedColours): Uint8Array {
  const { matrix: m = IDENTITY, isBeyondWhite } = colours;
  const light = Float32Array.from({ length: most + 1 }, (_, value) => colours.toLight(value / most));
  const out = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at += 3) {
    const r = light[data[at]!]!;
    const g = light[data[at + 1]!]!;
    const b = light[data[at + 2]!]!;
    const red = m[0]! * r + m[1]! * g + m[2]! * b;
    const green = m[3]! * r + m[4]! * g + m[5]! * b;
    const blue = m[6]! * r + m[7]! * g + m[8]! * b;
    const scale = isBeyondWhite ? rollOff(Math.max(red, green, blue)) : 1;
    out[at] = srgbOfLight(red * scale);
    out[at + 1] = srgbOfLight(green * scale);
    out[at + 2] = srgbOfLight(blue * scale);
  }
  return out;
}

const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1];
/** Light above this comes ever nearer to white without reaching it. */
const KNEE = 0.8;

/** By how much a pixel is darkened whose brightest channel has this much light. */
function rollOff(light: number): number {
  if (light <= KNEE) return 1;
  return (KNEE + (1 - KNEE) * (1 - Math.exp((KNEE - light) / (1 - KNEE)))) / light;
}

function lightOfSrgb(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** 0 to 255. */
function srgbOfLight(light: number): number {
  const value = Math.min(1, Math.max(0, light));
  return Math.round(255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055));
}

const isPng = (file: Buffer): boolean => file.toString('latin1', 0, 4) === '\x89PNG';

/** The data of the first chunk of a name before the pixels of a PNG. */
function chunkOf(file: Buffer, name: string): Buffer | undefined {
  for (let at = 8; at + 12 <= file.length; ) {
    const length = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    if (type === name) return file.subarray(at + 8, Math.min(at + 8 + length, file.length));
    if (type === 'IDAT') return undefined;
    at += 12 + length;
  }
  return undefined;
}
