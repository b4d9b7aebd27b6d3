/** The API as a whole: what it answers where there is no route, what it says of itself, and what stops its start. */

import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';
import { isApiAddress } from '../../server/http/addresses.ts';
import { createApp } from '../../server/http/app.ts';
import type { ApiDocument } from '../../server/http/openapi.ts';
import { KnowsError } from '../../server/known.ts';
import type { Known } from '../../studio/known.ts';
import type { GalleryPage, TurnView } from '../../studio/protocol.ts';
import { type Client, freshFolders, isEnd, serve } from './harness.ts';

it('knows its own addresses from those of the pages', () => {
  const own = [
    '/api',
    '/api/',
    '/api/sessions?limit=1',
    '/v1/models',
    '/mcp',
    '/metrics',
    '/images/x',
    '/pictures/x.png',
    '*',
  ];
  for (const target of [...own, 'http://localhost:3000/api/health'])
    expect(isApiAddress(target), target).toBe(true);
  for (const target of ['/', '/s/api', '/gallery', '/apis', '/_next/static/api/x.js', '/images.png'])
    expect(isApiAddress(target), target).toBe(false);
});

/** The answer to a target that `fetch` would tidy up. */
async function ask(client: Client, method: string, path: string) {
  const { hostname, port } = new URL(client.url);
  return new Promise<{ status: number; allow: string | undefined; body: string }>((resolve, reject) => {
    const sent = request({ hostname, port, method, path }, async (response) => {
      const body = (await response.toArray()).join('');
      resolve({ status: response.statusCode!, allow: response.headers.allow, body });
    });
    sent.on('error', reject).end();
  });
}

it('answers in JSON where there is nothing, where the method is another, and where the address is none', async () => {
  const client = await serve();
  const error = { code: expect.any(String), message: expect.stringMatching(/\w+/) };
  const ours = { error: { ...error, params: expect.any(Object) } };
  const openAi = { error: { ...error, type: 'invalid_request_error', param: null } };
  const cases: [string, string, number, object, string?][] = [
    ['GET', '/api', 404, ours],
    ['GET', '/api/nothing', 404, ours],
    ['POST', '/mcp/nothing', 404, ours],
    ['GET', '/v1/models/mini', 404, openAi],
    ['POST', '/v1/images/variations', 404, openAi],
    ['PUT', '/api/sessions', 405, ours, 'GET, HEAD, POST'],
    ['TRACE', '/api/sessions/x', 405, ours, 'GET, HEAD, PATCH, DELETE'],
    ['GET', '/v1/images/edits', 405, openAi, 'POST'],
    ['GET', '/mcp', 405, ours, 'POST'],
    ['POST', '/metrics', 405, ours, 'GET, HEAD'],
    ['GET', '/api/sessions/%', 400, ours],
    ['GET', '/images/%E0%A4', 400, ours],
    ['GET', '/api/sessions/%25', 404, ours],
  ];
  for (const [method, path, status, form, allow] of cases) {
    const answer = await ask(client, method, path);
    expect([method, path, answer.status, answer.allow]).toEqual([method, path, status, allow]);
    expect(JSON.parse(answer.body), path).toMatchObject(form);
  }
  expect(await ask(client, 'OPTIONS', '/api/sessions')).toEqual({
    status: 204,
    allow: 'GET, HEAD, POST',
    body: '',
  });
  expect((await ask(client, 'OPTIONS', '*')).status).toBe(400);
  expect(await ask(client, 'HEAD', '/api/sessions')).toMatchObject({ status: 200, body: '' });
});

it('goes on after a body that is larger than what is taken, and one that is cut off', async () => {
  const client = await serve();
  const large = await client.call('POST', '/api/sessions', new Uint8Array(5_000_000));
  expect(large).toMatchObject({ status: 413, body: { error: { code: 'too_large' } } });
  const cut = new AbortController();
  const body = new ReadableStream({
    pull: (controller) => {
      controller.enqueue(new Uint8Array(10));
      cut.abort();
    },
  });
  const init = { method: 'POST', body, duplex: 'half', signal: cut.signal } as RequestInit;
  await expect(fetch(`${client.url}/api/sessions`, init)).rejects.toThrow();
  expect((await client.call('GET', '/api/sessions')).status).toBe(200);
});

it('answers at the addresses of 0.1.0 as at those of today', async () => {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  const { turn } = (await client.turn(id, { options: { steps: 1 } })).body;
  await client.until(id, isEnd);
  const { pictures } = (await client.call<GalleryPage>('GET', '/api/images?limit=1')).body;
  expect(pictures).toHaveLength(1);
  expect((await client.call('GET', `/api/images/${pictures[0]!.id}`)).status).toBe(200);
  const hidden = await client.call<{ turn: TurnView }>('PATCH', `/api/nodes/${turn.id}`, {
    state: 'removed',
  });
  expect(hidden).toMatchObject({ status: 200, body: { turn: { id: turn.id, state: 'removed' } } });
});

test('the document names every route with what it takes, and the page shows it', async () => {
  const client = await serve();
  const { paths = {}, components } = (await client.call<ApiDocument>('GET', '/api/openapi.json')).body;
  const told = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item!).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const routes = createApp(client.runtime).routes.filter(({ method }) => method !== 'ALL');
  const served = routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  expect(told.sort()).toEqual([...new Set(served)].sort());
  const operations = Object.values(paths).flatMap((item) => Object.values(item as Record<string, object>));
  for (const operation of operations)
    expect(operation).toMatchObject({ tags: [expect.any(String)], summary: expect.any(String) });

  const turns = paths['/api/sessions/{id}/turns']!.post!;
  expect(turns.parameters).toEqual(
    expect.arrayContaining([
      { $ref: '#/components/parameters/IdempotencyKey' },
      expect.objectContaining({ in: 'path', name: 'id' }),
    ]),
  );
  const { schema } = (turns.requestBody as { content: Record<string, { schema: object }> }).content[
    'application/json'
  ]!;
  expect(schema).toMatchObject({
    required: ['prompt', 'mode'],
    properties: { mode: { enum: expect.arrayContaining(['new', 'combine']) } },
  });
  expect(paths['/api/pictures']!.get!.parameters).toEqual(
    expect.arrayContaining([expect.objectContaining({ in: 'query', name: 'cursor' })]),
  );
  expect(components!.responses!.Error).toBeDefined();

  const page = await fetch(`${client.url}/api/docs`);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  const text = await page.text();
  for (const path of Object.keys(paths)) expect(text).toContain(`<code>${path}</code>`);
});

test('what the model draws well is told; a checkpoint need not say it, but what it says has to be right', async () => {
  const silent = await serve();
  expect((await silent.call<Known>('GET', '/api/model')).body).toEqual({ examples: [], knows: null });

  const folders = freshFolders();
  const says = (content: string) => writeFileSync(join(folders.modelDir, 'knows.json'), content);
  const fox = { en: 'fox', zh: '狐狸' };
  says(JSON.stringify({ examples: ['a fox', { prompt: '狐狸' }], subjects: [fox], styles: [] }));
  const client = await serve(folders);
  expect((await client.call<Known>('GET', '/api/model')).body).toEqual({
    examples: ['a fox', '狐狸'],
    knows: { subjects: [fox], styles: [] },
  });
  await client.close();
  for (const [content, reason] of [
    ['{', /knows\.json .*JSON/],
    ['{"examples":["a fox"],"styles":[]}', /knows\.json .*subjects/s],
  ] as const) {
    says(content);
    await expect(serve(folders)).rejects.toThrow(KnowsError);
    await expect(serve(folders)).rejects.toThrow(reason);
  }
});
