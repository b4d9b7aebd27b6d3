/** `GET /api/images`: the pictures of all sessions, newest first. */
import { galleryQuery } from '../../protocol.ts';
import { readQuery, route } from '../../server/http.ts';
import { galleryPage } from '../../server/pages.ts';
import { runtime } from '../../server/runtime.ts';

export const GET = route((request) =>
  Response.json(galleryPage(runtime(), readQuery(request, galleryQuery))),
);
