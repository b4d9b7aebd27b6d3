/**
 * A session as one file: a tar of `session.json` (the graph) and `blobs/SHA256` (pictures as they are and as they came,
 * latents, prior tokens, masks), sorted by hash. It names pictures by version and turns by place, never by id, so a bundle
 * that is taken in and written out again is the same bytes, whatever ids it got meanwhile. Here: what its graph holds.
 */
import { z } from 'zod';
import { INPUT_ROLES, TURN_MODES } from './recipe.ts';

export const BUNDLE_TYPE = 'application/vnd.palimpsest.bundle+tar';

/** A file that is no bundle, or one that cannot be taken in; the message says what to do. */
export class BundleError extends Error {}

/** The file of a bundle that holds its graph. */
export const MANIFEST = 'session.json';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const time = z.number().int().nonnegative();

/** A picture by what stays the same: the place of its turn and its index there; or (of another session) its old id. */
const pictureRef = z.union([z.tuple([z.int().positive(), z.int().nonnegative()]), z.string()]);
export type PictureRef = z.output<typeof pictureRef>;

export const manifestSchema = z.strictObject({
  format: z.literal('palimpsest.session'),
  version: z.literal(1),
  session: z.strictObject({
    title: z.string(),
    seed: z.string(),
    createdAt: time,
    updatedAt: time,
    archivedAt: time.nullable(),
    head: pictureRef.nullable(),
    lastPosition: z.int().nonnegative(),
    lastVersion: z.int().nonnegative(),
  }),
  turns: z.array(
    z.strictObject({
      position: z.int().positive(),
      kind: z.enum(['upload', 'generate', 'edit']),
      mode: z.enum(TURN_MODES).nullable(),
      state: z.enum(['active', 'disabled', 'removed']),
      prompt: z.string(),
      sentPrompt: z.string().nullable(),
      recipe: z.record(z.string(), z.unknown()).nullable(),
      replaces: z.int().positive().nullable(),
      createdAt: time,
      inputs: z.array(
        z.strictObject({ role: z.enum(INPUT_ROLES), picture: pictureRef, pixels: hash.nullable() }),
      ),
      images: z.array(
        z.strictObject({
          index: z.int().nonnegative(),
          version: z.int().positive(),
          pixels: hash,
          latent: hash.nullable(),
          prior: hash.nullable(),
          original: hash.nullable(),
          widthPx: z.int().positive(),
          heightPx: z.int().positive(),
          drift: z.record(z.string(), z.unknown()).nullable(),
          createdAt: time,
        }),
      ),
      /** How its run ended; a run under way counts as stopped and can be tried again. */
      run: z
        .strictObject({
          state: z.enum(['done', 'failed', 'cancelled']),
          attempt: z.int().nonnegative(),
          errorCode: z.string().nullable(),
          errorMessage: z.string().nullable(),
          elapsedMs: z.record(z.string(), z.number()).nullable(),
          createdAt: time,
        })
        .nullable(),
    }),
  ),
  operations: z.array(
    z.strictObject({
      kind: z.string(),
      turn: z.int().positive().nullable(),
      changes: z.array(z.record(z.string(), z.unknown())),
      batch: z.int().nonnegative(),
      position: z.int().nonnegative(),
      at: time,
    }),
  ),
  blobs: z.array(z.strictObject({ sha256: hash, sizeBytes: z.int().nonnegative(), mediaType: z.string() })),
});
export type Manifest = z.output<typeof manifestSchema>;
