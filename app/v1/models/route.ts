/** `GET /v1/models`: the model that draws here, as clients of OpenAI's API list them. */
import { openAiRoute } from '../../../server/http/openai/route.ts';
import { runtime } from '../../../server/runtime.ts';
import { modelInfo } from '../../../server/turns/take-turn.ts';

export const GET = openAiRoute(() => {
  const { name } = modelInfo(runtime().engine);
  return Response.json({
    object: 'list',
    data: [{ id: name, object: 'model', created: 0, owned_by: 'palimpsest' }],
  });
});
