/** The tool that says something in words: understood, shown as a plan where that is wanted, and done as on the page. */
import { randomUUID } from 'node:crypto';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { planSchema } from '../../../studio/agent/actions.ts';
import type { MessageReading } from '../../../studio/protocol.ts';
import { messageEnd } from '../../messages/message-end.ts';
import { localeOfText, messageText } from '../../messages/message-text.ts';
import { planMessage, takeMessage } from '../../messages/take-message.ts';
import { inSession } from '../../turns/sessions.ts';
import { errorAnswer } from '../edge.ts';
import { parseAs } from '../http.ts';
import { MAX_KEY_LENGTH } from '../idempotency-key.ts';
import { progressSender } from './progress.ts';
import {
  ADDS,
  answer,
  answerWith,
  type Extra,
  pictureFacts,
  type Studio,
  sessionId,
  type Tool,
  tool,
} from './tool.ts';

const message = tool(
  {
    name: 'message',
    title: 'Say what is wanted',
    description:
      'Says to the studio what a user says: what to draw or change, several changes at once, commands such as "undo" or "back to the first", or questions. Answers in words, with the pictures that were made. A question of the studio comes with choices, each with its plan: send the text again with that plan.',
    annotations: ADDS,
    inputSchema: z.strictObject({
      text: z.string().trim().min(1).describe('What the user says, in English or Chinese'),
      session_id: sessionId.optional().describe('Where it is said; default: a new session'),
      dry_run: z.boolean().default(false).describe('Answer the plan only; nothing is done or kept'),
      plan: z
        .array(z.record(z.string(), z.unknown()))
        .optional()
        .describe('The plan of a dry run or of a choice, changed or not: it is done as it is'),
      submission_key: z
        .string()
        .min(1)
        .max(MAX_KEY_LENGTH)
        .optional()
        .describe('Sent again with the same request, it gives the same answer instead of doing it twice'),
    }),
  },
  async (studio, asked, extra) => {
    const plan = asked.plan && parseAs(planSchema, asked.plan);
    const said = { text: asked.text, dryRun: asked.dry_run, ...(plan && { plan }) };
    if (asked.dry_run) return planned(studio, asked.session_id, said);
    return done(studio, asked.session_id, asked.submission_key ?? randomUUID(), said, extra);
  },
);

export const MESSAGE_TOOLS: readonly Tool[] = [message];

type Said = Parameters<typeof planMessage>[2];

/** The plan alone. A session that is made for it goes again. */
async function planned(studio: Studio, session: string | undefined, said: Said): Promise<CallToolResult> {
  const locale = localeOfText(said.text);
  const planOf = (id: string) => planMessage(studio, id, said, locale);
  const {
    plan,
    reading,
    said: words,
  } = session ? await planOf(session) : await inSession(studio, undefined, planOf);
  return answer({
    ...(session && { session_id: session }),
    ...{ plan, text: messageText({ reading, said: words, outcomes: [] }, locale) },
    ...readBy(reading),
  });
}

async function done(
  studio: Studio,
  session: string | undefined,
  key: string,
  said: Said,
  extra: Extra,
): Promise<CallToolResult> {
  const locale = localeOfText(said.text);
  const taken = await inSession(studio, session, async (id) => ({
    id,
    answer: await takeMessage(studio, id, key, said, locale),
  }));
  const { message: row, said: words } = taken.answer;
  const end = await messageEnd(studio.db, row.id, progressSender(extra), extra.signal);
  const { plan, outcomes, reading } = end.message;
  const facts = {
    session_id: taken.id,
    text: messageText({ reading, said: words, outcomes }, locale),
    plan,
    pictures: end.pictures.map(pictureFacts),
    errors: end.errors.map((error) => errorAnswer(error, locale).message),
    ...readBy(reading),
  };
  return answerWith(studio, facts, end.pictures);
}

/** Which language model read it, and what that took. */
function readBy(reading: MessageReading | null | undefined) {
  if (!reading) return {};
  const { model, failure, calls } = reading;
  return { read_by: { model, failure, calls } };
}
