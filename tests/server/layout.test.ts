/** A picture made again from its own prior tokens: what the engine gets, what is kept of the recipe, and what is refused. */
import { expect, it } from 'vitest';
import type { ErrorBody, JobView, NodeView } from '../../studio/protocol.ts';
import { type Client, serve } from './harness.ts';

const repeat = (client: Client, nodeId: string, body: object) =>
  client.call<{ node: NodeView; job: JobView } & ErrorBody>('POST', `/api/nodes/${nodeId}/repeat`, body, {
    'Idempotency-Key': crypto.randomUUID(),
  });

async function twoPictures(client: Client) {
  const { id } = await client.newSession();
  await client.turn(id, { prompt: 'a fox', options: { steps: 2, count: 2, seed: 7 } });
  await client.untilEnds(id, 1);
  const [node] = (await client.open(id)).nodes;
  return { id, node: node! };
}

it('keeps the tokens of the picture that is named and the seed; steps and guidance may change', async () => {
  const client = await (await serve()).ready();
  const { id, node } = await twoPictures(client);
  const second = node.images[1]!.id;
  const { status, body } = await repeat(client, node.id, {
    options: { steps: 3, guidanceScale: 2 },
    sameLayoutAs: second,
  });
  expect(status).toBe(202);
  const { recipe, prompt } = body.node;
  expect(prompt).toBe('a fox');
  expect(recipe).toMatchObject({ steps: 3, guidanceScale: 2, seed: 7, layoutOf: { imageId: second } });
  await client.untilEnds(id, 2);
  expect((await client.open(id)).nodes[1]).toMatchObject({ images: [{}, {}], job: { state: 'done' } });

  const reseeded = await repeat(client, node.id, { options: { seed: 9 }, sameLayoutAs: second });
  expect(reseeded.body.node.recipe).toMatchObject({ seed: 9, layoutOf: { imageId: second } });
});

it('refuses another size, and a picture of another turn', async () => {
  const client = await (await serve()).ready();
  const { node } = await twoPictures(client);
  const other = await twoPictures(client);
  const sameLayoutAs = node.images[0]!.id;
  const cases: [object, string, string][] = [
    [{ sameLayoutAs, options: { widthPx: 128, heightPx: 128 } }, 'bad_request', 'options.widthPx'],
    [{ sameLayoutAs: other.node.images[0]!.id }, 'unknown_image', 'sameLayoutAs'],
    [{ sameLayoutAs: 'none' }, 'unknown_image', 'sameLayoutAs'],
  ];
  for (const [body, code, field] of cases) {
    const answer = await repeat(client, node.id, body);
    expect([answer.status, answer.body.error.code, answer.body.error.field]).toEqual([400, code, field]);
  }
});
