/** `POST /api/sessions/:id/uploads`: a picture of the user's becomes a node. */
import { route } from '../../../../server/http.ts';
import { runtime } from '../../../../server/runtime.ts';
import { requireSession } from '../../../../server/sessions.ts';
import { readUpload, takeUpload } from '../../../../server/uploads.ts';

export const POST = route(async (request, { id = '' }) => {
  requireSession(runtime(), id);
  const node = await takeUpload(runtime(), id, await readUpload(request));
  return Response.json({ node }, { status: 201 });
});
