/** `GET /api/search?q=`: messages and titles that hold every word, newest first. */
import { searchQuery } from '../../protocol.ts';
import { readQuery, route } from '../../server/http.ts';
import { searchPage } from '../../server/pages.ts';
import { runtime } from '../../server/runtime.ts';

export const GET = route((request) => Response.json(searchPage(runtime(), readQuery(request, searchQuery))));
