/** `POST /api/sessions/:id/redo`: does again what was undone last. */
import { route } from '../../../../../server/http/http.ts';
import { runtime } from '../../../../../server/runtime.ts';
import { redoStep } from '../../../../../server/turns/undo.ts';

export const POST = route((_request, { id = '' }) => Response.json(redoStep(runtime(), id)));
