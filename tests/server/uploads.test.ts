/** Pictures from outside: what can be read becomes 8-bit RGB, upright, on white; what cannot is refused with a reason. */
import sharp, { type Sharp } from 'sharp';
import { expect, it } from 'vitest';
import { purgeSessions } from '../../server/turns/deleting/purge.ts';
import type { ErrorBody, SessionView, TurnView } from '../../studio/protocol.ts';
import { type Client, serve } from './harness.ts';

const red = (widthPx = 48, heightPx = 32): Sharp =>
  sharp({ create: { width: widthPx, height: heightPx, channels: 3, background: '#ff0000' } });

const upload = (client: Client, sessionId: string, body: Uint8Array | FormData) =>
  client.call<{ turn: TurnView } & ErrorBody>('POST', `/api/sessions/${sessionId}/uploads`, body);

async function pixelsOf(client: Client, hash: string) {
  const file = await (await fetch(`${client.server.url}/images/${hash}`)).arrayBuffer();
  const { format, depth, channels, hasAlpha } = await sharp(file).metadata();
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  return {
    form: { format, depth, channels, hasAlpha },
    corner: [...data.subarray(0, 3)],
    size: [info.width, info.height],
  };
}

it('takes every usual form of a picture', async () => {
  const client = await serve();
  const { id } = await client.newSession();
  const clear = sharp({ create: { width: 48, height: 32, channels: 4, background: '#ff000000' } });
  const cases: [string, Sharp, number[], number[]?][] = [
    ['png', red().png(), [255, 0, 0]],
    ['webp', red().webp({ lossless: true }), [255, 0, 0]],
    ['16-bit png', red().toColourspace('rgb16').png(), [255, 0, 0]],
    ['palette with alpha', clear.png({ palette: true }), [255, 255, 255]],
    ['grey', red().greyscale().png(), [127, 127, 127]],
    ['turned by EXIF', red().withMetadata({ orientation: 6 }).jpeg({ quality: 100 }), [254, 0, 0], [32, 48]],
    ['cmyk jpeg', red().toColourspace('cmyk').jpeg({ quality: 100 }), [254, 0, 0]],
  ];
  for (const [name, picture, colour, size = [48, 32]] of cases) {
    const { status, body } = await upload(client, id, await picture.toBuffer());
    expect([name, status]).toEqual([name, 201]);
    expect(body.turn.kind).toBe('upload');
    const kept = await pixelsOf(client, body.turn.pictures[0]!.hash);
    expect(kept.form).toEqual({ format: 'png', depth: 'uchar', channels: 3, hasAlpha: false });
    expect(kept.size).toEqual(size);
    for (const [channel, value] of colour.entries())
      expect(Math.abs(kept.corner[channel]! - value), name).toBeLessThan(30);
  }
  const form = new FormData();
  form.append('file', new Blob([await red().png().toBuffer()]), 'red.png');
  expect((await upload(client, id, form)).status).toBe(201);
  const { session, turns } = await client.open(id);
  expect(session.headPictureId).toBe(turns[0]!.pictures[0]!.id);
});

it('keeps a large file as it came, and beside it a picture of the size that can be used', async () => {
  const client = await serve();
  const { id } = await client.newSession();
  const camera = await red(6000, 4000).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const { body } = await upload(client, id, camera);
  const [picture] = body.turn.pictures;
  expect([picture!.widthPx, picture!.heightPx]).toEqual([1365, 2048]);
  const original = await fetch(`${client.server.url}/images/${picture!.originalHash}`);
  expect(original.headers.get('content-type')).toBe('image/jpeg');
  expect(Buffer.from(await original.arrayBuffer())).toEqual(camera);
});

it('refuses what it cannot use, and says why', async () => {
  const client = await serve();
  const { id } = await client.newSession();
  const noise = sharp({
    create: {
      width: 64,
      height: 64,
      channels: 3,
      noise: { type: 'gaussian', mean: 128, sigma: 50 },
      background: '#000',
    },
  });
  const whole = await noise.png().toBuffer();
  const frames = await sharp([await red().png().toBuffer(), await red().negate().png().toBuffer()], {
    join: { animated: true },
  })
    .gif()
    .toBuffer();
  // Small, and minutes of work for whoever draws it.
  const filters = '<feTurbulence baseFrequency=".01" numOctaves="99"/>'.repeat(4);
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="9000" height="7000"><filter id="f">${filters}</filter><rect width="9000" height="7000" filter="url(#f)"/></svg>`;
  const cases: [string, Uint8Array, RegExp][] = [
    ['text', Buffer.from('hello'), /not a picture/],
    ['nothing', new Uint8Array(0), /empty/],
    ['truncated png', whole.subarray(0, whole.length / 2), /damaged/],
    ['svg', Buffer.from(drawing), /of the kind SVG/],
    ['svg after a declaration', Buffer.from(`<?xml version="1.0"?>${drawing}`), /of the kind SVG/],
    ['pdf', Buffer.from('%PDF-1.4\n%%EOF'), /of the kind PDF/],
    ['20,000 px', await red(20_000, 32).png().toBuffer(), /16384 px a side/],
    ['animated', frames, /animated \(2 frames\)/],
    ['long', await red(320, 32).png().toBuffer(), /4 times the shorter/],
    ['tiny', await red(8, 8).png().toBuffer(), /at least 16/],
  ];
  for (const [name, bytes, message] of cases) {
    const { status, body } = await upload(client, id, bytes);
    expect([name, status, body.error?.field]).toEqual([name, 400, 'file']);
    expect(body.error.message).toMatch(message);
  }
  expect((await client.open(id)).turns).toEqual([]);
  expect((await upload(client, 'nobody', whole)).status).toBe(404);
});

it('stays with a deleted session until that is purged; then no row, no event but the last, no byte', async () => {
  const client = await serve();
  const kept = await client.newSession();
  const gone = await client.newSession();
  const shared = await red().png().toBuffer();
  const own = await red(64, 64).png().toBuffer();
  await upload(client, kept.id, shared);
  const first = (await upload(client, gone.id, shared)).body.turn.pictures[0]!;
  const second = (await upload(client, gone.id, own)).body.turn.pictures[0]!;
  expect((await client.call('DELETE', `/api/sessions/${gone.id}`)).status).toBe(204);
  expect((await client.call('GET', `/api/sessions/${gone.id}`)).status).toBe(404);
  expect((await fetch(`${client.server.url}/images/${second.hash}`)).status).toBe(200);
  const restored = await client.call<{ session: SessionView }>('POST', `/api/sessions/${gone.id}/restore`);
  expect(restored.body.session.pictureCount).toBe(2);
  expect((await client.open(gone.id)).turns).toHaveLength(2);
  await client.call('DELETE', `/api/sessions/${gone.id}`);
  expect(purgeSessions(client.runtime)).toBe(0);
  expect(purgeSessions(client.runtime, 0)).toBe(1);
  expect((await client.call('POST', `/api/sessions/${gone.id}/restore`)).status).toBe(404);
  expect((await fetch(`${client.server.url}/images/${first.hash}`)).status).toBe(200);
  expect((await fetch(`${client.server.url}/images/${second.hash}`)).status).toBe(404);
  const events = await client.until('*', (event) => event.type === 'session.purged');
  expect(events.filter((event) => event.sessionId === gone.id)).toHaveLength(1);
});
