/** A saved picture carries how it came about; dropped in again, it brings its branch back, in the same or another install. */
import { expect, it } from 'vitest';
import { readReceipt } from '../../db/bundle/receipt.ts';
import type { Restored, TurnView } from '../../studio/protocol.ts';
import { type Client, QUICK, serve } from './harness.ts';

async function drawn(client: Client) {
  const { id } = await client.newSession();
  await client.turn(id, { prompt: 'a fox', options: QUICK });
  await client.turn(id, { prompt: 'at night', mode: 'edit', options: QUICK });
  await client.turn(id, { prompt: 'with a hat', mode: 'edit', options: QUICK });
  await client.untilEnds(id, 3);
  return { id, turns: (await client.open(id)).turns };
}

async function saved(client: Client, turn: TurnView): Promise<Uint8Array> {
  const response = await fetch(`${client.server.url}/images/${turn.pictures[0]!.hash}?download=fox.png`);
  return new Uint8Array(await response.arrayBuffer());
}

const drop = (client: Client, id: string, file: Uint8Array) =>
  client.call<{ turn: TurnView; restored?: Restored }>('POST', `/api/sessions/${id}/uploads`, file);

it('is written into what is saved, and brings the branch back', async () => {
  const client = await (await serve()).ready();
  const { id, turns } = await drawn(client);
  const file = await saved(client, turns[2]!);
  const receipt = readReceipt(file)!;
  expect(receipt.turns.map(({ prompt }) => prompt)).toEqual(['a fox', 'at night', 'with a hat']);
  expect(receipt.turns[2]!.recipe).toMatchObject({
    seed: turns[2]!.recipe!.seed,
    modelDigest: client.runtime.engines.infoOf(client.runtime.engines.default)!.digest,
  });
  expect(receipt.turns[2]!.inputs).toMatchObject([
    { role: 'target', file: turns[1]!.pictures[0]!.hash, turn: 1 },
  ]);

  const other = (await client.newSession()).id;
  const { status, body } = await drop(client, other, file);
  expect([status, body.restored!.missingPictures]).toEqual([201, 0]);
  const back = (await client.open(other)).turns;
  expect(back.map(({ prompt, recipe }) => [prompt, recipe])).toEqual(
    turns.map(({ prompt, recipe }) => [prompt, recipe]),
  );
  expect(back.slice(0, 2).map(({ pictures }) => pictures[0]!.hash)).toEqual(
    turns.slice(0, 2).map(({ pictures }) => pictures[0]!.hash),
  );
  expect(back[2]!.inputs[0]!.pictureId).toBe(back[1]!.pictures[0]!.id);
  expect((await client.open(other)).session).toMatchObject({
    headPictureId: back[2]!.pictures[0]!.id,
    title: 'A fox',
  });
  // Where it came from, it is known already; saved again, it is the same file.
  expect(Buffer.compare(await saved(client, back[2]!), file)).toBe(0);
  await client.turn(other, { prompt: 'in rain', mode: 'edit', options: QUICK });
  await client.untilEnds(other, 1);
  expect((await client.open(id)).turns).toHaveLength(3);
});

it('brings back into an empty install what the file alone can tell', async () => {
  const file = await (async () => {
    const client = await (await serve()).ready();
    const { turns } = await drawn(client);
    const bytes = await saved(client, turns[2]!);
    await client.close();
    return bytes;
  })();
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  const { body } = await drop(client, id, file);
  expect(body.restored!.missingPictures).toBe(2);
  const { turns } = await client.open(id);
  expect(turns.map(({ prompt, pictures }) => [prompt, pictures.length])).toEqual([
    ['a fox', 0],
    ['at night', 0],
    ['with a hat', 1],
  ]);
  const again = await drop(client, id, file);
  expect(again.body.restored).toEqual({ turns: [], missingPictures: 0 });
});

it('takes a file whose pixels were changed since as any picture', async () => {
  const client = await (await serve()).ready();
  const { id, turns } = await drawn(client);
  const file = Buffer.from(await saved(client, turns[2]!));
  const text = file
    .toString('latin1')
    .replace('"imageData":"', '"imageData":"0')
    .replace(/("imageData":"0[0-9a-f]{62})[0-9a-f]{2}/, '$1');
  const { body } = await drop(client, id, Buffer.from(text, 'latin1'));
  expect(body.restored).toBeUndefined();
});
