/** A picture of a session that comes back to it, as a drop or by the images API, is the picture that is there. */
import { expect, it } from 'vitest';
import { readReceipt } from '../../db/bundle/receipt.ts';
import type { NodeView, Restored } from '../../studio/protocol.ts';
import { type Client, isEnd, serve } from './harness.ts';

interface Taken {
  node: NodeView;
  imageId: string;
  restored?: Restored;
}

/** A session with two pictures of one turn, and the second as it is downloaded. */
async function drawnTwo() {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  await client.turn(id, { options: { steps: 1, count: 2 } });
  await client.until(id, isEnd);
  const node = (await client.open(id)).nodes[0]!;
  const second = node.images[1]!;
  const response = await fetch(`${client.server.url}/images/${second.hash}?download=fox.png`);
  const file = new Uint8Array(await response.arrayBuffer());
  expect(readReceipt(file)).not.toBeNull();
  return { client, id, node, second, file };
}

const drop = (client: Client, id: string, file: Uint8Array) =>
  client.call<Taken>('POST', `/api/sessions/${id}/uploads`, file);

it('dropped in again, it is found, and so is which one of its turn it is', async () => {
  const { client, id, node, second, file } = await drawnTwo();
  const { body } = await drop(client, id, file);
  expect(body).toMatchObject({
    node: { id: node.id },
    imageId: second.id,
    restored: { nodes: [], missingPictures: 0 },
  });
  expect((await client.open(id)).nodes).toHaveLength(1);
});

it('sent to be edited in its session, it is the target; nothing is added beside the edit', async () => {
  const { client, id, node, second, file } = await drawnTwo();
  const form = new FormData();
  form.append('image', new Blob([file.slice()]), 'fox.png');
  for (const [name, value] of Object.entries({
    prompt: 'at night',
    session_id: id,
    num_inference_steps: '1',
  }))
    form.append(name, value);
  expect((await client.call('POST', '/v1/images/edits', form)).status).toBe(200);
  const { nodes } = await client.open(id);
  expect(nodes.map(({ inputs }) => inputs.map(({ imageId }) => imageId))).toEqual([[], [second.id]]);
  expect(nodes[0]!.id).toBe(node.id);
});

it('dropped in after its turn was removed, it comes back with it', async () => {
  const { client, id, node, file } = await drawnTwo();
  expect((await client.call('PATCH', `/api/nodes/${node.id}`, { state: 'removed' })).status).toBe(200);
  const { body } = await drop(client, id, file);
  expect(body.restored!.nodes).toHaveLength(1);
  expect(body.imageId).toBe(body.node.images[0]!.id);
});
