/**
 * Receipts: how a picture came about, complete enough to make it again, inside its own file (PNG: a text chunk; JPEG, WebP: XMP).
 * It has the turn that made the picture and every turn before it, and names no id and no time, so the same recipe gives the
 * same file wherever it is made. Pure; knows no table.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { CHAINS, INPUT_ROLES, LAYOUTS, QUALITIES, TURN_KINDS, TURN_MODES } from '../../studio/vocabulary.ts';
import { markOf } from './marks/mark.ts';
import { type Mark, NotMarkableError } from './marks/marking.ts';

export { NotMarkableError };

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
    /** SHA-256 of the file's image data (of a PNG its IDAT chunks, joined): the pixels, without decoding them. */
    imageData: sha256,
    /** Of a JPEG or WebP: the picture that it was made of, as its PNG without a receipt, and the image data of that. */
    exact: z.object({ file: sha256, imageData: sha256 }).optional(),
  }),
  /** Of all that stands before it, by the studio that wrote the file; absent in receipts of the command line, and in early ones. */
  signature: z.object({ key: z.string(), value: z.string() }).optional(),
});
export type Receipt = z.output<typeof receiptSchema>;
export type ReceiptTurn = z.output<typeof turnSchema>;
export type ReceiptRecipe = z.output<typeof recipeSchema>;

/** Who signs a receipt. */
export interface Signer {
  publicKey: string;
  sign(text: string): string;
}

/**
 * The PNG, JPEG or WebP with a receipt in it, in place of any before; turns without seals get theirs, and the whole its signature where
 * there is someone to sign it. Where a JPEG has no room for the whole branch, its oldest turns are left out. Throws
 * {@link NotMarkableError}.
 */
export function embedReceipt(file: Uint8Array, receipt: Receipt, signer?: Signer): Uint8Array {
  const mark = requireMark(file);
  for (let kept = receipt.turns.length; ; kept = Math.floor(kept * 0.8)) {
    const text = JSON.stringify(signed(sealed(newestTurns(receipt, Math.max(1, kept))), signer));
    if (kept <= 1 || Buffer.byteLength(text) <= mark.mostBytes) return mark.withText(file, text);
  }
}

function sealed(receipt: Receipt): Receipt {
  return {
    ...receipt,
    turns: receipt.turns.map((turn) => ({ ...turn, seals: turn.seals ?? sealsOf(turn) })),
  };
}

/** Without the signature of another receipt that it was made of. */
function signed({ signature: _, ...receipt }: Receipt, signer: Signer | undefined): Receipt {
  if (!signer) return receipt;
  const value = signer.sign(JSON.stringify(receipt));
  return { ...receipt, signature: { key: signer.publicKey, value } };
}

/** The receipt with its last turns alone; where an input came from is not known any more where its turn is left out. */
function newestTurns(receipt: Receipt, count: number): Receipt {
  const dropped = receipt.turns.length - count;
  if (dropped <= 0) return receipt;
  const placed = (turn: number | null) => (turn === null || turn < dropped ? null : turn - dropped);
  const turns = receipt.turns.slice(dropped).map(({ seals: _, ...each }) => ({
    ...each,
    inputs: each.inputs.map((input) => ({ ...input, turn: placed(input.turn) })),
  }));
  return { ...receipt, turns };
}

function requireMark(file: Uint8Array): Mark {
  const mark = markOf(file);
  if (!mark) throw new NotMarkableError('Expected a PNG, JPEG or WebP file, got other bytes');
  return mark;
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

/** The receipt in a PNG, JPEG or WebP; null where there is none, where it is damaged, and in any other file. */
export function readReceipt(file: Uint8Array): Receipt | null {
  try {
    const text = markOf(file)?.textIn(file);
    if (text === undefined) return null;
    return receiptSchema.parse(JSON.parse(text));
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
  const { signature: _, ...unsigned } = JSON.parse(markOf(file)!.textIn(file)!) as Receipt;
  return { text: JSON.stringify(unsigned), ...receipt.signature };
}

/** The receipt in a file, if the pixels are those that it was written for. */
export function intactReceipt(file: Uint8Array): Receipt | null {
  const receipt = readReceipt(file);
  return receipt && receipt.picture.imageData === imageDataHash(file) ? receipt : null;
}

/** SHA-256 of a file's image data. Throws {@link NotMarkableError}. */
export function imageDataHash(file: Uint8Array): string {
  const hash = createHash('sha256');
  for (const part of requireMark(file).imageData(file)) hash.update(part);
  return hash.digest('hex');
}

/** The file without its receipt: the bytes as they were before. Throws {@link NotMarkableError}. */
export function withoutReceipt(file: Uint8Array): Uint8Array {
  return requireMark(file).without(file);
}
