/** Bundles: out, in and out again is the same bytes; what is damaged is refused and leaves nothing; receipts and fsck. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { expect, it, onTestFinished } from 'vitest';
import { insertBlob } from '../../db/blob-rows.ts';
import { BlobStore } from '../../db/blobs.ts';
import { namesOf } from '../../db/bundle/leave-out.ts';
import { receiptOf } from '../../db/bundle/lineage.ts';
import { embedReceipt, imageDataHash, readReceipt, withoutReceipt } from '../../db/bundle/receipt.ts';
import { writeBundle } from '../../db/bundle/write-bundle.ts';
import type { Database } from '../../db/database.ts';
import { fsck, isWhole } from '../../db/folder/fsck.ts';
import { openDatabase } from '../../db/folder/open-database.ts';
import { newId, pictureIdOf } from '../../db/ids.ts';
import { insertJob, updateJob } from '../../db/jobs.ts';
import { advanceHead, operate, stateDigest, undo } from '../../db/operations.ts';
import { insertPicture } from '../../db/pictures.ts';
import { search } from '../../db/search.ts';
import { deleteSession, findSession, insertSession } from '../../db/sessions.ts';
import { insertTurn, type NewInput } from '../../db/turns.ts';
import { refusalText } from '../../server/refusal-text.ts';
import { importBundle } from '../../server/turns/bundles.ts';
import type { Recipe } from '../../studio/recipe.ts';
import { freshFolders } from '../server/harness.ts';

function open() {
  const { dataDir } = freshFolders();
  const db = openDatabase(dataDir);
  onTestFinished(() => db.close());
  return { dataDir, db, store: new BlobStore(dataDir) };
}

const RECIPE: Recipe = {
  ...{ widthPx: 64, heightPx: 64, seed: 7, steps: 2, guidanceScale: 1.5, count: 1 },
  ...{ layout: 'separate', chain: 'exact', modelName: 'tiny', modelDigest: 'ab'.repeat(32) },
};

async function put(db: Database, store: BlobStore, bytes: Uint8Array, type = 'image/png'): Promise<string> {
  const staged = await store.stage(bytes, type);
  store.place(staged);
  db.write(() => insertBlob(db, staged));
  return staged.sha256;
}

const png = async (colour: string): Promise<Uint8Array> =>
  sharp({ create: { width: 64, height: 64, channels: 3, background: colour } })
    .png()
    .toBuffer();

/** A session with an upload, an edit, a reference from elsewhere, a stopped turn, and some history. */
async function fill(db: Database, store: BlobStore): Promise<string> {
  const [red, green, blue] = [
    await put(db, store, await png('#f00')),
    await put(db, store, await png('#0f0')),
    await put(db, store, await png('#00f')),
  ];
  const latent = await put(db, store, Buffer.from('latent'), 'application/vnd.safetensors');
  return db.write(() => {
    const { id: sessionId } = insertSession(db, 'local', '红色的猫 🦊 עברית');
    const add = (kind: 'upload' | 'edit', prompt: string, parents: NewInput[], pixelsBlob?: string) => {
      const recipe = kind === 'upload' ? null : RECIPE;
      const turn = insertTurn(
        db,
        { id: newId(), sessionId, kind, prompt, recipe, mode: kind === 'edit' ? 'edit' : null },
        parents,
      );
      if (kind === 'edit') {
        const job = insertJob(db, {
          id: newId(),
          turnId: turn.id,
          owner: 'local',
          idempotencyKey: turn.id,
          fingerprint: '',
        });
        if (pixelsBlob) updateJob(db, job.id, { state: 'done', elapsedMs: { denoise: 3, prior: 1 } });
      }
      if (!pixelsBlob) return turn;
      const blobs = { pixelsBlob, latentBlob: latent, priorBlob: null, originalBlob: null };
      const picture = insertPicture(db, sessionId, {
        turnId: turn.id,
        index: 0,
        ...blobs,
        widthPx: 64,
        heightPx: 64,
      });
      advanceHead(db, turn, picture.id);
      return turn;
    };
    const first = add('upload', '', [], red);
    const target = {
      pictureId: pictureIdOf(first.id, 0),
      role: 'target',
      madeBy: first.id,
      pixelsBlob: red,
    } as const;
    const foreign = { pictureId: 'of another session', role: 'style', pixelsBlob: green } as const;
    const edit = add('edit', 'at night', [target, foreign], blue);
    add('edit', 'never made', [
      { pictureId: pictureIdOf(edit.id, 0), role: 'target', madeBy: edit.id, pixelsBlob: blue },
    ]);
    operate(db, {
      sessionId,
      kind: 'disable',
      turnId: edit.id,
      changes: [{ field: 'state', turnId: edit.id, before: 'active', after: 'disabled' }],
    });
    operate(db, {
      sessionId,
      kind: 'rename',
      changes: [{ field: 'title', before: '红色的猫 🦊 עברית', after: 'renamed' }],
    });
    undo(db, sessionId);
    return sessionId;
  });
}

async function bytesOf(db: Database, store: BlobStore, id: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await writeBundle(db, store, id)).bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* inPieces(bytes: Uint8Array, size = 1_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

it('goes out, into another folder and out again as the same bytes; the history travels with it', async () => {
  const { db, store } = open();
  const id = await fill(db, store);
  const out = await bytesOf(db, store, id);
  const other = open();
  const session = await importBundle({ db: other.db, blobs: other.store, owner: 'local' }, inPieces(out));
  expect(Buffer.compare(await bytesOf(other.db, other.store, session.id), out)).toBe(0);
  // Beside the original, too: no id is taken twice.
  const beside = await importBundle({ db, blobs: store, owner: 'local' }, inPieces(out, 77));
  expect(Buffer.compare(await bytesOf(db, store, beside.id), out)).toBe(0);

  expect(search(other.db, 'local', '红色')).toMatchObject([{ sessionId: session.id, turnId: null }]);
  expect(search(other.db, 'local', 'night')).toHaveLength(1);
  const undone = (which: Database, sessionId: string) =>
    which.write(() => {
      undo(which, sessionId);
      return [stateDigest(which, sessionId).length, findSession(which, sessionId)!.title];
    });
  expect(undone(other.db, session.id)).toEqual(undone(db, id));
  const report = await fsck(other.db, other.store, { deep: true });
  expect([isWhole(report), report.orphans, report.unused]).toEqual([true, [], []]);
});

it('is a tar file that any program opens', async () => {
  const { db, store, dataDir } = open();
  const file = join(dataDir, 'x.palimpsest');
  writeFileSync(file, await bytesOf(db, store, await fill(db, store)));
  const { stdout } = await promisify(execFile)('tar', ['-tf', file]);
  expect(stdout.split('\n').filter((name) => name.startsWith('blobs/'))).toHaveLength(4);
  expect(stdout).toMatch(/^session\.json\n/);
});

it('refuses a bundle that is cut short, changed or something else, and keeps nothing of it', async () => {
  const { db, store } = open();
  const out = await bytesOf(db, store, await fill(db, store));
  const changed = Buffer.from(out);
  changed[changed.length - 2_000]! ^= 1;
  const other = open();
  const take = (bytes: Uint8Array) =>
    importBundle({ db: other.db, blobs: other.store, owner: 'local' }, inPieces(bytes));
  const refused = (bytes: Uint8Array) => expect(take(bytes).catch(refusalText)).resolves;
  await refused(out.subarray(0, out.length / 2)).toMatch(/cut short/);
  await refused(changed).toMatch(/damaged/);
  await refused(Buffer.alloc(5_000, 'x')).toMatch(/not a bundle/);
  expect([...other.store.all()]).toEqual([]);
  expect(readdirSync(join(other.dataDir, 'blobs/staging'))).toEqual([]);
});

it('finds what is missing, changed, of nothing or unused, and repairs what it can', async () => {
  const { db, store } = open();
  const id = await fill(db, store);
  const [first, second] = [...store.all()].sort();
  rmSync(store.fileOf(first!));
  writeFileSync(store.fileOf(second!), 'changed');
  const stray = 'cd'.repeat(32);
  mkdirSync(dirname(store.fileOf(stray)), { recursive: true });
  writeFileSync(store.fileOf(stray), 'stray');
  const unused = await put(db, store, Buffer.from('unused'));
  expect(await fsck(db, store, { deep: true })).toEqual({
    ...{ database: [], dangling: [], missing: [first], damaged: [second] },
    ...{ orphans: [stray], unused: [unused], quarantined: [], restored: [] },
  });
  expect((await fsck(db, store)).damaged).toEqual([second]);
  const { leftOut } = await writeBundle(db, store, id);
  expect(namesOf(leftOut).length).toBeGreaterThan(0);
  expect((await fsck(db, store, { repair: true })).quarantined).toEqual([stray, second]);
  expect((await fsck(db, store)).orphans).toEqual([]);
  expect((await fsck(db, store)).unused).toEqual([unused]);
  await fsck(db, store, { repair: true, graceMs: 0 });
  expect((await fsck(db, store)).unused).toEqual([]);
  expect((await fsck(db, store)).missing.toSorted()).toEqual([first, second]);
  expect((await writeBundle(db, store, id)).leftOut).toEqual(leftOut);
  db.write(() => deleteSession(db, id));
});

it('puts a receipt into a PNG and takes it out again, to the same bytes', async () => {
  const { db, store } = open();
  const id = await fill(db, store);
  const turn = db.orm.all<{ id: string }>(
    `SELECT id FROM turns WHERE session_id = '${id}' AND prompt = 'at night'`,
  )[0]!;
  const { findTurn } = await import('../../db/turns.ts');
  const file = await png('#00f');
  const picture = { index: 0, widthPx: 64, heightPx: 64, imageData: imageDataHash(file) };
  const receipt = receiptOf(db, findTurn(db, turn.id)!, picture);
  expect(receipt.turns.map(({ kind, prompt }) => [kind, prompt])).toEqual([
    ['upload', ''],
    ['edit', 'at night'],
  ]);
  expect(receipt.turns[1]!.inputs).toMatchObject([
    { role: 'target', turn: 0, index: 0 },
    { role: 'style', turn: null },
  ]);
  const marked = embedReceipt(file, receipt);
  expect(readReceipt(marked)).toMatchObject(receipt);
  expect(Buffer.compare(embedReceipt(marked, receipt), marked)).toBe(0);
  expect(Buffer.compare(withoutReceipt(marked), file)).toBe(0);
  expect(imageDataHash(marked)).toBe(picture.imageData);
  expect(Buffer.compare(await sharp(marked).raw().toBuffer(), await sharp(file).raw().toBuffer())).toBe(0);
  expect(readReceipt(file)).toBeNull();
  expect(readReceipt(Buffer.from('no picture'))).toBeNull();
  expect(readReceipt(marked.subarray(0, 90))).toBeNull();
  const [upload, edited] = receipt.turns;
  const circle = { ...edited!, inputs: [{ ...edited!.inputs[0]!, turn: 1 }] };
  expect(readReceipt(embedReceipt(file, { ...receipt, turns: [upload!, circle] }))).toBeNull();
});

it('takes the bundle of 0.1.0 in, its stages under the names of today', async () => {
  const { db, store } = open();
  const old = readFileSync(join(import.meta.dirname, 'samples/session-0.1.0.tar'));
  expect(old.includes('"decode":')).toBe(true);
  const { id } = await importBundle({ db, blobs: store, owner: 'local' }, inPieces(old));
  const runs = db.orm.all<{ stages: string }>(
    'SELECT (SELECT group_concat(key) FROM json_each(elapsed_ms)) AS stages FROM jobs',
  );
  expect(new Set(runs.map(({ stages }) => stages))).toEqual(new Set(['encode,prior,denoise,vae']));
  const out = await bytesOf(db, store, id);
  const again = open();
  const session = await importBundle({ db: again.db, blobs: again.store, owner: 'local' }, inPieces(out));
  expect(Buffer.compare(await bytesOf(again.db, again.store, session.id), out)).toBe(0);
});

/** What the samples of earlier versions hold, by file name. */
const SCHEMAS: Record<string, { prompts: string[]; search: string }> = {
  '0001.sqlite': { prompts: ['', '一只红色的猫坐在桌子上 at night', 'a fox'], search: '色的猫 night' },
  '0002.sqlite': {
    prompts: [
      '',
      '一只红色的猫坐在桌子上 at night',
      'add a hat that says "HI"',
      '一只红色的猫坐在桌子上 at night',
      'in the style of @1',
    ],
    search: '色的猫 night',
  },
};

function openSample(name: string): { db: Database; dataDir: string } {
  const { dataDir } = freshFolders();
  mkdirSync(dataDir, { recursive: true });
  const sample = readFileSync(join(import.meta.dirname, 'schemas', name));
  writeFileSync(join(dataDir, 'palimpsest.sqlite'), sample);
  return { db: openDatabase(dataDir), dataDir };
}

it('takes every earlier form of the database to this one, with all that was in it', async () => {
  for (const name of readdirSync(join(import.meta.dirname, 'schemas'))) {
    const { db, dataDir } = openSample(name);
    const prompts = db.orm.all<{ prompt: string }>('SELECT prompt FROM turns ORDER BY position');
    expect(prompts.map(({ prompt }) => prompt)).toEqual(SCHEMAS[name]!.prompts);
    expect(search(db, 'local', SCHEMAS[name]!.search)[0]).toBeDefined();
    const [input] = db.orm.all<{ made_by: string; pixels_blob: string }>(
      'SELECT made_by, pixels_blob FROM inputs',
    );
    expect(input!.made_by).toMatch(/^[0-9a-f-]{36}$/);
    if (name === '0001.sqlite') expect((await fsck(db, new BlobStore(dataDir))).dangling).toEqual([]);
    db.close();
  }
});

it('takes stored JSON of 0.1.0 to the names of today: recipes, drift, operations, events', () => {
  const { db } = openSample('0002.sqlite');
  const stored = (query: string) => db.orm.all<{ text: string }>(query).map(({ text }) => text);
  const [layout] = stored(`SELECT recipe AS text FROM turns WHERE recipe LIKE '%layoutOf%'`);
  expect(JSON.parse(layout!).layoutOf).toEqual({
    pictureId: expect.any(String),
    priorHash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  for (const drift of stored('SELECT drift AS text FROM pictures WHERE drift IS NOT NULL'))
    expect(JSON.parse(drift).parent.pictureId).toEqual(expect.any(String));
  const changes = stored('SELECT changes AS text FROM operations').flatMap((text) => JSON.parse(text));
  expect(changes.map(({ field }: { field: string }) => field)).toContain('headPictureId');
  expect(changes.filter(({ field }) => field === 'state').every(({ turnId }) => turnId)).toBe(true);
  const types = stored('SELECT DISTINCT type AS text FROM events ORDER BY type');
  expect(types).toEqual(
    expect.arrayContaining(['picture.measured', 'picture.saved', 'turn.created', 'turn.updated']),
  );
  const old = [
    'nodeId',
    'node',
    'nodes',
    'image',
    'images',
    'imageId',
    'imageIndex',
    'headImageId',
    'imageCount',
  ];
  for (const key of old)
    expect(stored(`SELECT payload AS text FROM events WHERE payload LIKE '%"${key}":%'`)).toEqual([]);
  const stages = stored(
    'SELECT payload AS text FROM events UNION ALL SELECT elapsed_ms FROM jobs UNION ALL SELECT key FROM stage_times',
  ).filter((text) => text !== null);
  expect(stages.filter((text) => text.includes('decode'))).toEqual([]);
  expect(stages.some((text) => text.includes('denoise'))).toBe(true);
  // A log that was rewritten once is append only again.
  expect(() => db.orm.run(`UPDATE events SET type = 'x'`)).toThrow();
  expect(() => db.orm.run(`UPDATE operations SET batch = 'x'`)).toThrow();
  db.close();
});
