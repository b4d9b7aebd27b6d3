/** What every format has that can carry a text. */

/** Bytes that are no whole file of a format that can carry a text. */
export class NotMarkableError extends Error {}

/** A longer text is none of ours, and is not read. */
export const MOST_TEXT_BYTES = 8_000_000;

/** More parts than this no program writes into a file: at 8 kB each they hold 800 MB. */
const MOST_PARTS = 100_000;

/** Throws {@link NotMarkableError} where a file has more parts than any program writes. */
export function limitParts(count: number): void {
  if (count > MOST_PARTS)
    throw new NotMarkableError(`Expected at most ${MOST_PARTS} parts in a file, got more`);
}

/** How files of one format carry a text beside their pixels. Every function but `isOf` throws {@link NotMarkableError} for a broken file. */
export interface Mark {
  isOf(file: Uint8Array): boolean;
  /** The file with the text, in place of one before. */
  withText(file: Uint8Array, text: string): Uint8Array;
  /** Undefined where there is none, or one that is longer than {@link MOST_TEXT_BYTES}. */
  textIn(file: Uint8Array): string | undefined;
  /** The bytes as they were before they were marked. */
  without(file: Uint8Array): Uint8Array;
  /** The parts that decide the pixels, in their order. */
  imageData(file: Uint8Array): Uint8Array[];
  /** The longest text that fits, in bytes of UTF-8. */
  mostBytes: number;
}
