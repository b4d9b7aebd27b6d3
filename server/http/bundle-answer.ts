/** A session's bundle as a download. */
import { Readable } from 'node:stream';
import type { Context } from 'hono';
import { BUNDLE_TYPE } from '../../db/bundle/bundle.ts';
import type { Runtime } from '../runtime.ts';
import { exportSession } from '../turns/bundles.ts';
import { attachment } from './http.ts';

/** Answers the bundle as a stream. Throws {@link Refusal} `unknown_session`, `deleted_session`, `blob_missing`. */
export function bundleAnswer(c: Context, runtime: Runtime, sessionId: string): Response {
  const { name, bytes } = exportSession(runtime, sessionId);
  c.header('Content-Type', BUNDLE_TYPE);
  c.header('Content-Disposition', attachment(name));
  return c.body(Readable.toWeb(Readable.from(bytes)) as ReadableStream);
}
