/**
 * Requests of clients of OpenAI's Responses API, as far as a studio of pictures answers them: words and pictures in, words and
 * pictures out. A field that would change nothing here is taken only in the values that describe this server. Knows no table.
 * Source: openai-openapi, `CreateResponse`, 2026-08-21; `session_id` is ours.
 */
import { z } from 'zod';
import { Refusal } from '../../../studio/refusal.ts';
import { parseAs, readJson } from '../http.ts';

const MAX_BODY_BYTES = 200_000_000;
const MAX_PICTURES = 16;

const text = z.looseObject({ type: z.enum(['input_text', 'output_text']), text: z.string() });
const picture = z.looseObject({
  type: z.literal('input_image'),
  image_url: z.string().nullish(),
  file_id: z.string().nullish(),
});
const item = z.union([
  z.looseObject({
    type: z.literal('message').optional(),
    role: z.enum(['user', 'assistant', 'system', 'developer']),
    content: z.union([z.string(), z.array(z.union([text, picture]))]),
  }),
  /** A picture of an earlier answer: it says which session goes on. */
  z.looseObject({ type: z.literal('image_generation_call'), id: z.string() }),
]);
const tool = z.strictObject({
  type: z.literal('image_generation'),
  output_format: z.literal('png').optional(),
  size: z.literal('auto').optional(),
  quality: z.literal('auto').optional(),
  background: z.enum(['auto', 'opaque']).optional(),
});

/** Body of `POST /v1/responses`. */
export const responseForm = z.strictObject({
  model: z.string().optional(),
  input: z.union([z.string(), z.array(item)]),
  previous_response_id: z.string().nullish(),
  session_id: z.string().optional(),
  stream: z.boolean().nullish(),
  store: z.literal(true).nullish(),
  tools: z.array(tool).max(1).optional(),
  tool_choice: z.literal('auto').optional(),
  metadata: z.record(z.string(), z.string()).nullish(),
  user: z.string().optional(),
});
type Item = z.output<typeof item>;
type Said = Extract<Item, { role: string }>;

export interface ResponsesRequest {
  text: string;
  /** Files that came with the message, in their order. */
  files: Uint8Array[];
  /** The answer that this goes on from, or the picture of one, or a session. */
  after: { responseId: string } | { pictureId: string } | { sessionId: string } | undefined;
  model: string | undefined;
  stream: boolean;
  metadata: Record<string, string>;
}

/** Begins the id of each answer, and of each picture in one. */
export const RESPONSE_ID = 'resp_';
export const PICTURE_ID = 'ig_';

/** Reads a request. Throws {@link Refusal} `bad_request` with the field's name, `bad_json`, `too_large`. */
export async function readResponses(request: Request): Promise<ResponsesRequest> {
  const body = parseAs(responseForm, await readJson(request, z.unknown(), MAX_BODY_BYTES));
  const items: Item[] = typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : body.input;
  const last = items.findLast((each): each is Said => 'role' in each && each.role === 'user');
  const parts = last ? partsOf(last.content) : [];
  const words = parts.flatMap((part) => (part.type === 'input_image' ? [] : [part.text]));
  const said = words.join('\n').trim();
  if (said === '') throw new Refusal('bad_request.empty_prompt', {}, { field: 'input' });
  const pictures = parts.filter((part) => part.type === 'input_image');
  if (pictures.length > MAX_PICTURES)
    throw new Refusal(
      'bad_request.too_many_pictures',
      { count: pictures.length, most: MAX_PICTURES },
      { field: 'input' },
    );
  return {
    ...{ text: said, files: pictures.map(fileOf), after: afterOf(body, items), model: body.model },
    ...{ stream: body.stream ?? false, metadata: body.metadata ?? {} },
  };
}

type Part = z.output<typeof text> | z.output<typeof picture>;

const partsOf = (content: string | Part[]): Part[] =>
  typeof content === 'string' ? [{ type: 'input_text', text: content }] : content;

function fileOf({ image_url: url }: z.output<typeof picture>): Uint8Array {
  const data = /^data:[\w/+.-]+;base64,(.+)$/s.exec(url ?? '')?.[1];
  if (data !== undefined) return Buffer.from(data, 'base64');
  const problem = 'Expected a data URL; other addresses are not fetched';
  throw new Refusal('bad_request.form', { path: 'input.image_url', problem }, { field: 'input' });
}

function afterOf(
  { previous_response_id: previous, session_id: sessionId }: z.output<typeof responseForm>,
  items: readonly Item[],
): ResponsesRequest['after'] {
  if (previous) return { responseId: previous.replace(RESPONSE_ID, '') };
  if (sessionId) return { sessionId };
  const shown = items.findLast((each) => each.type === 'image_generation_call');
  return shown && { pictureId: String(shown.id).replace(PICTURE_ID, '') };
}
