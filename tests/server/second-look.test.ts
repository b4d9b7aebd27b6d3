/** The second look in the studio: in the recipe of pictures with words, in their receipt, as an event, and off where it is not wanted. */
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readReceipt } from '../../db/bundle/receipt.ts';
import type { TurnView } from '../../studio/protocol.ts';
import { SMALL, serve } from './harness.ts';

const MINI = join(resolve(import.meta.dirname, '../..'), 'models/mini');
const options = { widthPx: 256, heightPx: 256, steps: 4 };

test('a picture with words is looked at again, which its recipe and receipt say; one without is not', async () => {
  const client = await (await serve({ modelDir: MINI })).ready();
  const { id } = await client.newSession();
  const asked = { prompt: 'a fox with the text "HELLO"', options };
  const { turn } = (await client.turn(id, asked)).body;
  expect(turn.recipe).toMatchObject({ secondLook: true });
  const done = await client.finished(id, turn.id);
  const { progress } = await client.open(id);
  expect(progress!.filter(({ type }) => type === 'second-look')).toMatchObject([
    { payload: { turnId: turn.id, pictureIndex: 0, asked: ['HELLO'], ms: expect.any(Number) } },
  ]);
  const file = await fetch(`${client.url}/images/${done.pictures[0]!.hash}?download=v1.png`);
  const receipt = readReceipt(new Uint8Array(await file.arrayBuffer()));
  expect(receipt!.turns[0]!.recipe).toMatchObject({ secondLook: true });

  const wordless = (await client.turn(id, { prompt: 'a fox', options })).body.turn;
  const unwanted = (await client.turn(id, { ...asked, options: { ...options, secondLook: false } })).body
    .turn;
  for (const { recipe } of [wordless, unwanted]) expect(recipe).not.toHaveProperty('secondLook');
  // A repeat is as the turn was.
  const repeat = (turnId: string, key: string) =>
    client.call<{ turn: TurnView }>(
      'POST',
      `/api/turns/${turnId}/repeat`,
      { options: {} },
      { 'Idempotency-Key': key },
    );
  expect((await repeat(turn.id, 'one')).body.turn.recipe).toMatchObject({ secondLook: true });
  expect((await repeat(unwanted.id, 'two')).body.turn.recipe).not.toHaveProperty('secondLook');
});

test('a model that does not say its letters has no second look', async () => {
  const client = await (await serve({ modelDir: SMALL })).ready();
  if (client.runtime.engines.infoOf(client.runtime.engines.default)!.can.secondLook) return; // Without the fixtures the small checkpoint says them.
  const { id } = await client.newSession();
  const { turn } = (await client.turn(id, { prompt: 'a "SIGN"', options: { steps: 1 } })).body;
  expect(turn.recipe).not.toHaveProperty('secondLook');
});
