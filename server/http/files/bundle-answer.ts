/** A session's bundle as a download. */
import { Readable } from 'node:stream';
import type { Context } from 'hono';
import { BUNDLE_TYPE } from '../../../db/bundle/bundle.ts';
import { namesOf } from '../../../db/bundle/leave-out.ts';
import type { exportQuery } from '../../../studio/requests.ts';
import type { Runtime } from '../../runtime.ts';
import { exportSession } from '../../turns/bundles.ts';
import { attachment } from '../http.ts';

/** Answers the bundle as a stream; a header names what had to be left out. Throws {@link Refusal} `unknown_session`, `deleted_session`. */
export async function bundleAnswer(
  c: Context,
  runtime: Runtime,
  sessionId: string,
  { places }: (typeof exportQuery)['_zod']['output'],
): Promise<Response> {
  const { name, bytes, leftOut } = await exportSession(runtime, sessionId, { withPlaces: places === 'keep' });
  c.header('Content-Type', BUNDLE_TYPE);
  c.header('Content-Disposition', attachment(name));
  if (leftOut.length > 0) c.header('Palimpsest-Left-Out', headerOf(namesOf(leftOut)));
  return c.body(Readable.toWeb(Readable.from(bytes)) as ReadableStream);
}

const MAX_NAMED = 100;

/** The first ones by name, and how many more there are: a header has to stay short. */
function headerOf(names: readonly string[]): string {
  const others = names.length - MAX_NAMED;
  return [...names.slice(0, MAX_NAMED), ...(others > 0 ? [`${others} more`] : [])].join(', ');
}
