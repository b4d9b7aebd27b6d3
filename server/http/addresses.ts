/** Addresses of the API, apart from those of the pages, and their names in the routes. Knows no route. */
import { getPathNoStrict } from 'hono/utils/url';

/** Whether the target of a request is one of the API's, rather than of the pages; `*` is the server as a whole. */
export function isApiAddress(target: string): boolean {
  return /^\*$|^(https?:\/\/[^/?]*)?\/(api|v1|mcp|metrics|images|pictures)(?=[/?]|$)/.test(target);
}

/**
 * The path of a request as the routes write it: without a slash at its end, and in today's names. Addresses of 0.1.0, where a
 * turn was a node and a picture an image, go on working.
 */
export function pathOf(request: Request): string {
  return getPathNoStrict(request)
    .replace(/^\/api\/nodes(?=\/|$)/, '/api/turns')
    .replace(/^\/api\/images(?=\/|$)/, '/api/pictures');
}
