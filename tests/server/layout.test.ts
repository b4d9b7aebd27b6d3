/** A picture made again from its own prior tokens: what the engine gets, what is kept of the recipe, and what is refused. */
import { expect, it } from 'vitest';
import type { ErrorBody, JobView, TurnView } from '../../studio/protocol.ts';
import { type Client, QUICK, serve } from './harness.ts';

const repeat = (client: Client, turnId: string, body: object) =>
  client.call<{ turn: TurnView; job: JobView } & ErrorBody>('POST', `/api/turns/${turnId}/repeat`, body, {
    'Idempotency-Key': crypto.randomUUID(),
  });

async function twoPictures(client: Client) {
  const { id } = await client.newSession();
  await client.turn(id, { prompt: 'a fox', options: { ...QUICK, steps: 2, count: 2, seed: 7 } });
  await client.untilEnds(id, 1);
  const [turn] = (await client.open(id)).turns;
  return { id, turn: turn! };
}

it('keeps the tokens of the picture that is named and the seed; steps and guidance may change', async () => {
  const client = await (await serve()).ready();
  const { id, turn } = await twoPictures(client);
  const second = turn.pictures[1]!.id;
  const { status, body } = await repeat(client, turn.id, {
    options: { steps: 3, guidanceScale: 2 },
    sameLayoutAs: second,
  });
  expect(status).toBe(202);
  const { recipe, prompt } = body.turn;
  expect(prompt).toBe('a fox');
  expect(recipe).toMatchObject({ steps: 3, guidanceScale: 2, seed: 7, layoutOf: { pictureId: second } });
  await client.untilEnds(id, 2);
  expect((await client.open(id)).turns[1]).toMatchObject({ pictures: [{}, {}], job: { state: 'done' } });

  const reseeded = await repeat(client, turn.id, { options: { seed: 9 }, sameLayoutAs: second });
  expect(reseeded.body.turn.recipe).toMatchObject({ seed: 9, layoutOf: { pictureId: second } });
});

it('refuses another size, and a picture of another turn', async () => {
  const client = await (await serve()).ready();
  const { turn } = await twoPictures(client);
  const other = await twoPictures(client);
  const sameLayoutAs = turn.pictures[0]!.id;
  const cases: [object, string, string][] = [
    [{ sameLayoutAs, options: { widthPx: 128, heightPx: 128 } }, 'bad_request', 'options.widthPx'],
    [{ sameLayoutAs: other.turn.pictures[0]!.id }, 'unknown_picture', 'sameLayoutAs'],
    [{ sameLayoutAs: 'none' }, 'unknown_picture', 'sameLayoutAs'],
  ];
  for (const [body, code, field] of cases) {
    const answer = await repeat(client, turn.id, body);
    expect([answer.status, answer.body.error.code, answer.body.error.field]).toEqual([400, code, field]);
  }
});
