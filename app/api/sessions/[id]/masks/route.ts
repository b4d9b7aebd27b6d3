/** `POST /api/sessions/:id/masks`: a painted mask is kept for the message that will use it. */
import { route } from '../../../../../server/http/http.ts';
import { readUpload } from '../../../../../server/http/upload-body.ts';
import { runtime } from '../../../../../server/runtime.ts';
import { takeMask } from '../../../../../server/turns/masks.ts';
import { requireSession } from '../../../../../server/turns/sessions.ts';

export const POST = route(async (request, { id = '' }) => {
  requireSession(runtime(), id);
  const mask = await takeMask(runtime(), await readUpload(request));
  return Response.json({ mask }, { status: 201 });
});
