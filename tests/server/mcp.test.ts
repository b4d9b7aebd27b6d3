/** The tools for agents, by the real client of the Model Context Protocol, on a real server with a real engine. */
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readReceipt } from '../../db/bundle/receipt.ts';
import { LiveServer, PAGELESS, QUICK } from './live-server.ts';

const SIDE = QUICK.widthPx;
const QUICKLY = { seed: QUICK.seed, steps: QUICK.steps };
const DRAWN = { ...QUICKLY, width_px: SIDE, height_px: SIDE };

let server: LiveServer;
let client: Client;
beforeAll(async () => {
  server = await LiveServer.start(
    mkdtempSync(join(tmpdir(), 'palimpsest-mcp-')),
    { CHECKPOINT_MS: '60000' },
    PAGELESS,
  );
  client = new Client({ name: 'a test', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`)));
});
afterAll(async () => {
  await client?.close();
  await server?.kill();
});

interface Made {
  session_id: string;
  pictures: { picture_id: string; version: string }[];
}

async function call(name: string, asked: object): Promise<CallToolResult> {
  return (await client.callTool({ name, arguments: { ...asked } })) as CallToolResult;
}

async function made(name: string, asked: object): Promise<Made & { content: CallToolResult['content'] }> {
  const { content, structuredContent, isError } = await call(name, asked);
  if (isError) throw new Error(JSON.stringify(content));
  return { ...(structuredContent as unknown as Made), content };
}

test('every tool says what it takes, and which only read', async () => {
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual([
    ...['draw_picture', 'edit_picture', 'add_picture', 'message'],
    ...['list_sessions', 'list_engines', 'search_history', 'show_session', 'show_picture'],
    'go_back_to_picture',
  ]);
  expect(tools.filter(({ annotations }) => annotations?.readOnlyHint).map(({ name }) => name)).toEqual([
    ...['list_sessions', 'list_engines', 'search_history', 'show_session', 'show_picture'],
  ]);
  expect(client.getInstructions()).toContain('session_id');
  // Some clients refuse every tool for one format that they do not know.
  expect(JSON.stringify(tools)).not.toMatch(/"(format|contentEncoding)"/);
});

test.each([
  [undefined, 'application/json'],
  ['*/*', 'application/json'],
  ['application/json', 'application/json'],
  ['application/*;q=0.8', 'application/json'],
  ['text/event-stream', 'text/event-stream'],
  ['application/json, text/event-stream', 'text/event-stream'],
])('a client that takes %s is answered as %s', async (accept, type) => {
  // `fetch` sends a header of its own where none is given.
  const { hostname, port } = new URL(server.url);
  const headers = { 'content-type': 'application/json', ...(accept !== undefined && { accept }) };
  const sent = request({ hostname, port, method: 'POST', path: '/mcp', headers });
  sent.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }));
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, type]);
  expect((await answer.toArray()).join('')).toContain('draw_picture');
});

test('a picture is drawn, seen, and saved with its receipt; progress is told on the way', async () => {
  const told: string[] = [];
  const answer = (await client.callTool(
    { name: 'draw_picture', arguments: { prompt: 'a fox at sea', count: 2, ...DRAWN } },
    undefined,
    { onprogress: ({ message }) => told.push(message ?? '') },
  )) as CallToolResult;
  expect((answer.structuredContent as unknown as Made).pictures.map(({ version }) => version)).toEqual([
    'v1',
    'v2',
  ]);
  expect(told).toEqual(expect.arrayContaining([expect.stringMatching(/^Painting, \d of 2$/)]));
  expect(answer.content.map(({ type }) => type)).toEqual([
    ...['text', 'image', 'resource_link', 'image', 'resource_link'],
  ]);
  const [, picture, link] = answer.content;
  if (picture?.type !== 'image' || link?.type !== 'resource_link') throw new Error('no picture');
  const small = sharp(Buffer.from(picture.data, 'base64'));
  expect(await small.metadata()).toMatchObject({ format: 'webp', width: SIDE });
  const original = Buffer.from(await (await fetch(link.uri)).arrayBuffer());
  expect(readReceipt(original)).toMatchObject({ turns: [{ prompt: 'a fox at sea' }] });
});

test('edits go on from the active picture, and back from any other; the session tells how', async () => {
  const first = await made('draw_picture', { prompt: 'a castle', ...DRAWN });
  const { session_id } = first;
  const [v1] = first.pictures;
  await made('edit_picture', { session_id, instruction: 'make it night', ...QUICKLY });
  await call('go_back_to_picture', { picture_id: v1!.picture_id });
  const third = await made('edit_picture', { session_id, instruction: 'add a boat like in @v2', ...QUICKLY });
  expect(third.pictures.map(({ version }) => version)).toEqual(['v3']);
  const session = (await call('show_session', { session_id })).structuredContent as {
    active_picture_id: string;
    messages: { prompt: string; made_from: { picture_id: string; role: string }[] }[];
  };
  expect(session.active_picture_id).toBe(third.pictures[0]!.picture_id);
  expect(session.messages.map(({ made_from }) => made_from.map(({ role }) => role))).toEqual([
    [],
    ['target'],
    ['target', 'reference'],
  ]);
  expect(session.messages[2]!.made_from[0]!.picture_id).toBe(v1!.picture_id);
  const found = (await call('search_history', { query: 'boat' })).structuredContent as {
    hits: { session_id: string }[];
  };
  expect(found.hits.map((hit) => hit.session_id)).toEqual([session_id]);
});

test('a file is added and used as a style', async () => {
  const png = await sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: '#3060c0' } })
    .png()
    .toBuffer();
  const { session_id, pictures } = await made('add_picture', { data: png.toString('base64') });
  const style = { picture_id: pictures[0]!.picture_id, role: 'style' };
  const styled = await made('edit_picture', {
    ...{ session_id, instruction: 'a cat', mode: 'style', pictures: [style] },
    ...QUICKLY,
  });
  const shown = (await call('show_picture', { picture_id: styled.pictures[0]!.picture_id }))
    .structuredContent as { message: { mode: string; made_from: object[] } };
  expect(shown.message).toMatchObject({ mode: 'style', made_from: [style] });
});

test('a key sent again gives the same pictures and makes none', async () => {
  const asked = { prompt: 'a lighthouse', submission_key: 'lighthouse', ...DRAWN };
  const [one, two] = [await made('draw_picture', asked), await made('draw_picture', asked)];
  expect(two).toEqual(one);
  const other = await call('draw_picture', { ...asked, prompt: 'a tower' });
  expect(other).toMatchObject({
    isError: true,
    structuredContent: { error: { code: 'idempotency_conflict' } },
  });
});

test('what cannot be done is an answer that says why', async () => {
  const refused = await call('edit_picture', { session_id: 'none', instruction: 'make it night' });
  expect(refused).toMatchObject({ isError: true, structuredContent: { error: { code: 'unknown_session' } } });
  const { session_id } = await made('draw_picture', { prompt: 'a tree', ...DRAWN });
  expect(await call('edit_picture', { session_id, instruction: 'more like @v9' })).toMatchObject({
    isError: true,
    structuredContent: { error: { message: expect.stringContaining('v9') } },
  });
  for (const [name, asked, field] of [
    ['draw_picture', { prompt: 'a tree', width_px: 100_000, height_px: SIDE }, 'width_px'],
    ['draw_picture', { prompt: 'a tree', steps: 1_000_000 }, 'steps'],
    ['draw_picture', { prompt: 'a tree', guidance_scale: -1 }, 'guidance_scale'],
    ['draw_picture', { prompt: ' ' }, 'prompt'],
    ['edit_picture', { session_id, instruction: ' ' }, 'instruction'],
    ['add_picture', { session_id, data: 'AAAA' }, 'data'],
  ] as const) {
    const { structuredContent, content } = await call(name, asked);
    expect(structuredContent).toMatchObject({ error: { field } });
    expect(JSON.stringify(content)).not.toMatch(/options\.|widthPx/);
  }
  const unknown = await call('draw_picture', { prompt: 'a tree', colour: 'red' });
  expect(unknown).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining('colour') }],
  });
  const damaged = await fetch(`${server.url}/mcp`, { method: 'POST', body: '{' });
  expect(damaged.status).toBe(400);
  const elsewhere = await fetch(`${server.url}/mcp`, {
    ...{ method: 'POST', body: '{}' },
    headers: { origin: 'https://elsewhere.example' },
  });
  expect(elsewhere.status).toBe(403);
});

interface Told extends Made {
  text: string;
  plan: { type: string; choices?: { plan: object[] }[] }[];
  errors: string[];
}
const told = async (asked: object) => (await made('message', asked)) as unknown as Told;

test('what a user says is planned, confirmed, done and answered in words', async () => {
  const { session_id } = await made('draw_picture', { prompt: 'a fox', ...DRAWN });
  const dry = await told({ session_id, text: 'make it night and then add a hat', dry_run: true });
  expect(dry.plan).toMatchObject([{ type: 'edit' }, { type: 'edit' }]);
  const shown = (await call('show_session', { session_id })).structuredContent as { messages: object[] };
  expect(shown.messages).toHaveLength(1);

  const plan = dry.plan.map((step) => ({ ...step, options: { steps: QUICK.steps } }));
  const key = { submission_key: 'night and hat' };
  const done = await made('message', { session_id, text: 'make it night and then add a hat', plan, ...key });
  expect(done.pictures.map(({ version }) => version)).toEqual(['v2', 'v3']);
  expect(done.content.filter(({ type }) => type === 'image')).toHaveLength(2);
  const again = await made('message', { session_id, text: 'make it night and then add a hat', plan, ...key });
  expect(again.pictures).toEqual(done.pictures);

  expect((await told({ session_id, text: 'which one has the hat?' })).text).toBe('It is v3.');
  expect((await told({ session_id, text: '一共有几张图？' })).text).toBe('这里有 3 张图片。');
  expect((await told({ session_id, text: 'undo' })).plan).toEqual([{ type: 'undo' }]);
  const question = await told({ session_id, text: 'hmm, no' });
  expect(question.text).toBe('What should happen?\n1. Three more like this\n2. Undo');
  const chosen = await told({ session_id, text: 'Undo', plan: question.plan[0]!.choices![1]!.plan });
  expect(chosen.plan).toEqual([{ type: 'undo' }]);
  const wrong = await call('message', { session_id, text: 'x', plan: [{ type: 'delete-all' }] });
  expect([wrong.isError, JSON.stringify(wrong.structuredContent)]).toEqual([
    true,
    expect.stringContaining('bad_request'),
  ]);
});
