/** `GET /api/pictures`: the pictures of all sessions, newest first. */

import { readQuery, route } from '../../../server/http/http.ts';
import { runtime } from '../../../server/runtime.ts';
import { galleryPage } from '../../../server/views/pages.ts';
import { galleryQuery } from '../../../studio/protocol.ts';

export const GET = route((request) =>
  Response.json(galleryPage(runtime(), readQuery(request, galleryQuery))),
);
