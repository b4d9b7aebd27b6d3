/** `POST /api/sessions/:id/undo`: takes back the newest operation of a session. */
import { route } from '../../../../../server/http/http.ts';
import { runtime } from '../../../../../server/runtime.ts';
import { undoStep } from '../../../../../server/turns/undo.ts';

export const POST = route((_request, { id = '' }) => Response.json(undoStep(runtime(), id)));
