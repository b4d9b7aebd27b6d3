/**
 * Messages by OpenAI's Responses API: what is said in words is understood as on the page, and answered with text and pictures side
 * by side, at once or as a stream of events.
 * Source: openai-openapi, `Response`, `ResponseStreamEvent`, 2026-08-21.
 */
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { findMessage, findMessageByKey } from '../../../db/messages.ts';
import type { MessageAnswer, PictureView } from '../../../studio/protocol.ts';
import { savedBytesOf } from '../../files/saved-picture.ts';
import { type MessageEnd, messageEnd } from '../../messages/message-end.ts';
import { localeOfText, messageText } from '../../messages/message-text.ts';
import { takeMessage } from '../../messages/take-message.ts';
import type { Runtime } from '../../runtime.ts';
import { inSession, requireSession } from '../../turns/sessions.ts';
import { engineOfTurn } from '../../turns/turn-engine.ts';
import { takeUpload } from '../../turns/uploads.ts';
import { requirePicture } from '../../views/pages.ts';
import { inNamesOf } from '../caller-names.ts';
import { errorAnswer, localeOf } from '../edge.ts';
import { openAiError } from './error.ts';
import { PICTURE_ID, RESPONSE_ID, type ResponsesRequest } from './responses-form.ts';

/** Our fields as clients of this API write them: all that is said and shown is its input. */
const NAMES = { text: 'input', prompt: 'input', inputs: 'input', file: 'input' };

const BEAT_MS = 15_000;
const BEAT = ':\n\n';

/** Takes a message and answers with all that came of it. Throws {@link Refusal}; an error while a stream runs is its last event. */
export async function responsesAnswer(
  c: Context,
  parts: Runtime,
  key: string,
  asked: ResponsesRequest,
): Promise<Response> {
  const taken = await inNamesOf(NAMES, () => take(parts, key, asked));
  if (asked.stream) return responsesStream(c, parts, asked, taken);
  const end = await messageEnd(parts.db, taken.message.id, () => {}, c.req.raw.signal);
  return c.json(await responseOf(parts, asked, taken, end));
}

/** The session that a request goes on in; undefined: a new one. Throws {@link Refusal} `unknown_session`, `unknown_picture`. */
function sessionOf(parts: Runtime, { after }: ResponsesRequest): string | undefined {
  if (!after) return undefined;
  if ('sessionId' in after) return after.sessionId;
  if ('responseId' in after) {
    const sessionId = findMessage(parts.db, after.responseId)?.sessionId;
    return requireSession(parts, sessionId ?? after.responseId).id;
  }
  return requirePicture(parts, after.pictureId, 'input').picture.sessionId;
}

async function take(parts: Runtime, key: string, asked: ResponsesRequest): Promise<MessageAnswer> {
  const { text, files, model } = asked;
  return inSession(parts, sessionOf(parts, asked), async (id) => {
    // A name of no engine is refused; which one draws is the session's own.
    if (model !== undefined) engineOfTurn(parts, id, model);
    const isKnown = findMessageByKey(parts.db, parts.owner, key) !== undefined;
    for (const file of isKnown ? [] : files) await takeUpload(parts, id, file);
    return takeMessage(parts, id, key, { text, dryRun: false }, localeOfText(text));
  });
}

type Item = { type: string; id: string } & Record<string, unknown>;

/** The answer whole. */
async function responseOf(parts: Runtime, asked: ResponsesRequest, taken: MessageAnswer, end: MessageEnd) {
  const text = textOf(asked, taken, end);
  const pictures = await Promise.all(end.pictures.map((picture) => pictureItem(parts, picture)));
  return {
    ...head(parts, asked, taken, 'completed'),
    ...facts(taken, end, [...pictures, ...textItems(taken, text)]),
  };
}

/** What the message said, and why a picture was not made. */
function textOf(
  { text }: ResponsesRequest,
  { said }: MessageAnswer,
  { message, errors }: MessageEnd,
): string {
  const locale = localeOfText(text);
  const { reading, outcomes } = message;
  const failed = errors.map((error) => errorAnswer(error, locale).message);
  return [messageText({ reading, said, outcomes }, locale), ...failed].filter(Boolean).join('\n');
}

function head(
  { engines }: Runtime,
  { model, metadata, after }: ResponsesRequest,
  { message }: MessageAnswer,
  status: 'in_progress' | 'completed',
) {
  return {
    ...{ id: RESPONSE_ID + message.id, object: 'response', created_at: Math.floor(message.createdAt / 1000) },
    ...{ status, error: null, incomplete_details: null, instructions: null, metadata },
    ...{ model: model ?? engines.default, output: [] as Item[], parallel_tool_calls: false },
    previous_response_id: after && 'responseId' in after ? RESPONSE_ID + after.responseId : null,
    ...{ store: true, temperature: 1, top_p: 1, tool_choice: 'auto', tools: [{ type: 'image_generation' }] },
    ...{ text: { format: { type: 'text' } }, truncation: 'disabled', usage: null as object | null },
  };
}

/** What is known once all is done: the output, the tokens of a language model, and our own field with plan and session. */
function facts({ message }: MessageAnswer, { message: row }: MessageEnd, output: Item[]) {
  const sum = (of: 'inputTokens' | 'outputTokens') =>
    (row.reading?.calls ?? []).reduce((all, each) => all + (each[of] ?? 0), 0);
  const [input, out] = [sum('inputTokens'), sum('outputTokens')];
  return {
    output,
    usage: {
      ...{ input_tokens: input, input_tokens_details: { cached_tokens: 0 } },
      ...{ output_tokens: out, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: input + out },
    },
    palimpsest: { session_id: row.sessionId, message_id: message.id, plan: row.plan, reading: row.reading },
  };
}

async function pictureItem(parts: Runtime, { id, hash }: PictureView): Promise<Item> {
  const bytes = (await savedBytesOf(parts, hash)) ?? (await parts.blobs.read(hash));
  const result = Buffer.from(bytes).toString('base64');
  return { id: PICTURE_ID + id, type: 'image_generation_call', status: 'completed', result };
}

const textPart = (text: string) => ({ type: 'output_text', text, annotations: [], logprobs: [] });

function textItems({ message }: MessageAnswer, text: string): Item[] {
  if (text === '') return [];
  const id = `msg_${message.id}`;
  return [{ id, type: 'message', status: 'completed', role: 'assistant', content: [textPart(text)] }];
}

/** Events as they come. A comment is sent while it waits, or a proxy would close the connection. */
function responsesStream(
  c: Context,
  parts: Runtime,
  asked: ResponsesRequest,
  taken: MessageAnswer,
): Response {
  const response = streamSSE(c, async (stream) => {
    const left = new AbortController();
    const beats = setInterval(() => stream.write(BEAT), BEAT_MS);
    stream.onAbort(() => {
      clearInterval(beats);
      left.abort();
    });
    let number = 0;
    const send = (type: string, body: object) =>
      stream.writeSSE({ event: type, data: JSON.stringify({ type, sequence_number: number++, ...body }) });
    try {
      for await (const [type, body] of streamEvents(parts, asked, taken, left.signal)) await send(type, body);
    } catch (error) {
      const answer = errorAnswer(error, localeOf(c.req.raw.headers));
      if (answer.code === 'internal') parts.log.error({ err: error }, 'a stream failed');
      await send('error', openAiError(answer).error);
    } finally {
      clearInterval(beats);
    }
  });
  response.headers.set('Cache-Control', 'no-store, no-transform');
  return response;
}

async function* streamEvents(
  parts: Runtime,
  asked: ResponsesRequest,
  taken: MessageAnswer,
  signal: AbortSignal,
): AsyncGenerator<[string, object]> {
  const begun = head(parts, asked, taken, 'in_progress');
  yield ['response.created', { response: begun }];
  yield ['response.in_progress', { response: begun }];
  const end = await messageEnd(parts.db, taken.message.id, () => {}, signal);
  const output: Item[] = [];
  for (const picture of end.pictures) {
    const item = await pictureItem(parts, picture);
    const place = { output_index: output.length, item_id: item.id };
    const { result: _, ...open } = item;
    yield ['response.output_item.added', { ...place, item: { ...open, status: 'generating', result: null } }];
    yield ['response.image_generation_call.completed', place];
    yield ['response.output_item.done', { ...place, item }];
    output.push(item);
  }
  const text = textOf(asked, taken, end);
  for (const item of textItems(taken, text)) {
    const place = { output_index: output.length, item_id: item.id };
    const within = { ...place, content_index: 0 };
    yield ['response.output_item.added', { ...place, item: { ...item, status: 'in_progress', content: [] } }];
    yield ['response.content_part.added', { ...within, part: textPart('') }];
    yield ['response.output_text.delta', { ...within, delta: text, logprobs: [] }];
    yield ['response.output_text.done', { ...within, text, logprobs: [] }];
    yield ['response.content_part.done', { ...within, part: textPart(text) }];
    yield ['response.output_item.done', { ...place, item }];
    output.push(item);
  }
  const whole = { ...begun, status: 'completed', ...facts(taken, end, output) };
  yield ['response.completed', { response: whole }];
}
