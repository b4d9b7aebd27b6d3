/**
 * Serves the real `route.ts` files at the addresses their folders name, as Next does, but without a build: the handlers
 * are plain web-standard functions. Pages are not served; the browser tests have those.
 */
import { globSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { NextHandler, Params } from '../../server/http/http.ts';
import type { Pages } from '../../server/http/next-pages.ts';

type RouteModule = Partial<Record<string, NextHandler>>;

interface RouteFile {
  pattern: RegExp;
  module: RouteModule;
}

const APP = join(import.meta.dirname, '../../app');

export async function openRouteFiles(): Promise<Pages> {
  const files = globSync('**/route.ts', { cwd: APP });
  const routes = await Promise.all(files.map(routeOf));
  return {
    handle: (request, response) => answer(routes, request, response),
    upgrade: (_request, socket) => socket.destroy(),
    close: async () => {},
  };
}

async function routeOf(file: string): Promise<RouteFile> {
  const path = relative('.', dirname(file)).replaceAll(/\[(\w+)\]/g, '(?<$1>[^/]+)');
  return { pattern: new RegExp(`^/${path}$`), module: (await import(join(APP, file))) as RouteModule };
}

async function answer(
  routes: RouteFile[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
  for (const { pattern, module } of routes) {
    const match = pattern.exec(url.pathname);
    const handler = match && module[request.method ?? 'GET'];
    if (handler)
      return send(
        await handler(webRequest(url, request), { params: Promise.resolve({ ...match.groups } as Params) }),
        response,
      );
  }
  response.writeHead(404).end();
}

function webRequest(url: URL, request: IncomingMessage): Request {
  const { method = 'GET', headers } = request;
  const body = method === 'GET' || method === 'HEAD' ? null : (Readable.toWeb(request) as ReadableStream);
  return new Request(url, {
    method,
    headers: headers as Record<string, string>,
    body,
    duplex: 'half',
  } as RequestInit);
}

async function send(answer: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body) await pipeline(Readable.fromWeb(answer.body as never), response);
  else response.end();
}
