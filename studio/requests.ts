/**
 * The requests of the page: the bodies and queries of every route, as zod schemas. Re-exported by `protocol.ts`; the routes are the
 * lines of `server/http/app.ts`. Knows no answer.
 */
import { z } from 'zod';
import {
  CHAINS,
  FREEABLE,
  GALLERY_SORTS,
  INPUT_ROLES,
  LAYOUTS,
  QUALITIES,
  SAVED_FORMATS,
  SESSION_STATES,
  THUMBNAIL_WIDTHS,
  TURN_KINDS,
  TURN_MODES,
  TURN_STATES,
} from './vocabulary.ts';

/**
 * One input of a turn. A picture that is made already (`pictureId`, of any session), the picture that a turn still in the
 * queue will make (`turnId`, and `index` among its pictures: the new turn waits for it), or a painted mask (`maskHash` as the
 * masks route answered it). A picture that can be named in two of these ways is the same input by either.
 */
export const inputSchema = z.union([
  z.strictObject({ pictureId: z.string(), role: z.enum(INPUT_ROLES) }),
  z.strictObject({
    turnId: z.string(),
    index: z.int().nonnegative().default(0),
    role: z.enum(INPUT_ROLES),
  }),
  z.strictObject({ maskHash: z.string(), role: z.literal('mask') }),
]);
export type TurnInput = z.output<typeof inputSchema>;

/** The engine that is to draw, by its name or that of its model. Default: that of the session's newest turn, else the server's. */
const modelField = z.string().optional();

export const optionsSchema = z.strictObject({
  widthPx: z.int().optional(),
  heightPx: z.int().optional(),
  seed: z.int().nonnegative().optional(),
  steps: z.int().optional(),
  guidanceScale: z.number().optional(),
  count: z.int().optional(),
  layout: z.enum(LAYOUTS).optional(),
  /** How an input made in this session is read: from its stored prior tokens and latents, or from its pixels. */
  chain: z.enum(CHAINS).optional(),
  /** `draft` takes fewer steps where `steps` names none. Default `final`. */
  quality: z.enum(QUALITIES).optional(),
  /**
   * With a mask, for a model that knows none: it draws the whole picture, and outside of the mask the target's pixels are put back.
   * Without, such a mask is refused. Nothing where the model knows masks.
   */
  composite: z.boolean().optional(),
  /** Whether words are read back in the picture, and it is drawn once more where they are misspelt. Default: where the model can. */
  secondLook: z.boolean().optional(),
});

/**
 * Body of `POST /api/sessions/:id/turns`, with an `Idempotency-Key` header or without. Answer 202 `{ turn, job }`.
 * The prompt as it was typed, mentions included (`@3`, `@v3`, `@cat`, `@title/12`): the server understands them with the
 * same `compileContext` that the page shows. A mention of a picture among `inputs` takes that input's number; any other is
 * appended as a reference (as a style in the mode `style`).
 *
 * | mode     | target                              | other inputs                                                          |
 * | -------- | ----------------------------------- | --------------------------------------------------------------------- |
 * | new      | none                                | any references                                                        |
 * | edit     | default: the end of the branch      | any references                                                        |
 * | style    | optional; without one: a new picture | at least one of role `style`                                         |
 * | identity | none                                | at least one reference; default: the end of the branch               |
 * | combine  | none                                | at least two references                                               |
 */
export const turnSchema = z.strictObject({
  prompt: z.string(),
  mode: z.enum(TURN_MODES),
  inputs: z.array(inputSchema).default([]),
  renderTexts: z.array(z.string()).optional(),
  /**
   * What the model reads in the place of the prompt, such as the answer of the wording route: the same quoted texts and mentions in
   * the same order, or it is refused. The prompt stays as it was typed; both are in receipts.
   */
  wording: z.string().optional(),
  options: optionsSchema.default({}),
  model: modelField,
});
export type TurnBody = z.input<typeof turnSchema>;
export type Turn = z.output<typeof turnSchema>;

/** Body of `POST /api/sessions/:id/wording`: what a prompt would be in words that the model understands best. Nothing is stored. */
export const wordingSchema = z.strictObject({
  prompt: z.string(),
  mode: z.enum(TURN_MODES),
  model: modelField,
});

/**
 * Body of `POST /api/turns/:id/repeat`, also with an `Idempotency-Key`: the same message on the same inputs, byte for byte.
 * Without options it is a regenerate: all as it was, under a new seed. `sameLayoutAs` keeps the prior tokens of one of the
 * turn's pictures (draft to final, other guidance, new details): then the seed stays too unless one is named.
 */
export const repeatSchema = z.strictObject({
  options: optionsSchema.default({}),
  sameLayoutAs: z.string().optional(),
  /** Default: the engine that drew the turn, while it is there. */
  model: modelField,
});
export type RepeatBody = z.input<typeof repeatSchema>;
export type Repeat = z.output<typeof repeatSchema>;

export const freeSchema = z.strictObject({ what: z.enum(FREEABLE) });

/**
 * A change of an earlier edit on the active branch; the edits that depend on it run again.
 * `move` puts an edit right after another turn of the branch. The first picture of a branch cannot be moved or disabled.
 */
export const replayChangeSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('disable'), turnId: z.string() }),
  z.strictObject({ type: z.literal('enable'), turnId: z.string() }),
  z.strictObject({ type: z.literal('move'), turnId: z.string(), after: z.string() }),
  z.strictObject({ type: z.literal('reword'), turnId: z.string(), prompt: z.string() }),
]);
export type ReplayChange = z.output<typeof replayChangeSchema>;

/** Body of `POST /api/sessions/:id/replay`. A dry run answers the plan and stores nothing. */
export const replaySchema = z.strictObject({
  change: replayChangeSchema,
  dryRun: z.boolean().default(false),
});

/**
 * Body of `POST /api/sessions/:id/rebase`: all instructions between the picture `from` and `to` (default: the active picture) as
 * one edit on `from`. Without a prompt they are joined in their order; a dry run answers that prompt and stores nothing.
 */
export const rebaseSchema = z.strictObject({
  from: z.string(),
  to: z.string().optional(),
  prompt: z.string().optional(),
  dryRun: z.boolean().default(false),
});

export const newSessionSchema = z.strictObject({ title: z.string().trim().max(200).default('') });

const MAX_TAGS = 20;
const MAX_TAG_LENGTH = 40;
/** Pictures that are taken along at once. */
const MAX_TAKEN = 100;

/** Body of `PATCH /api/sessions/:id`: the named fields change, in one operation that undo takes back. */
export const sessionChangeSchema = z.strictObject({
  title: z.string().trim().min(1).max(200).optional(),
  /** The picture that the next edit starts from; any picture of this session. */
  headPictureId: z.string().optional(),
  archived: z.boolean().optional(),
  /** Above the others of the list. Undo does not take this back, nor tags. */
  pinned: z.boolean().optional(),
  /** In place of those before. */
  tags: z
    .array(z.string().trim().min(1).max(MAX_TAG_LENGTH))
    .max(MAX_TAGS)
    .transform((tags) => [...new Set(tags)])
    .optional(),
});
export type SessionChange = z.output<typeof sessionChangeSchema>;

/** Body of `PATCH /api/pictures/:id`. */
export const pictureChangeSchema = z.strictObject({ favourite: z.boolean() });

/** Body of `POST /api/sessions/:id/pictures`: pictures of other sessions, which come with their branches. */
export const takeAlongSchema = z.strictObject({
  pictureIds: z.array(z.string()).min(1).max(MAX_TAKEN),
  /** Hides their turns where they are. */
  move: z.boolean().default(false),
});

/** Body of `PATCH /api/turns/:id`: `removed` hides a turn and nothing else; `active` brings it back. */
export const turnChangeSchema = z.strictObject({ state: z.enum(TURN_STATES).exclude(['disabled']) });
export type TurnChange = z.output<typeof turnChangeSchema>;

/** Body of `PATCH /api/engines/:name`: from now on it draws where none is named. */
export const engineChangeSchema = z.strictObject({ default: z.literal(true) });

/** Query of `GET /api/model`. */
export const knownQuery = z.strictObject({ model: modelField });

/** Body of `POST /api/queue`. */
export const queueChangeSchema = z.strictObject({ paused: z.boolean() });

/** Body of `POST /api/jobs/:id/move`: right before another waiting job, or (null) to the end of the line. */
export const moveJobSchema = z.strictObject({ before: z.string().nullable() });

const page = {
  /** `nextCursor` of the page before. */
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
};

/** Query of `GET /api/sessions`. Default limit 100. */
export const listQuery = z.strictObject({
  ...page,
  state: z.enum(SESSION_STATES).default('active'),
  tag: z.string().optional(),
});

/** Query of `GET /api/search`. Default limit 50. */
export const searchQuery = z.strictObject({ ...page, q: z.string() });

/** Query of `GET /api/pictures`. Default limit 100; `q` searches the instructions of their branches and the words drawn in them. */
export const galleryQuery = z.strictObject({
  ...page,
  q: z.string().optional(),
  sessionId: z.string().optional(),
  kind: z.enum(TURN_KINDS).optional(),
  favourites: z.stringbool().optional(),
  sort: z.enum(GALLERY_SORTS).optional(),
});

/** Query of `POST /api/sessions/:id/masks`. */
export const maskQuery = z.strictObject({
  /** Width of the edge over which old and new are mixed, in pixels of the mask. Default: a narrow one within the mask. */
  feather: z.coerce.number().pipe(z.number().min(0).max(256)).optional(),
});

/** Query of `GET /images/:hash`. */
export const downloadQuery = z.object({
  /** Saves the picture as a file of this name; a made picture then carries its receipt. */
  download: z.string().optional(),
  /** `none`: without the prompts and recipes that led to it. */
  history: z.enum(['keep', 'none']).default('keep'),
  /** A small view as WebP instead, at most so wide. */
  width: z.coerce.number().pipe(z.literal(THUMBNAIL_WIDTHS)).optional(),
});
export type Download = z.output<typeof downloadQuery>;

/** Query of `GET /api/sessions/:id/export`. */
export const exportQuery = z.strictObject({
  /** Whether added photos keep what their camera wrote into them, such as position, device and time. */
  traces: z.enum(['keep', 'none']).default('none'),
});

/** Query of `GET /pictures/ID.png` and the other formats. */
export const savedQuery = z.object({
  /** Saves the file instead of showing it. */
  download: z.string().optional(),
  /** Of a JPEG or WebP. */
  quality: z.coerce.number().pipe(z.int().min(1).max(100)).optional(),
  /** `none`: without the prompts and recipes that led to it. */
  history: z.enum(['keep', 'none']).default('keep'),
});

/** Query of `GET /api/pictures.zip`: which pictures, by exactly one of three. */
export const zipQuery = z
  .strictObject({
    sessionId: z.string().optional(),
    turnId: z.string().optional(),
    /** Ids of pictures, with commas between them. */
    ids: z.string().optional(),
    format: z.enum(SAVED_FORMATS).optional(),
    /** `none`: without the prompts and recipes that led to them. */
    history: z.enum(['keep', 'none']).default('keep'),
  })
  .refine(
    ({ sessionId, turnId, ids }) =>
      [sessionId, turnId, ids].filter((each) => each !== undefined).length === 1,
    {
      message: 'Expected one of sessionId, turnId and ids',
    },
  );

/**
 * A message of a client on the socket at `/api/events`: a session's id, `*` for the `session.*` events of all sessions, or
 * `queue` for the queue as a whole.
 * Every later event comes in order, once; a closed socket asks again from its last `seq`. One socket may follow
 * several feeds, each a sequence of its own; asking again for the same feed moves its cursor.
 * The answers are SessionEvent frames; a message that cannot be understood is answered with an ErrorBody frame.
 */
export const subscribeSchema = z.strictObject({ subscribe: z.string(), after: z.int().nonnegative() });

/** Query of `GET /api/events`: the same feeds, one request after another. */
export const eventsQuery = z.strictObject({
  feed: z.string(),
  after: z.coerce.number().pipe(z.int().nonnegative()),
});
