/**
 * Receipts: how a picture came about, complete enough to make it again, inside its own PNG (an iTXt chunk, keyword
 * `palimpsest`, JSON). It has the turn that made the picture and every turn before it, and names no id and no time, so the
 * same recipe gives the same file wherever it is made. Pure; knows no table.
 * Source: PNG specification (third edition), 5 and 11.3.3.4 iTXt.
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { CHAINS, INPUT_ROLES, LAYOUTS, QUALITIES, TURN_KINDS, TURN_MODES } from '../../studio/vocabulary.ts';

/** Most turns of a branch that its receipt has: the last ones before the picture. */
export const MOST_TURNS = 1_000;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const recipeSchema = z.object({
  widthPx: z.int().positive(),
  heightPx: z.int().positive(),
  seed: z.int().nonnegative(),
  steps: z.int().positive(),
  guidanceScale: z.number(),
  count: z.int().positive(),
  layout: z.enum(LAYOUTS),
  chain: z.enum(CHAINS).optional(),
  renderTexts: z.array(z.string()).optional(),
  quality: z.enum(QUALITIES).optional(),
  /** The model knew no mask: what is outside of it was put back. */
  composite: z.literal(true).optional(),
  secondLook: z.boolean().optional(),
  /** SHA-256 of the stored prior tokens that were taken instead of new ones. */
  priorHash: sha256.optional(),
  modelName: z.string(),
  /** SHA-256 over configs and weights. */
  modelDigest: z.string(),
  /** Precision, device, threads and runtime; absent in early receipts. */
  numerics: z.string().optional(),
});

const turnSchema = z.object({
  kind: z.enum(TURN_KINDS),
  mode: z.enum(TURN_MODES).nullable(),
  /** As it was typed, and as the model read it. */
  prompt: z.string(),
  sentPrompt: z.string(),
  /** Null for an upload. */
  recipe: recipeSchema.nullable(),
  inputs: z.array(
    z.object({
      role: z.enum(INPUT_ROLES),
      /** SHA-256 of the file that went in. */
      file: sha256,
      /** Place in `turns` of the turn that made it, and which of its pictures; null where that is not known any more. */
      turn: z.int().nonnegative().nullable(),
      index: z.int().nonnegative(),
    }),
  ),
  /** A short digest of each field, by name: it shows which one was changed. Written with the file; absent in early receipts. */
  seals: z.record(z.string(), z.string()).optional(),
});

export const receiptSchema = z.object({
  format: z.literal('palimpsest.receipt'),
  version: z.literal(1),
  /** Parents before children; the last one made this picture. */
  turns: z
    .array(turnSchema)
    .min(1)
    .max(2 * MOST_TURNS)
    .refine(
      (turns) =>
        turns.every(({ inputs }, place) => inputs.every(({ turn }) => turn === null || turn < place)),
      'A turn comes from a later one',
    ),
  picture: z.object({
    /** Which of the last turn's pictures. */
    index: z.int().nonnegative(),
    widthPx: z.int().positive(),
    heightPx: z.int().positive(),
    /** SHA-256 of the PNG's image data (its IDAT chunks, joined): the pixels, without decoding them. */
    imageData: sha256,
  }),
  /** Of all that stands before it, by the studio that wrote the file; absent in receipts of the command line, and in early ones. */
  signature: z.object({ key: z.string(), value: z.string() }).optional(),
});
export type Receipt = z.output<typeof receiptSchema>;
export type ReceiptTurn = z.output<typeof turnSchema>;
export type ReceiptRecipe = z.output<typeof recipeSchema>;

const KEYWORD = 'palimpsest';
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** A receipt larger than this is not one of ours. */
const MAX_RECEIPT_BYTES = 8_000_000;
/** More chunks than this no program writes: at 8 kB each they hold 800 MB. */
const MAX_CHUNKS = 100_000;

interface Chunk {
  type: string;
  data: Buffer;
  /** The chunk with length, type and checksum. */
  whole: Buffer;
}

/** Bytes that are no PNG. */
export class NotPngError extends Error {}

/** Who signs a receipt. */
export interface Signer {
  publicKey: string;
  sign(text: string): string;
}

/**
 * The PNG with a receipt in it, in place of any before; turns without seals get theirs, and the whole its signature where there is
 * someone to sign it. Throws {@link NotPngError}.
 */
export function embedReceipt(png: Uint8Array, receipt: Receipt, signer?: Signer): Uint8Array {
  const [header, ...rest] = [...chunksOf(png)];
  const kept = rest.filter((chunk) => !isReceipt(chunk));
  const turns = receipt.turns.map((turn) => ({ ...turn, seals: turn.seals ?? sealsOf(turn) }));
  const { signature: _, ...unsigned } = { ...receipt, turns };
  const signature = signer && { key: signer.publicKey, value: signer.sign(JSON.stringify(unsigned)) };
  const sealed = chunkOf(signature ? { ...unsigned, signature } : unsigned);
  return Buffer.concat([SIGNATURE, header!.whole, sealed, ...kept.map(({ whole }) => whole)]);
}

/** The name of a field of a turn that is not the one that was sealed, as a path in the turn; undefined where all are. */
export function brokenSeal(turn: ReceiptTurn): string | undefined {
  if (!turn.seals) return undefined;
  const now = sealsOf(turn);
  const names = new Set([...Object.keys(turn.seals), ...Object.keys(now)]);
  return [...names].find((name) => now[name] !== turn.seals![name]);
}

function sealsOf({ seals: _, recipe, ...turn }: ReceiptTurn): Record<string, string> {
  const fields = {
    ...turn,
    ...Object.fromEntries(Object.entries(recipe ?? {}).map(([name, value]) => [`recipe.${name}`, value])),
  };
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, sealOf(name, value)]],
    ),
  );
}

const sealOf = (name: string, value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify([name, value]))
    .digest('hex')
    .slice(0, 8);

/** The receipt in a PNG; null where there is none, where it is damaged, and in any other file. */
export function readReceipt(file: Uint8Array): Receipt | null {
  if (!isPng(file)) return null;
  try {
    const chunk = receiptIn(file);
    if (!chunk || chunk.data.length > MAX_RECEIPT_BYTES) return null;
    return receiptSchema.parse(JSON.parse(textOf(chunk)));
  } catch {
    // A file from outside whose text is no receipt is a picture like any other.
    return null;
  }
}

/** The text that a receipt's signature is of, with the signature; null where it has none. */
export function signedText(file: Uint8Array): { text: string; key: string; value: string } | null {
  const receipt = readReceipt(file);
  if (!receipt?.signature) return null;
  // As it stands in the file: a field that is not known here was signed too.
  const { signature: _, ...unsigned } = JSON.parse(textOf(receiptIn(file)!)) as Receipt;
  return { text: JSON.stringify(unsigned), ...receipt.signature };
}

/** The receipt in a PNG, if the pixels are those that it was written for. */
export function intactReceipt(file: Uint8Array): Receipt | null {
  const receipt = readReceipt(file);
  return receipt && receipt.picture.imageData === imageDataHash(file) ? receipt : null;
}

/** SHA-256 of a PNG's image data. Throws {@link NotPngError}. */
export function imageDataHash(png: Uint8Array): string {
  const hash = createHash('sha256');
  for (const { type, data } of chunksOf(png)) if (type === 'IDAT') hash.update(data);
  return hash.digest('hex');
}

/** The PNG without its receipt: the bytes as they were before. Throws {@link NotPngError}. */
export function withoutReceipt(png: Uint8Array): Uint8Array {
  const kept = [...chunksOf(png)].filter((chunk) => !isReceipt(chunk));
  return Buffer.concat([SIGNATURE, ...kept.map(({ whole }) => whole)]);
}

function isPng(file: Uint8Array): boolean {
  return Buffer.compare(file.subarray(0, SIGNATURE.length), SIGNATURE) === 0;
}

/** One after the other: what is read of a file decides how much of it is held. */
function* chunksOf(png: Uint8Array): Generator<Chunk> {
  if (!isPng(png)) throw new NotPngError('Expected a PNG file, got other bytes');
  const file = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  let count = 0;
  for (let at = SIGNATURE.length; at < file.length; ) {
    const length = at + 12 <= file.length ? file.readUInt32BE(at) : Number.POSITIVE_INFINITY;
    const end = at + 12 + length;
    if (end > file.length) throw new NotPngError('Expected a whole PNG file, got one that is cut short');
    count += 1;
    if (count > MAX_CHUNKS)
      throw new NotPngError(`Expected at most ${MAX_CHUNKS} chunks in a PNG file, got more`);
    const type = file.toString('latin1', at + 4, at + 8);
    yield { type, data: file.subarray(at + 8, end - 4), whole: file.subarray(at, end) };
    at = end;
  }
}

function receiptIn(png: Uint8Array): Chunk | undefined {
  for (const chunk of chunksOf(png)) if (isReceipt(chunk)) return chunk;
  return undefined;
}

function isReceipt({ type, data }: Chunk): boolean {
  return type === 'iTXt' && data.toString('latin1', 0, KEYWORD.length + 1) === `${KEYWORD}\0`;
}

// Keyword, not compressed, no language, no translated keyword, text.
const PREFIX = Buffer.from(`${KEYWORD}\0\0\0\0\0`, 'latin1');

function chunkOf(receipt: Receipt): Buffer {
  const body = Buffer.concat([
    Buffer.from('iTXt', 'latin1'),
    PREFIX,
    Buffer.from(JSON.stringify(receipt), 'utf8'),
  ]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(body.length - 4, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}

function textOf({ data }: Chunk): string {
  return data.toString('utf8', PREFIX.length);
}
