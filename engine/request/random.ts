/**
 * Counter-based random numbers: Philox 4x32-10.
 * A number is a pure function of (seed, picture index, purpose, position): there is no state to save, and no
 * dependence on batch, neighbours, retries or chunking.
 * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011), section 3.3.
 */

/** Purposes of random numbers; streams of different purposes never overlap. */
export const PURPOSE = { priorSampling: 1, initialNoise: 2, secondLook: 3 } as const;
export type Purpose = (typeof PURPOSE)[keyof typeof PURPOSE];

type Words4 = [number, number, number, number];

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;

/** High 32 bits of the 64-bit product of two unsigned 32-bit integers. */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) >>> 0;
}

/** Four random words of one counter block under one key. */
export function philox4x32(counter: Readonly<Words4>, key: readonly [number, number]): Words4 {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = mulHigh(MULTIPLIER_0, c0);
    const low0 = Math.imul(MULTIPLIER_0, c0) >>> 0;
    const high1 = mulHigh(MULTIPLIER_1, c2);
    const low1 = Math.imul(MULTIPLIER_1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** A named stream of random numbers. */
export interface Stream {
  /** 0 to 2^53 - 1. */
  seed: number;
  pictureIndex: number;
  purpose: Purpose;
}

function block(stream: Stream, index: number): Words4 {
  const key: [number, number] = [stream.seed >>> 0, Math.floor(stream.seed / 2 ** 32) >>> 0];
  return philox4x32(
    [index >>> 0, Math.floor(index / 2 ** 32) >>> 0, stream.pictureIndex >>> 0, stream.purpose],
    key,
  );
}

/** The uniform number in (0, 1) at one position of a stream. */
export function uniformAt(stream: Stream, position: number): number {
  return (block(stream, position)[0] + 0.5) / 2 ** 32;
}

/** The first `count` standard normal numbers of a stream (Box-Muller, four a block), float32. */
export function normals(stream: Stream, count: number): Float32Array {
  const out = new Float32Array(count);
  for (let i = 0; i < count; i += 4) {
    const words = block(stream, i / 4);
    for (let pair = 0; pair < 4; pair += 2) {
      const radius = Math.sqrt(-2 * Math.log((words[pair]! + 0.5) / 2 ** 32));
      const angle = (2 * Math.PI * (words[pair + 1]! + 0.5)) / 2 ** 32;
      if (i + pair < count) out[i + pair] = radius * Math.cos(angle);
      if (i + pair + 1 < count) out[i + pair + 1] = radius * Math.sin(angle);
    }
  }
  return out;
}

/** The seed under which a picture is drawn once more, 0 to 2^53 - 1: a function of the first one alone. */
export function seedOfSecondLook(seed: number): number {
  const [low, high] = block({ seed, pictureIndex: 0, purpose: PURPOSE.secondLook }, 0);
  return (high >>> 11) * 2 ** 32 + low;
}
