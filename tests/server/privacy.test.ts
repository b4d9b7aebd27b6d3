/** What leaves says no more than it is asked to, what is purged is gone from every file, and receipts say whose they are. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test, vi } from 'vitest';
import { readReceipt, signedText } from '../../db/bundle/receipt.ts';
import { tarFiles } from '../../db/bundle/tar.ts';
import { withoutTraces } from '../../db/bundle/traces.ts';
import { isSignedBy, publicKeyIn } from '../../db/folder/studio-key.ts';
import { purgeSessions } from '../../server/turns/deleting/purge.ts';
import { Labeller } from '../../server/upkeep/label-pictures.ts';
import { type Client, freshFolders, QUICK, serve } from './harness.ts';

// Pictures are drawn by the real engine, on machines that are busy with other things.
vi.setConfig({ testTimeout: 600_000 });

/** A photo that lies on its side, with device, author, time and position. */
const photo = (format: 'jpeg' | 'png' | 'webp') =>
  sharp({ create: { width: 96, height: 64, channels: 3, background: '#c84' } })
    .withExif({
      IFD0: { Make: 'SECRETMAKE', Artist: 'SECRETARTIST', Orientation: '6' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100', GPSMapDatum: 'SECRETPLACE' },
    })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><!-- SECRETXMP --></x:xmpmeta>')
    .withMetadata({ orientation: 6 })
    .toFormat(format)
    .toBuffer();

test.each(['jpeg', 'png', 'webp'] as const)(
  'a %s loses its traces, and no pixel, colour or way up',
  async (format) => {
    const file = await photo(format);
    expect(file.toString('latin1')).toContain('SECRET');
    const clean = Buffer.from(withoutTraces(file)!);
    expect(clean.toString('latin1')).not.toContain('SECRET');
    const [before, after] = await Promise.all([file, clean].map((each) => sharp(each).metadata()));
    expect([after!.width, after!.height, after!.hasProfile]).toEqual([
      before!.width,
      before!.height,
      before!.hasProfile,
    ]);
    if (format !== 'png') expect(after!.orientation).toBe(before!.orientation);
    const [there, here] = await Promise.all([file, clean].map((each) => sharp(each).raw().toBuffer()));
    expect(Buffer.compare(there!, here!)).toBe(0);
    // Once more it is the same file, and half of it is none.
    expect(Buffer.compare(withoutTraces(clean)!, clean)).toBe(0);
    expect(withoutTraces(file.subarray(0, file.length / 2))).toBeNull();
  },
);

test('films and second pictures behind a photo do not leave with it', async () => {
  const file = Buffer.concat([await photo('jpeg'), Buffer.from('SECRETFILM'), await photo('jpeg')]);
  expect(Buffer.from(withoutTraces(file)!).toString('latin1')).not.toContain('SECRET');
});

async function bundle(client: Client, id: string, query = ''): Promise<Buffer> {
  return Buffer.from(
    await (await fetch(`${client.server.url}/api/sessions/${id}/export${query}`)).arrayBuffer(),
  );
}

test('a bundle goes without what a camera wrote, unless that is kept; it is taken in either way', async () => {
  const client = await serve();
  const { id } = await client.newSession();
  const file = await photo('jpeg');
  await client.upload(id, file);
  const [plain, whole] = [await bundle(client, id), await bundle(client, id, '?traces=keep')];
  expect(plain.toString('latin1')).not.toContain('SECRET');
  expect(whole.includes(file)).toBe(true);
  for (const bytes of [plain, whole]) {
    expect((await client.call('POST', '/api/sessions/import', bytes)).status).toBe(201);
    const names: string[] = [];
    for await (const { name, body } of tarFiles(inOne(bytes))) {
      names.push(name);
      for await (const _ of body);
    }
    expect(names).toHaveLength(3);
  }
  // What was stored is what was sent.
  const { blobs } = client.runtime;
  const stored = [...blobs.all()].map((hash) => readFileSync(blobs.fileOf(hash)));
  expect(stored.some((each) => each.equals(file))).toBe(true);
});

async function* inOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

test('a picture is saved with its history, signed by the studio, or without', async () => {
  const { dataDir } = freshFolders();
  const client = await (await serve({ dataDir })).ready();
  const { id } = await client.newSession();
  await client.turn(id, { prompt: 'a fox', options: QUICK });
  await client.untilEnds(id, 1);
  const { hash } = (await client.open(id)).turns[0]!.pictures[0]!;
  const saved = async (query: string) =>
    Buffer.from(await (await fetch(`${client.server.url}/images/${hash}?${query}`)).arrayBuffer());
  const file = await saved('download=fox.png');
  expect(Buffer.compare(await saved('download=fox.png'), file)).toBe(0);
  const { key, text, value } = signedText(file)!;
  expect([key, isSignedBy(key, text, value)]).toEqual([publicKeyIn(dataDir), true]);
  expect(isSignedBy(key, text.replace('a fox', 'a dog'), value)).toBe(false);
  expect(statSync(join(dataDir, 'studio-key.pem')).mode & 0o777).toBe(0o600);
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  const bare = await saved('download=fox.png&history=none');
  expect([readReceipt(bare), bare.includes('a fox')]).toEqual([null, false]);
  const asked = async (history: boolean) => {
    const answer = await client.call<{ data: { b64_json: string }[] }>('POST', '/v1/images/generations', {
      ...{
        prompt: 'an owl',
        size: `${QUICK.widthPx}x${QUICK.heightPx}`,
        num_inference_steps: 1,
        seed: 1,
        history,
      },
    });
    return Buffer.from(answer.body.data[0]!.b64_json, 'base64');
  };
  expect(readReceipt(await asked(true))!.turns[0]!.prompt).toBe('an owl');
  expect((await asked(false)).includes('an owl')).toBe(false);
});

test('what is purged is in no file of the data folder any more: not in the database, its log, its index, labels or caches', async () => {
  const { dataDir } = freshFolders();
  const client = await (await serve({ dataDir })).ready();
  const { id } = await client.newSession();
  await client.upload(id, await photo('png'));
  await client.turn(id, { prompt: 'a fox Xanadulike', options: QUICK });
  await client.turn(id, { prompt: 'at night Xanadulike', mode: 'edit', options: QUICK });
  await client.untilEnds(id, 2);
  const { db, blobs } = client.runtime;
  const labeller = new Labeller(db, dataDir);
  while ((await labeller.labelSome()) > 0);
  const words = /xanadulike|SECRET/i;
  const found = () =>
    readdirSync(dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .filter((file) => words.test(readFileSync(file, 'latin1')));
  expect(found().length).toBeGreaterThan(3);
  const hashes = [...blobs.all()];
  await client.call('DELETE', `/api/sessions/${id}`);
  await expect.poll(() => purgeSessions({ db, blobs }, 0)).toBe(1);
  expect([...blobs.all()]).toEqual([]);
  expect(hashes.length).toBeGreaterThan(3);
  expect(found()).toEqual([]);
  const cached = readdirSync(join(dataDir, 'cache'), { recursive: true, withFileTypes: true });
  expect(cached.filter((entry) => entry.isFile())).toEqual([]);
});

test('a folder that is not there is answered as it was sent, not as it lies on the machine', async () => {
  const client = await serve();
  const asked = { name: 'other', kind: 'embedded', folder: 'nowhere' };
  const { status, body } = await client.call('POST', '/api/engines', asked);
  expect([status, body.error.params]).toEqual([400, { folder: 'nowhere' }]);
});
