/** `POST /api/sessions/import`: a bundle becomes a session. */
import { importSession } from '../../../server/bundles.ts';
import { route } from '../../../server/http.ts';
import { runtime } from '../../../server/runtime.ts';
import { bundleOf } from '../../../server/uploads.ts';

export const POST = route(async (request) => {
  const session = await importSession(runtime(), await bundleOf(request));
  return Response.json({ session }, { status: 201 });
});
