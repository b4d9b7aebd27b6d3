/** `POST /v1/images/generations`: pictures from words, as clients of OpenAI's API ask for them. */
import { imagesAnswer } from '../../../../server/http/openai/images.ts';
import { readGeneration } from '../../../../server/http/openai/request.ts';
import { openAiRoute } from '../../../../server/http/openai/route.ts';

export const POST = openAiRoute(async (request) => imagesAnswer(request, await readGeneration(request)));
