/** What a message asks for and the checkpoint's own list does not have: stored with the turn, in every answer, and silent without a list. */
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client as AgentClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { expect, test } from 'vitest';
import type { ContextResult, SessionView, TurnView } from '../../studio/protocol.ts';
import { type Client, freshFolders, QUICK, SMALL, serve } from './harness.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const MINI = join(ROOT, 'models/mini');
const options = { widthPx: 256, heightPx: 256, steps: 1 };

const studio = async (): Promise<Client> => (await serve({ modelDir: MINI })).ready();
const codesOf = ({ warnings = [] }: TurnView) =>
  warnings.map(({ code, reason, params }) => [code, reason, params.asked]);

test('a turn keeps what was not understood, with its place and what could stand there', async () => {
  const client = await studio();
  const { id } = await client.newSession();
  const prompt = 'a bicycle and a giraffe in the forest';
  const { body } = await client.turn(id, { prompt, options });
  expect(codesOf(body.turn)).toEqual([
    ['not_understood', 'thing', 'bicycle'],
    ['not_understood', 'thing', 'giraffe'],
  ]);
  const [first] = body.turn.warnings!;
  expect(prompt.slice(first!.span!.start, first!.span!.end)).toBe('bicycle');
  expect(first!.suggestions.length).toBeGreaterThan(0);
  await client.finished(id, body.turn.id);
  const { turns } = await client.open(id);
  expect(turns[0]!.warnings).toEqual(body.turn.warnings);
  // The same message once more is told the same.
  const again = await client.call<{ turn: TurnView }>(
    'POST',
    `/api/turns/${body.turn.id}/repeat`,
    { options },
    { 'Idempotency-Key': 'again' },
  );
  expect(again.body.turn.warnings).toEqual(body.turn.warnings);
  // A bundle carries it.
  const bundle = new Uint8Array(await (await fetch(`${client.url}/api/sessions/${id}/export`)).arrayBuffer());
  const taken = await client.call<{ session: SessionView }>('POST', '/api/sessions/import', bundle);
  expect((await client.open(taken.body.session.id)).turns[0]!.warnings).toEqual(body.turn.warnings);
});

test('removing what the picture does not hold is said before it is sent and in the turn', async () => {
  const client = await studio();
  const { id } = await client.newSession();
  const made = await client.turn(id, { prompt: 'a fox in the forest', options });
  expect(made.body.turn.warnings).toEqual([]);
  await client.finished(id, made.body.turn.id);
  const asked = { prompt: 'remove the elephant', mode: 'edit' };
  const preview = await client.call<ContextResult>('POST', `/api/sessions/${id}/context`, asked);
  expect(preview.body).toMatchObject({
    ok: true,
    context: { warnings: [{ code: 'not_there', message: expect.stringContaining('“elephant”') }] },
  });
  const edit = await client.turn(id, { prompt: 'remove the elephant', mode: 'edit', options });
  expect(codesOf(edit.body.turn)).toEqual([['not_there', 'removed', 'elephant']]);
  await client.finished(id, edit.body.turn.id);
  const known = await client.turn(id, { prompt: 'remove the fox', mode: 'edit', options });
  expect(known.body.turn.warnings).toEqual([]);
});

test('the images API, the tools for agents and the command line say it', async () => {
  const client = await studio();
  const answer = await client.call<{ warnings: { message: string; suggestions: string[] }[] }>(
    'POST',
    '/v1/images/generations',
    { prompt: 'a bicycle by the sea', size: '256x256', num_inference_steps: 1 },
  );
  expect(answer.body.warnings).toMatchObject([
    { code: 'not_understood.thing', asked: 'bicycle', message: 'This model does not know “bicycle”.' },
  ]);
  const agent = new AgentClient({ name: 'a test', version: '1' });
  await agent.connect(new StreamableHTTPClientTransport(new URL(`${client.url}/mcp`)));
  const drawn = await agent.callTool({
    name: 'draw_picture',
    arguments: { prompt: 'a bicycle by the sea', steps: 1 },
  });
  expect(drawn.structuredContent).toMatchObject({ warnings: [{ asked: 'bicycle' }] });
  await agent.close();
  const out = join(freshFolders().dataDir, '../bicycle.png');
  const args = ['cli.ts', 'generate', 'a bicycle by the sea', '--steps', '1', '--model', MINI, '-o', out];
  const { stderr } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
  expect(stderr).toMatch(/This model does not know “bicycle”\. It does know: .+\./);
});

test('a checkpoint without a list is silent', async () => {
  const client = await (await serve({ modelDir: SMALL })).ready();
  const { body: known } = await client.call<{ knows: unknown }>('GET', '/api/model');
  if (known.knows !== null) return; // Without the fixtures the small checkpoint is the one with a list.
  const { id } = await client.newSession();
  const { body } = await client.turn(id, { prompt: 'a bicycle', options: QUICK });
  expect(body.turn.warnings).toEqual([]);
});
