/** `POST /api/sessions/:id/undo`: takes back the newest operation of a session. */
import { route } from '../../../../server/http.ts';
import { undoStep } from '../../../../server/operations.ts';
import { runtime } from '../../../../server/runtime.ts';

export const POST = route((_request, { id = '' }) => Response.json(undoStep(runtime(), id)));
