/** Words to draw on their way from the request into the recipe: every way in reads a prompt by the one rule and stores what it found. */
import { expect, it } from 'vitest';
import type { ReplayAnswer } from '../../studio/protocol.ts';
import { LIVE_SIDE_PX, serve } from './harness.ts';

const options = { seed: 7, steps: 2, widthPx: LIVE_SIDE_PX, heightPx: LIVE_SIDE_PX };
const APOSTROPHES = "John's cat and Mary's dog";

it('stores the words between quotes in the recipe, and none for apostrophes', async () => {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  const textsOf = async (turn: Parameters<typeof client.turn>[1]) =>
    (await client.turn(id, { ...turn, options })).body.turn.recipe?.renderTexts;
  expect(await textsOf({ prompt: "a sign “OPEN” beside 'SHOP'" })).toEqual(['OPEN', 'SHOP']);
  expect(await textsOf({ prompt: APOSTROPHES })).toEqual([]);
  expect(await textsOf({ prompt: 'a sign "OPEN"', renderTexts: ['SHUT'] })).toEqual(['SHUT']);
  expect(await textsOf({ prompt: 'a sign "OPEN"', renderTexts: [] })).toEqual([]);

  const openai = await client.call<{ session_id?: string }>('POST', '/v1/images/generations', {
    prompt: APOSTROPHES,
    size: `${LIVE_SIDE_PX}x${LIVE_SIDE_PX}`,
    num_inference_steps: 2,
  });
  expect(openai.status).toBe(200);
  const { sessions } = (await client.call<{ sessions: { id: string }[] }>('GET', '/api/sessions')).body;
  const recipes = (await client.open(sessions[0]!.id)).turns.map(({ recipe }) => recipe?.renderTexts);
  expect(recipes).toEqual([[]]);
});

it('reads the words again where a turn is worded anew, but for those that were put in by hand', async () => {
  const client = await (await serve()).ready();
  const reworded = async (renderTexts?: string[]) => {
    const { id } = await client.newSession();
    const { body } = await client.turn(id, {
      prompt: 'a sign "OPEN"',
      options,
      ...(renderTexts && { renderTexts }),
    });
    await client.untilEnds(id, 1);
    const change = { type: 'reword', turnId: body.turn.id, prompt: 'a sign "SHUT"' };
    const answer = await client.call<ReplayAnswer>(
      'POST',
      `/api/sessions/${id}/replay`,
      { change },
      { 'Idempotency-Key': id },
    );
    return answer.body.turns[0]?.recipe?.renderTexts;
  };
  expect(await reworded()).toEqual(['SHUT']);
  expect(await reworded(['EXIT'])).toEqual(['EXIT']);
});

it('draws no letters for apostrophes', async () => {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  await client.turn(id, { prompt: APOSTROPHES, options });
  await client.turn(id, { prompt: APOSTROPHES, options, renderTexts: [] });
  await client.turn(id, { prompt: APOSTROPHES, options, renderTexts: ['s cat and Mary'] });
  await client.untilEnds(id, 3);
  const [found, none, letters] = (await client.open(id)).turns.map(({ pictures }) => pictures[0]!.hash);
  expect(found).toBe(none);
  expect(found).not.toBe(letters);
});

it('understands 100 kB of opening quotes, and of different words behind an @, at once', async () => {
  const client = await (await serve()).ready();
  for (let n = 0; n < 30; n++) await client.call('POST', '/api/sessions', { title: `Session ${n} of foxes` });
  const { id } = await client.newSession();
  const words = Array.from({ length: 2_500 }, (_, n) => `@w${n.toString(36)}`).join(' ');
  for (const prompt of ['“'.repeat(30_000), '"'.repeat(90_000), words]) {
    const start = performance.now();
    const { status } = await client.call('POST', `/api/sessions/${id}/context`, { prompt, mode: 'new' });
    expect(status).toBe(200);
    expect(performance.now() - start).toBeLessThan(3_000);
  }
});
