/** `POST /api/sessions/import`: a bundle becomes a session. */

import { route } from '../../../../server/http/http.ts';
import { bundleOf } from '../../../../server/http/upload-body.ts';
import { runtime } from '../../../../server/runtime.ts';
import { importBundle } from '../../../../server/turns/bundles.ts';

export const POST = route(async (request) => {
  const session = await importBundle(runtime(), await bundleOf(request));
  return Response.json({ session }, { status: 201 });
});
