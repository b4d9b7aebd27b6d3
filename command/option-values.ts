/** Values of options as they were typed. */
import { UsageError } from './failure.ts';

/** Throws {@link UsageError} for what is no number. */
export function parseNumber(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value))
    throw new UsageError(`Expected --${name} to be a number, got ${text}`);
  return value;
}

/** Throws {@link UsageError} for what is no size. */
export function parseSize(text: string): { widthPx: number; heightPx: number } {
  const match = /^(\d+)x(\d+)$/.exec(text);
  if (!match) throw new UsageError(`Expected --size to be WIDTHxHEIGHT such as 256x256, got ${text}`);
  return { widthPx: Number(match[1]), heightPx: Number(match[2]) };
}
