/**
 * A session as one file: a tar of `session.json` (the graph) and `blobs/SHA256` (pictures as they are and as they came,
 * latents, prior tokens, masks), sorted by hash. It names pictures by version and turns by place, never by id, so a bundle
 * that is taken in and written out again is the same bytes, whatever ids it got meanwhile. Here: what its graph holds.
 */
import { z } from 'zod';
import { planSchema } from '../../studio/agent/actions.ts';
import { READING_FAILURES } from '../../studio/agent/message-reading.ts';
import {
  DRIFT_ALARMS,
  DRIFT_REGIONS,
  ENDED,
  INPUT_ROLES,
  OPERATION_KINDS,
  TURN_KINDS,
  TURN_MODES,
  TURN_STATES,
} from '../../studio/vocabulary.ts';
import { receiptSchema } from './receipt.ts';

export const BUNDLE_TYPE = 'application/vnd.palimpsest.bundle+tar';

/** Names the part of the request that held the refused bundle. */
export const IN_FILE = { field: 'file' };

/** Most turns of a session that is taken in. */
const MOST_TURNS = 200_000;
/** Largest file of a bundle: above the latents of the largest picture. */
const MOST_BLOB_BYTES = 1_000_000_000;

/** The file of a bundle that holds its graph. */
export const MANIFEST = 'session.json';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
// It goes into a header as it stands. Source: RFC 6838, 4.2.
const mediaType = z.string().regex(/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/);
const time = z.int().nonnegative();
// Above all that a studio stores, so that one field of a bundle is never more than a session is.
const text = z.string().max(200_000);
const name = z.string().max(1_000);
// The session goes on counting from these numbers, and must never reach those that are not exact any more.
const counted = z
  .int()
  .nonnegative()
  .max(2 ** 31);
const place = counted.positive();

/** A picture by what stays the same: the place of its turn and its index there; or (of another session) its old id. */
const pictureRef = z.union([z.tuple([place, counted]), z.string()]);
export type PictureRef = z.output<typeof pictureRef>;

// A receipt has the same recipe, but for the layout that was kept, which it names by its bytes alone.
const { priorHash, ...recipeFields } = receiptSchema.shape.turns.element.shape.recipe.unwrap().shape;
const recipe = z.strictObject({
  ...recipeFields,
  layoutOf: z.strictObject({ pictureId: pictureRef, priorHash: priorHash.unwrap() }).optional(),
});

const driftFigures = z.strictObject({
  pictureId: pictureRef,
  outsidePsnrDb: z.number().nullable(),
  outsideSsim: z.number().nullable(),
  shiftPx: z.strictObject({ x: z.number(), y: z.number() }).nullable(),
  changedShare: z.number(),
  changedTokenShare: z.number().nullable(),
});
const drift = z.strictObject({
  parent: driftFigures,
  root: driftFigures.nullable(),
  region: z.enum(DRIFT_REGIONS),
  alarms: z.array(z.enum(DRIFT_ALARMS)),
});

const state = z.enum(TURN_STATES);
const ofField = <Field extends string, Value extends z.ZodType>(field: Field, value: Value) => ({
  ...{ field: z.literal(field), before: value, after: value },
});
/** A change as a row has it, with places for ids. */
const change = z.discriminatedUnion('field', [
  z.strictObject(ofField('title', z.string())),
  z.strictObject(ofField('archivedAt', time.nullable())),
  z.strictObject(ofField('headPictureId', pictureRef.nullable())),
  z.strictObject({ ...ofField('state', state), turn: place }),
]);

/** Parts of a picture that are files of their own. */
const PICTURE_PARTS = ['pixels', 'latents', 'prior tokens', 'original'] as const;
/** A file that could not go out: of the picture of this version, or of an input of the turn at this place. */
const leftOut = z.union([
  z.strictObject({ version: place, part: z.enum(PICTURE_PARTS) }),
  z.strictObject({ turn: place, part: z.literal('input') }),
]);
export type LeftOut = z.output<typeof leftOut>;

const contextNote = z.strictObject({
  code: z.string(),
  reason: z.string().optional(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  field: z.string(),
  span: z.strictObject({ start: counted, end: counted }).nullable(),
  suggestions: z.array(z.string()),
});

const params = z.record(z.string(), z.union([z.string(), z.number()]));
const saidWords = z.strictObject({ text, choices: z.array(text).max(1_000) });
const reading = z.strictObject({
  model: name,
  state: z.enum(['read', 'failed']),
  words: text,
  calls: z
    .array(
      z.strictObject({
        purpose: z.enum(['message', 'prompt', 'trial']),
        ms: z.number(),
        inputTokens: z.number().nullable(),
        outputTokens: z.number().nullable(),
        cost: z.strictObject({ amount: z.number(), currency: name }).nullable(),
      }),
    )
    .max(1_000),
  refused: z.array(z.strictObject({ action: name, code: name })).max(1_000),
  failure: z.enum(READING_FAILURES).nullable(),
});
/** A message as its row has it, with places for the turns that its steps made. */
const message = z.strictObject({
  text,
  plan: planSchema,
  /** How a language model read it; absent where none did. */
  reading: reading.optional(),
  outcomes: z
    .array(
      z.strictObject({
        turns: z.array(place).max(MOST_TURNS).optional(),
        refusal: z
          .strictObject({ code: name, reason: name.optional(), params: params.optional() })
          .optional(),
        isLeft: z.literal(true).optional(),
      }),
    )
    .max(1_000),
  said: z
    .array(z.strictObject({ step: counted, words: z.strictObject({ en: saidWords, zh: saidWords }) }))
    .max(1_000),
  createdAt: time,
});

export const manifestSchema = z.strictObject({
  format: z.literal('palimpsest.session'),
  version: z.literal(2),
  session: z.strictObject({
    title: name,
    seed: name,
    createdAt: time,
    updatedAt: time,
    archivedAt: time.nullable(),
    head: pictureRef.nullable(),
    lastPosition: counted,
    lastVersion: counted,
    /** Absent where there are none. */
    tags: z.array(name).max(1_000).optional(),
  }),
  turns: z
    .array(
      z.strictObject({
        position: place,
        kind: z.enum(TURN_KINDS),
        mode: z.enum(TURN_MODES).nullable(),
        state,
        prompt: text,
        sentPrompt: text.nullable(),
        recipe: recipe.nullable(),
        replaces: place.nullable(),
        /** What was said of it when it was asked for; absent in bundles of older versions, and where there was nothing to say. */
        warnings: z.array(contextNote).max(1_000).optional(),
        createdAt: time,
        inputs: z
          .array(z.strictObject({ role: z.enum(INPUT_ROLES), picture: pictureRef, pixels: hash.nullable() }))
          .max(1_000),
        pictures: z
          .array(
            z.strictObject({
              index: counted,
              version: place,
              pixels: hash,
              latent: hash.nullable(),
              prior: hash.nullable(),
              original: hash.nullable(),
              widthPx: z.int().positive(),
              heightPx: z.int().positive(),
              drift: drift.nullable(),
              /** Absent where it is none. */
              isFavourite: z.literal(true).optional(),
              createdAt: time,
            }),
          )
          .max(1_000),
        /** How its run ended; a run under way counts as stopped and can be tried again. */
        run: z
          .strictObject({
            state: z.enum(ENDED),
            attempt: counted,
            errorCode: name.nullable(),
            errorMessage: text.nullable(),
            elapsedMs: z.record(z.string(), z.number()).nullable(),
            createdAt: time,
          })
          .nullable(),
      }),
    )
    .max(MOST_TURNS),
  operations: z
    .array(
      z.strictObject({
        kind: z.enum([...OPERATION_KINDS, 'undo', 'redo']),
        turn: place.nullable(),
        changes: z.array(change).max(MOST_TURNS),
        batch: counted,
        position: counted,
        at: time,
      }),
    )
    .max(2 * MOST_TURNS),
  /** What was said to make turns, oldest first; absent where nothing was, and in bundles of older versions. */
  messages: z.array(message).max(MOST_TURNS).optional(),
  blobs: z
    .array(z.strictObject({ sha256: hash, sizeBytes: z.int().nonnegative().max(MOST_BLOB_BYTES), mediaType }))
    .max(2 * MOST_TURNS),
  /** What could not go out, since its file was missing or damaged; absent where all did. */
  leftOut: z.array(leftOut).optional(),
});
export type Manifest = z.output<typeof manifestSchema>;
export type BundleTurn = Manifest['turns'][number];
export type BundleMessage = z.output<typeof message>;
export type BundleChange = z.output<typeof change>;
export type BundleDrift = z.output<typeof drift>;
export type BundleRecipe = z.output<typeof recipe>;

/** Every blob that a turn names. */
export function hashesOf({ inputs, pictures }: BundleTurn): string[] {
  const named = [
    ...inputs.map(({ pixels }) => pixels),
    ...pictures.flatMap(({ pixels, latent, prior, original }) => [pixels, latent, prior, original]),
  ];
  return named.filter((sha256) => sha256 !== null);
}
