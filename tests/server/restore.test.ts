/** A picture of a session that comes back to it, as a drop or by the images API, is the picture that is there. */
import { expect, it } from 'vitest';
import { readReceipt } from '../../db/bundle/receipt.ts';
import type { Restored, TurnView } from '../../studio/protocol.ts';
import { type Client, isEnd, QUICK, serve } from './harness.ts';

interface Taken {
  turn: TurnView;
  pictureId: string;
  restored?: Restored;
}

/** A session with two pictures of one turn, and the second as it is downloaded. */
async function drawnTwo() {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  await client.turn(id, { options: { ...QUICK, count: 2 } });
  await client.until(id, isEnd);
  const turn = (await client.open(id)).turns[0]!;
  const second = turn.pictures[1]!;
  const response = await fetch(`${client.server.url}/images/${second.hash}?download=fox.png`);
  const file = new Uint8Array(await response.arrayBuffer());
  expect(readReceipt(file)).not.toBeNull();
  return { client, id, turn, second, file };
}

const drop = (client: Client, id: string, file: Uint8Array) =>
  client.call<Taken>('POST', `/api/sessions/${id}/uploads`, file);

it('dropped in again, it is found, and so is which one of its turn it is', async () => {
  const { client, id, turn, second, file } = await drawnTwo();
  const { body } = await drop(client, id, file);
  expect(body).toMatchObject({
    turn: { id: turn.id },
    pictureId: second.id,
    restored: { turns: [], missingPictures: 0 },
  });
  expect((await client.open(id)).turns).toHaveLength(1);
});

it('sent to be edited in its session, it is the target; nothing is added beside the edit', async () => {
  const { client, id, turn, second, file } = await drawnTwo();
  const form = new FormData();
  form.append('image', new Blob([file.slice()]), 'fox.png');
  for (const [name, value] of Object.entries({
    prompt: 'at night',
    session_id: id,
    num_inference_steps: '1',
  }))
    form.append(name, value);
  expect((await client.call('POST', '/v1/images/edits', form)).status).toBe(200);
  const { turns } = await client.open(id);
  expect(turns.map(({ inputs }) => inputs.map(({ pictureId }) => pictureId))).toEqual([[], [second.id]]);
  expect(turns[0]!.id).toBe(turn.id);
});

it('dropped in after its turn was removed, it comes back with it', async () => {
  const { client, id, turn, file } = await drawnTwo();
  expect((await client.call('PATCH', `/api/turns/${turn.id}`, { state: 'removed' })).status).toBe(200);
  const { body } = await drop(client, id, file);
  expect(body.restored!.turns).toHaveLength(1);
  expect(body.pictureId).toBe(body.turn.pictures[0]!.id);
});
