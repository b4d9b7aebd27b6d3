/** Painted masks: kept as black and white under their hash, refused where they say nothing, and used by the turn they are for. */
import sharp from 'sharp';
import { expect, it, onTestFinished, vi } from 'vitest';
import { GRACE_MS, purgeSessions } from '../../server/turns/deleting/purge.ts';
import type { ErrorBody, MaskView } from '../../studio/protocol.ts';
import { type Client, LIVE_SIDE_PX, serve } from './harness.ts';

const SIDE_PX = LIVE_SIDE_PX;

/** A grey square on black, with transparency around it. */
const square = (widthPx: number, grey: number) =>
  sharp({
    create: {
      width: SIDE_PX,
      height: SIDE_PX,
      channels: 4,
      background: { r: 255, g: 255, b: 255, alpha: 0 },
    },
  })
    .composite([
      {
        input: {
          create: {
            ...{ width: widthPx, height: widthPx, channels: 4 as const },
            background: { r: grey, g: grey, b: grey, alpha: 1 },
          },
        },
        ...{ left: 0, top: 0 },
      },
    ])
    .png()
    .toBuffer();

const send = (client: Client, sessionId: string, body: Uint8Array) =>
  client.call<{ mask: MaskView } & ErrorBody>('POST', `/api/sessions/${sessionId}/masks`, body);

it('keeps a mask as black and white: transparent is black, grey is the nearer of both', async () => {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  const { status, body } = await send(client, id, await square(32, 200));
  expect([status, body.mask]).toEqual([
    201,
    { hash: body.mask.hash, widthPx: SIDE_PX, heightPx: SIDE_PX, paintedShare: 0.25 },
  ]);
  const file = await (await fetch(`${client.server.url}/images/${body.mask.hash}`)).arrayBuffer();
  expect((await sharp(file).metadata()).space).toBe('b-w');
  const grey = await sharp(file).toColourspace('b-w').raw().toBuffer();
  expect([grey[0], grey[SIDE_PX - 1]]).toEqual([255, 0]);
  // The same drawing in another grey is the same mask.
  expect((await send(client, id, await square(32, 255))).body.mask.hash).toBe(body.mask.hash);
});

it('refuses an empty mask, what is no picture, and a session that is not there', async () => {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  const refused = [
    await send(client, id, await square(32, 100)),
    await send(client, id, new TextEncoder().encode('no picture')),
    await send(client, 'none', await square(32, 255)),
  ];
  expect(refused.map(({ status, body }) => [status, body.error.code])).toEqual([
    [400, 'empty_mask'],
    [400, 'bad_image'],
    [404, 'unknown_session'],
  ]);
});

it('gives the mask to the edit it was painted for, and refuses it on a picture of another size', async () => {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  await client.turn(id, { prompt: 'a fox', options: { steps: 1, widthPx: SIDE_PX, heightPx: SIDE_PX } });
  await client.untilEnds(id, 1);
  const pictureId = (await client.open(id)).turns[0]!.pictures[0]!.id;
  const { mask } = (await send(client, id, await square(32, 255))).body;
  const edit = (maskHash: string) =>
    client.turn(id, {
      mode: 'edit',
      prompt: 'a hat',
      inputs: [
        { pictureId, role: 'target' },
        { maskHash, role: 'mask' },
      ],
    });
  const { status, body } = await edit(mask.hash);
  expect([status, body.turn.inputs.map(({ role, hash }) => [role, hash])]).toEqual([
    202,
    [
      ['target', expect.any(String)],
      ['mask', mask.hash],
    ],
  ]);
  const wide = await sharp(await square(32, 255))
    .resize(96, 64)
    .png()
    .toBuffer();
  const other = (await send(client, id, wide)).body.mask;
  expect((await edit(other.hash)).status).toBe(400);
});

it('edits a part of a picture of any size: outside of the mask it is the picture, scaled to the result', async () => {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  // A photo of a shape that the model does not draw.
  const [widthPx, heightPx] = [1000, 750];
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  const photo = await sharp({
    create: { width: widthPx, height: heightPx, channels: 3, background: '#000', noise },
  })
    .blur(12)
    .jpeg()
    .toBuffer();
  const pictureId = (await client.upload(id, photo)).body.turn.pictures[0]!.id;
  const left = await sharp({ create: { width: widthPx, height: heightPx, channels: 3, background: '#000' } })
    .composite([
      {
        input: { create: { width: 500, height: heightPx, channels: 3, background: '#fff' } },
        left: 0,
        top: 0,
      },
    ])
    .png()
    .toBuffer();
  const { mask } = (await send(client, id, left)).body;
  const { body } = await client.turn(id, {
    mode: 'edit',
    prompt: 'a hat',
    options: { steps: 1 },
    inputs: [
      { pictureId, role: 'target' },
      { maskHash: mask.hash, role: 'mask' },
    ],
  });
  const { job, pictures } = await client.finished(id, body.turn.id);
  expect([job.state, job.error]).toEqual(['done', null]);
  const [made] = pictures;
  const pixels = async (file: Uint8Array) =>
    sharp(file).resize(made!.widthPx, made!.heightPx, { fit: 'fill' }).removeAlpha().raw().toBuffer();
  const drawn = await pixels((await client.picture(made!.hash)).bytes);
  const before = await pixels(photo);
  const differences = [0.25, 0.9].map((across) => {
    const column = Math.floor(across * made!.widthPx);
    return Math.max(
      ...Array.from({ length: made!.heightPx }, (_, row) => {
        const at = (row * made!.widthPx + column) * 3;
        return Math.abs(drawn[at]! - before[at]!);
      }),
    );
  });
  expect(differences[0]).toBeGreaterThan(20);
  expect(differences[1]).toBeLessThan(8);
});

it('a mask that no message used goes after a while, and one that a message used stays with it', async () => {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  const picture = await sharp({
    create: { width: SIDE_PX, height: SIDE_PX, channels: 3, background: '#336' },
  })
    .png()
    .toBuffer();
  const pictureId = (await client.upload(id, picture)).body.turn.pictures[0]!.id;
  const used = (await send(client, id, await square(32, 255))).body.mask.hash;
  const unused = (await send(client, id, await square(16, 255))).body.mask.hash;
  const { status: taken } = await client.turn(id, {
    mode: 'edit',
    prompt: 'a hat',
    inputs: [
      { pictureId, role: 'target' },
      { maskHash: used, role: 'mask' },
    ],
  });
  expect(taken).toBe(202);
  const status = async (hash: string) => (await fetch(`${client.server.url}/images/${hash}`)).status;
  purgeSessions(client.runtime);
  purgeSessions(client.runtime);
  expect([await status(used), await status(unused)]).toEqual([200, 200]);
  vi.setSystemTime(Date.now() + 2 * GRACE_MS);
  onTestFinished(() => void vi.useRealTimers());
  purgeSessions(client.runtime);
  expect([await status(used), await status(unused)]).toEqual([200, 404]);
});

it('a mask of a large file fits the picture that is used in its place', async () => {
  const client = await serve();
  const { id } = await client.newSession();
  const flat = (background: string) =>
    sharp({ create: { width: 4000, height: 3000, channels: 3, background } })
      .png()
      .toBuffer();
  const picture = (await client.upload(id, await flat('#336'))).body.turn.pictures[0]!;
  const { mask } = (await send(client, id, await flat('#fff'))).body;
  expect([mask.widthPx, mask.heightPx]).toEqual([picture.widthPx, picture.heightPx]);
});
