/** `GET /api/pictures/:id`: one picture with the turn that made it. */
import { route } from '../../../../server/http/http.ts';
import { runtime } from '../../../../server/runtime.ts';
import { galleryPicture } from '../../../../server/views/pages.ts';
import { Refusal } from '../../../../studio/refusal.ts';

export const GET = route((_request, { id = '' }) => {
  const found = galleryPicture(runtime(), id);
  if (!found) throw new Refusal('unknown_picture.none', { pictureId: id });
  return Response.json(found);
});
