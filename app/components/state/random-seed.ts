/** A new seed for a picture, 0 to 2 ** 32 - 1. */
export function randomSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}
