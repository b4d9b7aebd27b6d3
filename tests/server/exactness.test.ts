/**
 * The promises that need what a picture was made from, kept by the product as it ships: the real engine process, the real
 * database, the routes. "Same layout" takes the stored tokens; an exact edit reads tokens and latents, not pixels.
 */
import { expect, it } from 'vitest';
import { loadEngine, type MadePicture } from '../../engine/index.ts';
import type { JobView, TurnView } from '../../studio/protocol.ts';
import { generate, requestOf } from '../engine/requests.ts';
import type { Client } from './harness.ts';
import { LIVE_SIDE_PX, SMALL, serve } from './harness.ts';

const size = { widthPx: LIVE_SIDE_PX, heightPx: LIVE_SIDE_PX };
const options = { ...size, steps: 2, seed: 11, guidanceScale: 1 };

async function draw(client: Client, id: string, turn: object, ended: number): Promise<TurnView> {
  const { body } = await client.turn(id, turn);
  await client.untilEnds(id, ended);
  return (await client.open(id)).turns.find((turn) => turn.id === body.turn.id)!;
}

const repeat = async (
  client: Client,
  sessionId: string,
  turn: TurnView,
  body: object,
  ended: number,
): Promise<TurnView> => {
  const answer = await client.call<{ turn: TurnView; job: JobView }>(
    'POST',
    `/api/turns/${turn.id}/repeat`,
    body,
    { 'Idempotency-Key': crypto.randomUUID() },
  );
  await client.untilEnds(sessionId, ended);
  return (await client.open(sessionId)).turns.find(({ id }) => id === answer.body.turn.id)!;
};

it('same layout: the same recipe gives the same bytes, more steps give another picture of the same tokens', async () => {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  const first = await draw(client, id, { prompt: 'a fox', options }, 1);
  expect(first.job!.state).toBe('done');

  const sameLayoutAs = first.pictures[0]!.id;
  const again = await repeat(client, id, first, { sameLayoutAs }, 2);
  expect([again.job!.state, again.job!.error]).toEqual(['done', null]);
  expect(again.pictures[0]!.hash).toBe(first.pictures[0]!.hash);

  const finer = await repeat(client, id, first, { sameLayoutAs, options: { steps: 4 } }, 3);
  expect([finer.job!.state, finer.job!.error]).toEqual(['done', null]);
  expect(finer.pictures[0]!.hash).not.toBe(first.pictures[0]!.hash);
});

it('an exact edit is what the engine makes of tokens and latents, an edit from pixels what it makes of the file', async () => {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  const first = await draw(client, id, { prompt: 'a fox', options }, 1);
  const edit = (chain: 'exact' | 'pixels', ended: number) =>
    draw(
      client,
      id,
      {
        mode: 'edit',
        prompt: 'at night',
        inputs: [{ role: 'target', pictureId: first.pictures[0]!.id }],
        options: { ...options, chain },
      },
      ended,
    );
  const exact = await edit('exact', 2);
  const pixels = await edit('pixels', 3);

  const engine = await loadEngine({ modelDir: SMALL, device: 'cpu' });
  const drawn = await generate(engine, requestOf({ ...options, prompt: first.sentPrompt ?? first.prompt }));
  const { png, priorTokens, latents } = drawn[0]!;
  const made: MadePicture = { file: png, priorTokens, latents };
  const prompt = exact.sentPrompt ?? exact.prompt;
  const [fromTokens] = await generate(engine, requestOf({ ...options, prompt, references: [made] }));
  const [fromFile] = await generate(engine, requestOf({ ...options, prompt, references: [png] }));
  await engine.close();

  const bytes = async (turn: TurnView) =>
    new Uint8Array(
      await (await fetch(`${client.server.url}/images/${turn.pictures[0]!.hash}`)).arrayBuffer(),
    );
  expect(await bytes(first)).toEqual(new Uint8Array(png));
  expect(await bytes(exact)).toEqual(new Uint8Array(fromTokens!.png));
  expect(await bytes(pixels)).toEqual(new Uint8Array(fromFile!.png));
  expect(fromTokens!.png).not.toEqual(fromFile!.png);
});
