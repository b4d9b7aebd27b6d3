/** `POST /api/sessions/:id/redo`: does again what was undone last. */
import { route } from '../../../../server/http.ts';
import { redoStep } from '../../../../server/operations.ts';
import { runtime } from '../../../../server/runtime.ts';

export const POST = route((_request, { id = '' }) => Response.json(redoStep(runtime(), id)));
