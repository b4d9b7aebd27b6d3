/** Bundles over HTTP: under any title, and refused with a reason where they contradict themselves; a clock ahead stays theirs. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';
import { MANIFEST, type Manifest } from '../../db/bundle/bundle.ts';
import { TAR_END, tarFiles, tarHeader, tarPadding } from '../../db/bundle/tar.ts';
import { openDatabase } from '../../db/folder/open-database.ts';
import { attachment } from '../../server/http/http.ts';
import type { ErrorBody, SessionView } from '../../studio/protocol.ts';
import { type Client, freshFolders, QUICK, serve } from './harness.ts';

/** A session with edits of a generated picture, one of them left out, and some history that was undone. */
async function drawn(client: Client): Promise<string> {
  const { id } = await client.newSession();
  await client.turn(id, { prompt: 'a fox', options: QUICK });
  await client.turn(id, { prompt: 'at night', mode: 'edit', options: QUICK });
  await client.turn(id, { prompt: 'with a hat', mode: 'edit', options: QUICK });
  await client.untilEnds(id, 3);
  const { turns } = await client.open(id);
  await client.call('POST', `/api/sessions/${id}/replay`, {
    change: { type: 'disable', turnId: turns[1]!.id },
  });
  await client.untilEnds(id, 4);
  await client.call('PATCH', `/api/sessions/${id}`, { headPictureId: turns[0]!.pictures[0]!.id });
  await client.call('PATCH', `/api/turns/${turns[1]!.id}`, { state: 'removed' });
  await client.call('PATCH', `/api/sessions/${id}`, { archived: true });
  await client.call('POST', `/api/sessions/${id}/undo`);
  return id;
}

const exported = async (client: Client, id: string): Promise<Buffer> =>
  Buffer.from(await (await fetch(`${client.server.url}/api/sessions/${id}/export`)).arrayBuffer());

const imported = (client: Client, bytes: Uint8Array) =>
  client.call<{ session: SessionView } & ErrorBody>('POST', '/api/sessions/import', bytes);

/** The bundle with its graph changed, and the files that it still names. */
async function changed(bundle: Uint8Array, change: (manifest: Manifest) => void): Promise<Buffer> {
  const files: [string, Buffer][] = [];
  for await (const { name, body } of tarFiles(inOne(bundle)))
    files.push([name, Buffer.concat(await Array.fromAsync(body, (chunk) => Buffer.from(chunk)))]);
  const [[, graph] = [], ...blobs] = files;
  const manifest = JSON.parse(String(graph)) as Manifest;
  change(manifest);
  const named = blobs.filter(([name]) => manifest.blobs.some(({ sha256 }) => name.endsWith(sha256)));
  const all: [string, Buffer][] = [[MANIFEST, Buffer.from(JSON.stringify(manifest))], ...named];
  const parts = all.flatMap(([name, bytes]) => [
    tarHeader(name, bytes.length),
    bytes,
    tarPadding(bytes.length),
  ]);
  return Buffer.concat([...parts, TAR_END]);
}

async function* inOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

type Case = [name: string, change: (manifest: Manifest) => void, says?: RegExp];

const CASES: Case[] = [
  [
    'a picture has no file',
    (manifest) => {
      const { pixels } = manifest.turns[1]!.pictures[0]!;
      manifest.blobs = manifest.blobs.filter(({ sha256 }) => sha256 !== pixels);
    },
    /a picture has no file/,
  ],
  [
    'an input has no file',
    ({ turns }) => {
      turns[1]!.inputs[0]!.pixels = 'ab'.repeat(32);
    },
    /a picture has no file/,
  ],
  [
    'two turns at one place',
    ({ turns }) => {
      turns[1]!.position = turns[0]!.position;
    },
    /two turns stand at one place/,
  ],
  [
    'a turn after the last',
    ({ session }) => {
      session.lastPosition = 1;
    },
    /a turn comes after/,
  ],
  [
    'a picture after the last',
    ({ session }) => {
      session.lastVersion = 1;
    },
    /a picture comes after/,
  ],
  [
    'two pictures of one index',
    ({ turns }) => {
      turns[1]!.pictures.push({ ...turns[1]!.pictures[0]!, version: 9 });
    },
    /two pictures of one index/,
  ],
  [
    'two pictures of one version',
    ({ turns }) => {
      turns[1]!.pictures[0]!.version = 1;
    },
    /one version/,
  ],
  [
    'a head that is not there',
    ({ session }) => {
      session.head = [1, 7];
    },
    /active picture is not there/,
  ],
  [
    'a head of elsewhere',
    ({ session }) => {
      session.head = 'elsewhere';
    },
    /active picture is not there/,
  ],
  [
    'history of a picture that is not there',
    ({ operations }) => {
      for (const { changes } of operations)
        for (const change of changes) if (change.field === 'headPictureId') change.after = [2, 5];
    },
    /history names a picture/,
  ],
  [
    'history of a turn that is not there',
    ({ operations }) => {
      for (const { changes } of operations)
        for (const change of changes) if (change.field === 'state') change.turn = 12;
    },
    /names a turn that is not there/,
  ],
  [
    'more undone than done',
    ({ operations }) => {
      operations.splice(0, operations.length - 1);
    },
    /takes back what was not done/,
  ],
  [
    'a turn made from itself',
    ({ turns }) => {
      turns[1]!.inputs[0]!.picture = [2, 0];
    },
    /made from one that comes after/,
  ],
  [
    'a turn without a recipe',
    ({ turns }) => {
      turns[0]!.recipe = null;
    },
    /a turn has no recipe/,
  ],
  [
    'a drift of nothing',
    ({ turns }) => {
      turns[1]!.pictures[0]!.drift = {} as never;
    },
  ],
  [
    'a recipe of nothing',
    ({ turns }) => {
      turns[0]!.recipe = {} as never;
    },
  ],
  [
    'a recipe with words for numbers',
    ({ turns }) => {
      turns[0]!.recipe!.steps = 'many' as never;
    },
  ],
  [
    'a change of an unknown field',
    ({ operations }) => {
      operations[0]!.changes[0]!.field = 'owner' as never;
    },
  ],
  [
    'an operation of an unknown kind',
    ({ operations }) => {
      operations[0]!.kind = 'drop' as never;
    },
  ],
  [
    'a media type that is none',
    ({ blobs }) => {
      blobs[0]!.mediaType = 'image/png\r\nSet-Cookie: a=b';
    },
  ],
  [
    'a place where numbers end',
    ({ session }) => {
      session.lastPosition = Number.MAX_SAFE_INTEGER;
    },
  ],
];

test('a bundle that contradicts itself is refused with a reason and leaves nothing behind', async () => {
  const source = await (await serve()).ready();
  const bundle = await exported(source, await drawn(source));
  await source.close();

  const { dataDir } = freshFolders();
  const client = await serve({ dataDir });
  for (const [name, change, says = /another version, or is damaged/] of CASES) {
    const { status, body } = await imported(client, await changed(bundle, change));
    expect([name, status, body.error.code]).toEqual([name, 400, 'bad_bundle']);
    expect(body.error.message, name).toMatch(says);
  }
  expect([...client.runtime.blobs.all()]).toEqual([]);
  expect(readdirSync(join(dataDir, 'blobs/staging'))).toEqual([]);

  const { status, body } = await imported(client, await changed(bundle, () => {}));
  expect([status, body.session.pictureCount]).toEqual([201, 4]);
  expect(Buffer.compare(await exported(client, body.session.id), bundle)).toBe(0);
});

it('takes no time of a clock that is ahead', async () => {
  const { dataDir } = freshFolders();
  const client = await (await serve({ dataDir })).ready();
  const id = await drawn(client);
  const ahead = 8_000_000_000_000_000;
  const bundle = await changed(await exported(client, id), ({ session, turns, operations }) => {
    Object.assign(session, { createdAt: ahead, updatedAt: ahead, archivedAt: ahead });
    for (const turn of turns) {
      turn.createdAt = ahead;
      for (const picture of turn.pictures) picture.createdAt = ahead;
      turn.run!.createdAt = ahead;
    }
    for (const operation of operations) {
      operation.at = ahead;
      for (const change of operation.changes)
        if (change.field === 'archivedAt' && change.after !== null) change.after = ahead;
    }
  });
  const { session } = (await imported(client, bundle)).body;
  expect(session.updatedAt).toBeLessThan(ahead);
  expect((await exported(client, session.id)).includes(String(ahead))).toBe(false);
  await client.close();
  const db = openDatabase(dataDir);
  expect(db.now()).toBeLessThan(ahead);
  db.close();
});

it('goes out under any title, however it is cut', async () => {
  const client = await serve();
  const { id } = await client.newSession();
  const named = async (title: string) => {
    await client.call('PATCH', `/api/sessions/${id}`, { title });
    const response = await fetch(`${client.server.url}/api/sessions/${id}/export`);
    await response.arrayBuffer();
    expect(response.status).toBe(200);
    return decodeURIComponent(/''(.*)$/.exec(response.headers.get('content-disposition')!)![1]!);
  };
  const long = 'a'.repeat(59);
  expect(await named(`${long}🦊`)).toBe(`${long}.palimpsest`);
  expect(await named(`${'a'.repeat(58)}🦊b`)).toBe(`${'a'.repeat(58)}🦊.palimpsest`);
  expect(await named(`${'a'.repeat(55)}👩‍👩‍👧 and more`)).toBe(`${'a'.repeat(55)}.palimpsest`);
  expect(await named('a/b: "c"')).toBe('ab c.palimpsest');
  expect(attachment('half \ud83e')).toMatch(/''half%20%EF%BF%BD$/);
});
