/** `POST /v1/images/edits`: pictures changed by words, as clients of OpenAI's API ask for them. */
import { imagesAnswer } from '../../../server/openai-images.ts';
import { readEdit } from '../../../server/openai-request.ts';
import { openAiRoute } from '../../../server/openai-route.ts';

export const POST = openAiRoute(async (request) => imagesAnswer(request, await readEdit(request)));
