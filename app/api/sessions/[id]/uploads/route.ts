/** `POST /api/sessions/:id/uploads`: a picture becomes a turn; one of ours brings its branch back. */
import { route } from '../../../../../server/http/http.ts';
import { readUpload } from '../../../../../server/http/upload-body.ts';
import { runtime } from '../../../../../server/runtime.ts';
import { requireSession } from '../../../../../server/turns/sessions.ts';
import { takeUpload } from '../../../../../server/turns/uploads.ts';

export const POST = route(async (request, { id = '' }) => {
  requireSession(runtime(), id);
  return Response.json(await takeUpload(runtime(), id, await readUpload(request)), { status: 201 });
});
