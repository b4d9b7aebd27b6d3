/**
 * Requests of clients of OpenAI's images API, as JSON or as a form. A field that would change nothing here is taken only in the
 * values that describe this server; any other field is refused by name. Knows no table.
 * Source: openai-openapi, `CreateImageRequest` and `CreateImageEditRequest`, 2026-08-21; `seed`, `num_inference_steps`,
 * `guidance_scale`, `session_id` and `history` are ours, under the names that other engines use.
 */
import { z } from 'zod';
import { Refusal } from '../../../studio/refusal.ts';
import { formOf, parseAs, readBytes, readJson } from '../http.ts';

export const FORMATS = ['png', 'jpeg', 'webp'] as const;
export type Format = (typeof FORMATS)[number];

const MAX_BODY_BYTES = 200_000_000;
const MAX_IMAGES = 16;

const object = z.record(z.string(), z.unknown());

/** Form fields are text; nothing else, such as an empty text or a list, stands for a number. */
const number = <T extends z.ZodType<number>>(form: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value) ? Number(value) : value),
    form,
  );
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

const fields = {
  prompt: z.string(),
  model: z.string().optional(),
  n: number(z.number().int().min(1).max(10)).default(1),
  size: z
    .string()
    .regex(/^(auto|\d+x\d+)$/, "Expected 'auto' or WIDTHxHEIGHT, such as 256x256")
    .default('auto'),
  quality: z.enum(['auto', 'low', 'medium', 'high', 'standard', 'hd']).default('auto'),
  background: z.enum(['auto', 'opaque']).default('opaque'),
  output_format: z.enum(FORMATS).default('png'),
  output_compression: number(z.number().int().min(0).max(100)).default(100),
  response_format: z.enum(['b64_json', 'url']).default('b64_json'),
  stream: flag.default(false),
  partial_images: number(z.number().int().min(0).max(3)).default(0),
  moderation: z.enum(['auto', 'low']).optional(),
  user: z.string().optional(),
  seed: number(z.number().int().nonnegative()).optional(),
  num_inference_steps: number(z.number().int()).optional(),
  guidance_scale: number(z.number()).optional(),
  session_id: z.string().optional(),
  /** Whether a PNG carries the prompts and recipes that led to it. */
  history: flag.default(true),
};

/** A picture of a request: its file, or the id of one that is here. */
export type GivenImage = { file: Uint8Array } | { pictureId: string };

/** Body of `POST /v1/images/generations`. */
export const generationForm = z.strictObject(fields);
const edit = z.strictObject({ ...fields, input_fidelity: z.enum(['high', 'low']).optional() });
const picture = z
  .strictObject({ image_url: z.string().optional(), file_id: z.string().optional() })
  .transform(givenImage);
/** Body of `POST /v1/images/edits` as JSON. As a form, `image` and `mask` are files. */
export const editForm = edit.extend({
  images: z.array(picture).max(MAX_IMAGES).default([]),
  mask: picture.optional(),
});

export interface ImagesRequest extends z.output<typeof generationForm> {
  kind: 'image_generation' | 'image_edit';
  images: GivenImage[];
  mask: GivenImage | undefined;
}

/** A request for new pictures. Throws {@link Refusal} `bad_request` with the field's name, `bad_json`, `bad_form`, `too_large`. */
export async function readGeneration(request: Request): Promise<ImagesRequest> {
  const body = parseAs(generationForm, withoutNulls(await readJson(request, object, MAX_BODY_BYTES)));
  return { ...body, kind: 'image_generation', images: [], mask: undefined };
}

/**
 * A request to edit pictures, as a form with files or as JSON. Throws {@link Refusal} `bad_request` with the field's name,
 * `bad_json`, `bad_form`, `too_large`.
 */
export async function readEdit(request: Request): Promise<ImagesRequest> {
  const contentType = request.headers.get('content-type') ?? '';
  if (!contentType.startsWith('multipart/form-data')) {
    const { images, mask, ...body } = parseAs(
      editForm,
      withoutNulls(await readJson(request, object, MAX_BODY_BYTES)),
    );
    return { ...body, kind: 'image_edit', images, mask };
  }
  const form = await formOf(await readBytes(request, MAX_BODY_BYTES), contentType, 'fields');
  refuseStrayFiles(form);
  // A form has no null: an empty field is one that is left open.
  const texts = [...form].filter(
    ([name, value]) => typeof value === 'string' && (value !== '' || name === 'prompt'),
  );
  const body = parseAs(edit, Object.fromEntries(texts));
  const images = await filesOf(form, IMAGE_FIELDS);
  if (images.length > MAX_IMAGES)
    throw new Refusal(
      'bad_request.too_many_pictures',
      { count: images.length, most: MAX_IMAGES },
      { field: 'image' },
    );
  const [mask] = await filesOf(form, ['mask']);
  return { ...body, kind: 'image_edit', images, mask };
}

const IMAGE_FIELDS = ['image', 'image[]'];

/** No file is dropped without a word. */
function refuseStrayFiles(form: FormData): void {
  const names = [...form].flatMap(([name, value]) => (typeof value === 'string' ? [] : [name]));
  const stray =
    names.find((name) => ![...IMAGE_FIELDS, 'mask'].includes(name)) ??
    names.filter((name) => name === 'mask')[1];
  if (stray === undefined) return;
  const problem = 'Files are taken as image or image[], each as often as there are pictures, and one as mask';
  throw new Refusal('bad_request.form', { path: stray, problem }, { field: stray });
}

async function filesOf(form: FormData, names: readonly string[]): Promise<GivenImage[]> {
  const files = names.flatMap((name) => form.getAll(name)).filter((value) => typeof value !== 'string');
  return Promise.all(files.map(async (file) => ({ file: new Uint8Array(await file.arrayBuffer()) })));
}

/** Clients write null for a field that they leave open. */
const withoutNulls = (body: object): object =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));

function givenImage(
  { image_url: url, file_id: pictureId }: { image_url?: string | undefined; file_id?: string | undefined },
  context: z.RefinementCtx,
): GivenImage {
  if (pictureId !== undefined) return { pictureId };
  const data = /^data:[\w/+.-]+;base64,(.+)$/s.exec(url ?? '')?.[1];
  if (data !== undefined) return { file: Buffer.from(data, 'base64') };
  context.addIssue({
    code: 'custom',
    message:
      'Expected a data URL (other addresses are not fetched), or file_id with the id of a picture here',
    path: ['image_url'],
  });
  return z.NEVER;
}
