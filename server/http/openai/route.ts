/** The edge of the routes of OpenAI's API: errors in the form that its clients read. */
import type { ErrorAnswer } from '../edge.ts';
import { type Handler, type NextHandler, routeWith } from '../http.ts';

/** An error as the clients of OpenAI's API read it. */
export function openAiError({ status, code, message, field }: ErrorAnswer) {
  const type = status < 500 ? 'invalid_request_error' : 'server_error';
  return { error: { message, type, param: field ?? null, code } };
}

/** As `route`, with errors in their form. */
export function openAiRoute(handler: Handler): NextHandler {
  return routeWith(handler, openAiError);
}
