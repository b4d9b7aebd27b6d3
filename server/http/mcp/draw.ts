/** The tools that make pictures. Each call is a turn like any other: it waits in the queue, and the page shows it. */
import { randomUUID } from 'node:crypto';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { findTurn } from '../../../db/turns.ts';
import type { Turn } from '../../../studio/protocol.ts';
import { INPUT_ROLES, TURN_MODES } from '../../../studio/vocabulary.ts';
import { picturesOfJob } from '../../queue/job-pictures.ts';
import { answerOnce } from '../../turns/answer-once.ts';
import { inSession } from '../../turns/sessions.ts';
import { claimOf } from '../../turns/store-turn.ts';
import { takeClaimedTurn } from '../../turns/take-turn.ts';
import { takeUpload } from '../../turns/uploads.ts';
import { warningsOf } from '../../views/notes.ts';
import { inNamesOf } from '../caller-names.ts';
import { MAX_KEY_LENGTH } from '../idempotency-key.ts';
import { progressSender } from './progress.ts';
import {
  ADDS,
  answerWith,
  type Extra,
  pictureFacts,
  pictureId,
  type Studio,
  sessionId,
  type Tool,
  tool,
} from './tool.ts';

const settings = {
  model: z
    .string()
    .optional()
    .describe(
      "The engine that draws, as list_engines names it; default: that of the session's newest picture",
    ),
  words: z.array(z.string()).optional().describe('Words to draw, instead of those between quotes'),
  count: z.int().min(1).optional().describe('How many pictures'),
  seed: z
    .int()
    .nonnegative()
    .optional()
    .describe('The same request with the same seed gives the same picture'),
  steps: z.int().min(1).optional(),
  guidance_scale: z.number().optional(),
  draft: z.boolean().default(false).describe('Fewer steps: quicker'),
  submission_key: z
    .string()
    .min(1)
    .max(MAX_KEY_LENGTH)
    .optional()
    .describe('Sent again with the same request, it gives the same pictures instead of making others'),
};
type Settings = z.output<z.ZodObject<typeof settings>>;

const drawPicture = tool(
  {
    name: 'draw_picture',
    title: 'Draw a picture',
    description: 'Makes new pictures from words and waits for them.',
    annotations: ADDS,
    inputSchema: z.strictObject({
      prompt: z.string().describe('What the picture shows; words to draw stand in quotes'),
      width_px: z.int().optional(),
      height_px: z.int().optional(),
      session_id: sessionId.optional().describe('Where it goes; default: a new session'),
      ...settings,
    }),
  },
  (studio, { prompt, width_px, height_px, session_id, ...rest }, extra) => {
    const { options, ...asks } = asksOf(rest);
    const size = known({ widthPx: width_px, heightPx: height_px });
    const turn: Turn = { prompt, mode: 'new', inputs: [], ...asks, options: { ...options, ...size } };
    return made(studio, session_id, rest.submission_key, turn, extra);
  },
);

const editPicture = tool(
  {
    name: 'edit_picture',
    title: 'Edit a picture',
    description: 'Makes a new version from pictures of a session and waits for it; the old ones stay.',
    annotations: ADDS,
    inputSchema: z.strictObject({
      session_id: sessionId,
      instruction: z.string().describe('What to change; may mention versions, such as @v2'),
      mode: z
        .enum(TURN_MODES)
        .exclude(['new'])
        .default('edit')
        .describe(
          'edit: change the target. style: draw in the style of a picture. identity: the same subject elsewhere. combine: the subjects of several pictures in one',
        ),
      pictures: z
        .array(z.strictObject({ picture_id: pictureId, role: z.enum(INPUT_ROLES).exclude(['mask']) }))
        .default([])
        .describe('What goes along, in this order; an edit without a target changes the active picture'),
      ...settings,
    }),
  },
  (studio, { session_id, instruction: prompt, mode, pictures, ...rest }, extra) => {
    const inputs = pictures.map(({ picture_id, role }) => ({ pictureId: picture_id, role }));
    const turn: Turn = { prompt, mode, inputs, ...asksOf(rest) };
    return inNamesOf({ prompt: 'instruction' }, () =>
      made(studio, session_id, rest.submission_key, turn, extra),
    );
  },
);

const addPicture = tool(
  {
    name: 'add_picture',
    title: 'Add a picture',
    description: 'Takes a picture file into a session, to edit it or to refer to it.',
    annotations: ADDS,
    inputSchema: z.strictObject({
      data: z
        .string()
        // Not of zod's own form: clients refuse schemas with formats that they do not know.
        .refine((text) => z.base64().safeParse(text).success, 'Expected the file in base64')
        .describe('The file in base64, such as a PNG or JPEG'),
      session_id: sessionId.optional().describe('Where it goes; default: a new session'),
    }),
  },
  async (studio, { data, session_id }) => {
    const file = Buffer.from(data, 'base64');
    const { turn } = await inSession(studio, session_id, (id) => takeUpload(studio, id, file));
    const session = findTurn(studio.db, turn.id)!.sessionId;
    return answerWith(studio, { session_id: session, pictures: turn.pictures.map(pictureFacts) }, []);
  },
);

export const DRAWING_TOOLS: readonly Tool[] = [drawPicture, editPicture, addPicture];

/** Stores a turn, or finds the one that its key stands for, and answers with its pictures. */
async function made(
  studio: Studio,
  session: string | undefined,
  key: string = randomUUID(),
  turn: Turn,
  extra: Extra,
): Promise<CallToolResult> {
  const claim = claimOf(studio, key, ['mcp', session ?? null, turn]);
  const { turn: taken, job } = await answerOnce(studio, claim, () =>
    inSession(studio, session, (id) => takeClaimedTurn(studio, id, claim, turn)),
  );
  const pictures = await picturesOfJob(studio.db, job.id, progressSender(extra), extra.signal);
  const { seed, steps, guidanceScale, modelName } = taken.recipe!;
  const facts = {
    session_id: findTurn(studio.db, taken.id)!.sessionId,
    pictures: pictures.map(pictureFacts),
    ...{ model: modelName, seed, steps, guidance_scale: guidanceScale },
    warnings: warningsOf(taken),
  };
  return answerWith(studio, facts, pictures);
}

function asksOf({
  words,
  count,
  seed,
  steps,
  guidance_scale,
  draft,
  model,
}: Settings): Pick<Turn, 'options' | 'renderTexts' | 'model'> {
  const options = known({ count, seed, steps, guidanceScale: guidance_scale });
  return {
    options: draft ? { ...options, quality: 'draft' } : options,
    ...(words && { renderTexts: words }),
    ...(model !== undefined && { model }),
  };
}

type Known<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the fields that were left open. */
function known<T extends object>(fields: T): Known<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Known<T>;
}
