/** `POST /api/sessions/import`: a bundle becomes a session. */

import { route } from '../../../../server/http/http.ts';
import { runtime } from '../../../../server/runtime.ts';
import { importSession } from '../../../../server/turns/bundles.ts';
import { bundleOf } from '../../../../server/turns/uploads.ts';

export const POST = route(async (request) => {
  const session = await importSession(runtime(), await bundleOf(request));
  return Response.json({ session }, { status: 201 });
});
