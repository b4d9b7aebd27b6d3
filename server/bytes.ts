/** Amounts of memory as people type them. Pure. */

/** What {@link parseBytes} takes, for messages. */
export const BYTES_FORM = 'a number with a unit, such as 22GiB, 512MiB or 16GB';

const UNITS: Readonly<Record<string, number>> = {
  ...{ b: 1, kb: 1e3, mb: 1e6, gb: 1e9 },
  ...{ kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, m: 2 ** 20, g: 2 ** 30 },
};

/** Bytes of an amount; undefined for what is none, or less than a byte. */
export function parseBytes(text: string): number | undefined {
  const [, amount, unit] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(text) ?? [];
  const factor = UNITS[unit?.toLowerCase() ?? ''];
  if (!amount || !factor) return undefined;
  return Math.floor(Number(amount) * factor) || undefined;
}
