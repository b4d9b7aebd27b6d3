/** `GET /api/pictures/:id`: one picture with the turn that made it. */
import { HttpError, route } from '../../../../server/http/http.ts';
import { runtime } from '../../../../server/runtime.ts';
import { galleryPicture } from '../../../../server/views/pages.ts';

export const GET = route((_request, { id = '' }) => {
  const found = galleryPicture(runtime(), id);
  if (!found) throw new HttpError(404, 'unknown_picture', `There is no picture ${id}.`);
  return Response.json(found);
});
