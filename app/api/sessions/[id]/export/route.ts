/** `GET /api/sessions/:id/export`: the session as one file. */
import { Readable } from 'node:stream';
import { BUNDLE_TYPE } from '../../../../../db/bundle/bundle.ts';
import { attachment, route } from '../../../../../server/http/http.ts';
import { runtime } from '../../../../../server/runtime.ts';
import { exportSession } from '../../../../../server/turns/bundles.ts';

export const GET = route((_request, { id = '' }) => {
  const { name, bytes } = exportSession(runtime(), id);
  const headers = { 'Content-Type': BUNDLE_TYPE, 'Content-Disposition': attachment(name) };
  return new Response(Readable.toWeb(Readable.from(bytes)) as ReadableStream, { headers });
});
