/** `GET /api/search?q=`: messages and titles that hold every word, newest first. */

import { readQuery, route } from '../../../server/http/http.ts';
import { runtime } from '../../../server/runtime.ts';
import { searchPage } from '../../../server/views/pages.ts';
import { searchQuery } from '../../../studio/protocol.ts';

export const GET = route((request) => Response.json(searchPage(runtime(), readQuery(request, searchQuery))));
