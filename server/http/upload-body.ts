/** The file in a request: its raw body, or the first file of a form. Knows neither pictures nor bundles. */
import { Refusal } from '../../studio/refusal.ts';
import { formOf, readBytes, streamOf } from './http.ts';

const MAX_FILE_BYTES = 50_000_000;
// A form is held in memory; a larger bundle is sent as the raw body.
const MAX_BUNDLE_FORM_BYTES = 500_000_000;
const MAX_FORM_BYTES = MAX_FILE_BYTES + 100_000;

/**
 * The picture file in a request: its raw body, or the first file of a form. Throws {@link Refusal} `bad_form`, `bad_image`,
 * `too_large`.
 */
export async function readUpload(request: Request): Promise<Uint8Array> {
  const contentType = request.headers.get('content-type') ?? '';
  const isForm = contentType.startsWith('multipart/form-data');
  const body = await readBytes(request, isForm ? MAX_FORM_BYTES : MAX_FILE_BYTES);
  const bytes = isForm ? await firstFile(body, contentType) : body;
  if (bytes.byteLength === 0) throw new Refusal('bad_image.empty', {}, { field: 'file' });
  return bytes;
}

/**
 * The bundle in a request, as it comes: its raw body, or the first file of a form. Throws {@link Refusal} `bad_form`,
 * `too_large`.
 */
export async function bundleOf(request: Request): Promise<AsyncIterable<Uint8Array>> {
  const contentType = request.headers.get('content-type') ?? '';
  if (!contentType.startsWith('multipart/form-data')) return streamOf(request);
  return one(await firstFile(await readBytes(request, MAX_BUNDLE_FORM_BYTES), contentType));
}

async function* one(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk;
}

async function firstFile(body: Uint8Array<ArrayBuffer>, contentType: string): Promise<Uint8Array> {
  const form = await formOf(body, contentType, 'file', 'file');
  for (const value of form.values())
    if (typeof value !== 'string') return new Uint8Array(await value.arrayBuffer());
  throw new Refusal('bad_form.no_file', {}, { field: 'file' });
}
