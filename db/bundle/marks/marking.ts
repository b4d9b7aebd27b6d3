/** What every format has that can carry a text. */

/** Bytes that are no whole file of a format that can carry a text. */
export class NotMarkableError extends Error {}

/** How files of one format carry a text beside their pixels. Every function but `isOf` throws {@link NotMarkableError} for a broken file. */
export interface Mark {
  isOf(file: Uint8Array): boolean;
  /** The file with the text, in place of one before. */
  withText(file: Uint8Array, text: string): Uint8Array;
  textIn(file: Uint8Array): string | undefined;
  /** The bytes as they were before they were marked. */
  without(file: Uint8Array): Uint8Array;
  /** The parts that decide the pixels, in their order. */
  imageData(file: Uint8Array): Uint8Array[];
  /** The longest text that fits, in bytes of UTF-8. */
  mostBytes: number;
}
