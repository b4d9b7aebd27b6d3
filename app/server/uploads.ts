/** Taking a picture of the user's into a session: its file and its normal form are kept, a node tells of it. */
import { newId } from '../../db/ids.ts';
import { insertBlob, insertImage } from '../../db/images.ts';
import { insertNode } from '../../db/nodes.ts';
import { findSession, touchSession } from '../../db/sessions.ts';
import type { NodeView } from '../protocol.ts';
import { appendEvent, appendSessionUpdated } from './event-log.ts';
import { HttpError, readBytes } from './http.ts';
import { normalisePicture } from './picture.ts';
import type { Runtime } from './runtime.ts';
import { requireSession } from './sessions.ts';
import { readNodeView } from './views.ts';

const MAX_FILE_BYTES = 50_000_000;
const MAX_FORM_BYTES = MAX_FILE_BYTES + 100_000;

/** The picture file in a request: its raw body, or the first file of a form. Throws {@link HttpError} 400, 413. */
export async function readUpload(request: Request): Promise<Uint8Array> {
  const contentType = request.headers.get('content-type') ?? '';
  const isForm = contentType.startsWith('multipart/form-data');
  const body = await readBytes(request, isForm ? MAX_FORM_BYTES : MAX_FILE_BYTES);
  const bytes = isForm ? await firstFile(body, contentType) : body;
  if (bytes.byteLength === 0) throw new HttpError(400, 'bad_image', 'The file is empty.', 'file');
  return bytes;
}

async function firstFile(body: Uint8Array<ArrayBuffer>, contentType: string): Promise<Uint8Array> {
  let form: FormData;
  try {
    form = await new Response(body, { headers: { 'content-type': contentType } }).formData();
  } catch {
    throw new HttpError(
      400,
      'bad_form',
      'The form could not be read. Send one file as multipart/form-data.',
      'file',
    );
  }
  for (const value of form.values())
    if (typeof value !== 'string') return new Uint8Array(await value.arrayBuffer());
  throw new HttpError(400, 'bad_form', 'The form has no file.', 'file');
}

/** Adds a picture to a session. It becomes the head only where there is none. Throws {@link HttpError} 400, 404. */
export async function takeUpload(parts: Runtime, sessionId: string, bytes: Uint8Array): Promise<NodeView> {
  const { db, blobs } = parts;
  requireSession(parts, sessionId);
  const { png, widthPx, heightPx, mediaType } = await normalisePicture(bytes);
  const staged = await Promise.all([blobs.stage(png, 'image/png'), blobs.stage(bytes, mediaType)]);
  if (!findSession(db, sessionId)) for (const blob of staged) blobs.discard(blob);
  const session = requireSession(parts, sessionId);
  const [pixels, original] = staged;
  for (const blob of staged) blobs.place(blob);
  return db.write(() => {
    for (const blob of staged) insertBlob(db, blob);
    const node = insertNode(db, { id: newId(), sessionId, kind: 'upload', prompt: '', recipe: null }, []);
    const image = insertImage(db, sessionId, {
      nodeId: node.id,
      index: 0,
      pixelsBlob: pixels.sha256,
      originalBlob: original.sha256,
      latentBlob: null,
      priorBlob: null,
      widthPx,
      heightPx,
    });
    touchSession(db, sessionId, session.headImageId ?? image.id);
    const view = readNodeView(db, node);
    appendEvent(db, { sessionId, jobId: null, type: 'upload.created', payload: { node: view } });
    appendSessionUpdated(db, sessionId);
    return view;
  });
}
