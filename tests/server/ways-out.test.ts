/** Every way out of the studio: the file has the format that was asked for, its recipe, and a name that can be found again. */
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { verify } from '../../command/verify.ts';
import { readReceipt } from '../../db/bundle/receipt.ts';
import { trimThumbnails } from '../../server/files/thumbnails.ts';
import { purgeSessions } from '../../server/turns/deleting/purge.ts';
import type { Restored, SessionView, TurnView } from '../../studio/protocol.ts';
import { type Client, QUICK, serve } from './harness.ts';

/** A castle and an edit of it. */
async function drawn() {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  await client.turn(id, { prompt: 'a castle: at "dusk"', options: QUICK });
  await client.turn(id, { prompt: 'make it night', mode: 'edit', options: QUICK });
  await client.untilEnds(id, 2);
  const { turns } = await client.open(id);
  return { client, id, turns, picture: turns[1]!.pictures[0]! };
}

const get = (client: Client, path: string, headers: Record<string, string> = {}) =>
  fetch(`${client.server.url}${path}`, { headers });
const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());
const nameIn = (response: Response) =>
  decodeURIComponent(/filename\*=UTF-8''(.+)$/.exec(response.headers.get('content-disposition')!)![1]!);

/** The files of a zip that compresses nothing, by its directory at the end. Source: APPNOTE 6.3.10, 4.3.12 and 4.3.7. */
function filesIn(zip: Buffer): { name: string; bytes: Buffer }[] {
  const files: { name: string; bytes: Buffer }[] = [];
  for (let at = zip.indexOf('PK\x01\x02', 0, 'latin1'); zip.readUInt32LE(at) === 0x02014b50; ) {
    const [size, nameLength, extra, note] = [
      zip.readUInt32LE(at + 24),
      ...[28, 30, 32].map((field) => zip.readUInt16LE(at + field)),
    ] as [number, number, number, number];
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    files.push({ name, bytes: zip.subarray(start, start + size) });
    at += 46 + nameLength + extra + note;
  }
  return files;
}

it('a picture shown, saved or linked is a file of its format with its whole recipe and a name', async () => {
  const { client, picture } = await drawn();
  for (const [extension, format] of [
    ['png', 'png'],
    ['jpg', 'jpeg'],
    ['jpeg', 'jpeg'],
    ['webp', 'webp'],
  ] as const) {
    const path = `/pictures/${picture.id}.${extension}`;
    const shown = await get(client, path);
    expect([shown.status, shown.headers.get('content-type')]).toEqual([200, `image/${format}`]);
    expect(shown.headers.get('content-disposition')).toMatch(/^inline/);
    const end = extension === 'jpeg' ? 'jpg' : extension;
    expect(nameIn(shown)).toBe(`A castle at dusk v2, make it night.${end}`);
    const file = await bytesOf(shown);
    expect((await sharp(file).metadata()).format).toBe(format);
    expect(readReceipt(file)!.turns.map(({ prompt }) => prompt)).toEqual([
      'a castle: at "dusk"',
      'make it night',
    ]);
    const saved = await get(client, `${path}?download`);
    expect(saved.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(await bytesOf(saved)).toEqual(file);
    const again = await get(client, path, { 'If-None-Match': shown.headers.get('etag')! });
    expect(again.status).toBe(304);
  }
  for (const path of [`/pictures/${picture.id}.bmp`, '/pictures/nobody.png', '/pictures/png'])
    expect((await get(client, path)).status).toBe(404);
});

it('a JPEG is verified by the picture that it was made of, and dropped in it brings that picture and its branch back', async () => {
  const { client, turns, picture } = await drawn();
  for (const extension of ['jpg', 'webp']) {
    const file = await bytesOf(await get(client, `/pictures/${picture.id}.${extension}`));
    const engine = client.runtime.engines.running(client.runtime.engines.default)!;
    const find = async (hash: string) => client.runtime.blobs.read(hash);
    expect(await verify(file, engine, find)).toEqual({ outcome: 'equal' });

    const other = await client.newSession();
    const dropped = await client.call<{ turn: TurnView; restored: Restored }>(
      'POST',
      `/api/sessions/${other.id}/uploads`,
      file,
    );
    expect(dropped.body.restored.turns).toHaveLength(2);
    expect(dropped.body.turn.pictures[0]!.hash).toBe(picture.hash);
    expect((await client.open(other.id)).turns.map(({ prompt }) => prompt)).toEqual(
      turns.map(({ prompt }) => prompt),
    );
  }
});

it('all pictures of a session, a turn or a selection are one zip, each with a name of its own and its recipe', async () => {
  const { client, id, turns, picture } = await drawn();
  const twin = (await client.newSession()).id;
  await client.turn(twin, { prompt: 'a castle: at "dusk"', options: { ...QUICK, count: 2 } });
  await client.untilEnds(twin, 1);
  const [first] = (await client.open(twin)).turns;
  const zipOf = async (query: string) => {
    const response = await get(client, `/api/pictures.zip?${query}`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/zip']);
    return { name: nameIn(response), files: filesIn(Buffer.from(await response.arrayBuffer())) };
  };
  const session = await zipOf(`sessionId=${id}`);
  expect(session.name).toBe('A castle at dusk, 2.zip');
  expect(session.files.map(({ name }) => name)).toEqual([
    'A castle at dusk v1.png',
    'A castle at dusk v2, make it night.png',
  ]);
  for (const file of session.files) expect(readReceipt(file.bytes)).not.toBeNull();
  const turn = await zipOf(`turnId=${first!.id}&format=webp`);
  expect(turn.files.map(({ name }) => name)).toEqual([
    'A castle at dusk v1.webp',
    'A castle at dusk v2.webp',
  ]);
  const ids = [turns[0]!.pictures[0]!.id, picture.id, first!.pictures[0]!.id];
  const some = await zipOf(`ids=${ids.join(',')}&format=jpeg`);
  expect(some.files.map(({ name }) => name)).toEqual([
    'A castle at dusk v1.jpg',
    'A castle at dusk v2, make it night.jpg',
    'A castle at dusk v1 (2).jpg',
  ]);
  expect((await get(client, '/api/pictures.zip')).status).toBe(400);
  expect((await get(client, '/api/pictures.zip?ids=nobody')).status).toBe(404);
});

it('small views are WebP of a few kilobytes, made once, and go with the picture', async () => {
  const client = await serve();
  const { id } = await client.newSession();
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
  const file = await sharp({ create: { width: 1024, height: 768, channels: 3, background: '#000', noise } })
    .blur(4)
    .png()
    .toBuffer();
  const { hash } = (await client.upload(id, file)).body.turn.pictures[0]!;
  for (const width of [96, 192, 384, 768]) {
    const response = await get(client, `/images/${hash}?width=${width}`);
    expect(response.headers.get('content-type')).toBe('image/webp');
    expect(response.headers.get('cache-control')).toContain('immutable');
    const small = await bytesOf(response);
    expect(await sharp(small).metadata()).toMatchObject({ format: 'webp', width, height: (width * 3) / 4 });
    expect(small.byteLength).toBeLessThan(width * width * 0.1);
    expect(await bytesOf(await get(client, `/images/${hash}?width=${width}`))).toEqual(small);
  }
  expect((await get(client, `/images/${hash}?width=100`)).status).toBe(400);
  trimThumbnails(client.runtime.blobs, 0);
  expect((await get(client, `/images/${hash}?width=96`)).status).toBe(200);
  await client.call('DELETE', `/api/sessions/${id}`);
  purgeSessions(client.runtime, 0);
  expect((await get(client, `/images/${hash}?width=96`)).status).toBe(404);
});

it('an added picture is saved as it came, or as it is used', async () => {
  const client = await serve();
  const { id } = await client.newSession();
  const camera = await sharp({ create: { width: 3000, height: 2000, channels: 3, background: '#c83c28' } })
    .jpeg()
    .toBuffer();
  const picture = (await client.upload(id, camera)).body.turn.pictures[0]!;
  const original = await get(client, `/pictures/${picture.id}.original`);
  expect(original.headers.get('content-type')).toBe('image/jpeg');
  expect(nameIn(original)).toMatch(/ v1\.jpg$/);
  expect(Buffer.compare(await bytesOf(original), camera)).toBe(0);
  const used = await bytesOf(await get(client, `/pictures/${picture.id}.png`));
  expect(await sharp(used).metadata()).toMatchObject({ format: 'png', width: 2048 });
});

it('a session is one page that needs nothing else: messages, pictures with their recipes, versions', async () => {
  const { client, id, turns, picture } = await drawn();
  await client.turn(id, { prompt: '<script>alert("x")</script> & more', options: QUICK });
  await client.turn(id, { prompt: 'a castle to hide', options: QUICK });
  await client.untilEnds(id, 4);
  const hidden = (await client.open(id)).turns[3]!;
  await client.call('PATCH', `/api/turns/${hidden.id}`, { state: 'removed' });
  const response = await get(client, `/api/sessions/${id}/page`, { 'Accept-Language': 'zh' });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(nameIn(response)).toBe('A castle at dusk.html');
  const html = await response.text();
  expect(html).toContain('<html lang="zh-CN">');
  for (const text of ['a castle: at &quot;dusk&quot;', 'make it night', '&lt;script&gt;', '共 3 张图片'])
    expect(html).toContain(text);
  for (const text of ['a castle to hide', '<script', 'http://', client.server.url])
    expect(html.replaceAll('http://www.w3.org', '')).not.toContain(text);
  // Nothing is loaded from anywhere.
  const addresses = [...html.matchAll(/\b(?:src|href)="([^"]*)"/g)].map((match) => match[1]!);
  expect(addresses.every((each) => /^(#v\d+$|data:image\/webp;base64,)/.test(each))).toBe(true);
  const pictures = addresses.filter((each) => each.startsWith('data:'));
  expect(pictures).toHaveLength(3);
  const second = Buffer.from(pictures[1]!.slice(pictures[1]!.indexOf(',') + 1), 'base64');
  expect(readReceipt(second)!.picture.exact!.file).toBe(picture.hash);
  expect(html.match(/<circle/g)).toHaveLength(3);
  expect(html).toContain(`href="#v${turns[0]!.pictures[0]!.version}"`);
});

it('where a picture was taken leaves no exported session, unless it is asked for', async () => {
  const client = await serve();
  const { id } = await client.newSession();
  const place = { IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100' } };
  const photo = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#369' } })
    .withExif(place)
    .jpeg()
    .toBuffer();
  const isPlaced = async (file: Uint8Array) => {
    const { exif } = await sharp(file).metadata();
    return /9e0c000064000000|00000c9e00000064/.test(exif?.toString('hex') ?? '');
  };
  expect(await isPlaced(photo)).toBe(true);
  await client.upload(id, photo);
  await client.call('PATCH', `/api/sessions/${id}`, { tags: ['coast'] });
  const [first] = (await client.open(id)).turns[0]!.pictures;
  await client.call('PATCH', `/api/pictures/${first!.id}`, { favourite: true });
  for (const [query, kept] of [
    ['', false],
    ['?traces=keep', true],
  ] as const) {
    const bundle = await bytesOf(await get(client, `/api/sessions/${id}/export${query}`));
    const taken = await client.call<{ session: SessionView }>('POST', '/api/sessions/import', bundle);
    expect([taken.status, taken.body.session.tags]).toEqual([201, ['coast']]);
    const [picture] = (await client.open(taken.body.session.id)).turns[0]!.pictures;
    expect(picture!.isFavourite).toBe(true);
    const original = await bytesOf(await get(client, `/pictures/${picture!.id}.original`));
    expect(await isPlaced(original)).toBe(kept);
    // What came in without a place goes out as the same bytes again.
    const again = await bytesOf(await get(client, `/api/sessions/${taken.body.session.id}/export${query}`));
    expect(Buffer.compare(again, bundle)).toBe(0);
  }
});
