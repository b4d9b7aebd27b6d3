/** Migrations, transactions, the lock of the folder, search, and the line of jobs, on a real file. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import type { Database, EventRow } from '../../db/database.ts';
import { eventsAfter, lastSeq } from '../../db/events.ts';
import { FolderInUseError } from '../../db/folder/folder-lock.ts';
import { openDatabase } from '../../db/folder/open-database.ts';
import { newId } from '../../db/ids.ts';
import { firstWaitingJob, insertJob, updateJob, waitingEngines, waitingOwners } from '../../db/jobs.ts';
import { search } from '../../db/search.ts';
import { deleteSession, insertSession, listSessions, renameSession } from '../../db/sessions.ts';
import { insertTurn } from '../../db/turns.ts';
import { freshFolders } from '../server/harness.ts';

function open(dataDir = freshFolders().dataDir): Database {
  const db = openDatabase(dataDir);
  onTestFinished(() => db.close());
  return db;
}

const event = (type: string) => ({ sessionId: 's', jobId: null, type, payload: {} });

it('tells of events after the commit, and of none that were undone', () => {
  const db = open();
  const heard: string[] = [];
  db.onEvents((events: readonly EventRow[]) => heard.push(...events.map(({ type }) => type)));
  db.write(() => {
    db.append(event('one'));
    db.append(event('two'));
    expect(heard).toEqual([]);
  });
  const failing = () =>
    db.write(() => {
      db.append(event('never'));
      throw new Error('undone');
    });
  expect(failing).toThrow('undone');
  db.write(() => db.append(event('three')));
  expect(heard).toEqual(['one', 'two', 'three']);
  expect(eventsAfter(db, '', 's', 1, 10).map(({ type }) => type)).toEqual(['two', 'three']);
  expect(() => db.append(event('outside'))).toThrow(TypeError);
  expect(() => db.orm.run(`UPDATE events SET type = 'x'`)).toThrow(
    expect.objectContaining({ cause: expect.objectContaining({ message: 'events are append only' }) }),
  );
});

it('never gives a number of the log twice, also after the newest rows were deleted', () => {
  const { dataDir } = freshFolders();
  const before = openDatabase(dataDir);
  before.write(() => before.append(event('one')));
  const newest = lastSeq(before);
  before.orm.run('DELETE FROM events');
  before.close();
  const after = open(dataDir);
  expect(after.write(() => after.append(event('two'))).seq).toBe(newest + 1);
});

it('refuses a folder written by a newer version', () => {
  const { dataDir } = freshFolders();
  openDatabase(dataDir).close();
  const file = new BetterSqlite(join(dataDir, 'palimpsest.sqlite'));
  file.exec(`INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('future', 99999999999999)`);
  file.close();
  expect(() => openDatabase(dataDir)).toThrow(/newer Palimpsest/);
});

it('keeps a folder for one process, and lets go of it when that one is killed', async () => {
  const { dataDir } = freshFolders();
  const holder = fork(join(import.meta.dirname, 'folder-holder.ts'), [dataDir], { execArgv: [] });
  await once(holder, 'message');
  expect(() => openDatabase(dataDir)).toThrow(FolderInUseError);
  expect(() => openDatabase(dataDir)).toThrow(`process ${holder.pid}`);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const db = open(dataDir);
  expect(() => openDatabase(dataDir)).toThrow(FolderInUseError);
  expect(listSessions(db, 'local')).toHaveLength(1);
});

it('finds English by beginnings and Chinese by words, in titles and prompts, of the owner only', () => {
  const db = open();
  const [mine, theirs] = db.write(() => [
    insertSession(db, 'me', 'Café scenes'),
    insertSession(db, 'they', 'cafe'),
  ]);
  const turnId = newId();
  const turn = {
    id: turnId,
    sessionId: mine!.id,
    kind: 'generate',
    prompt: '一只红色的猫坐在桌子上 "OPEN"',
    recipe: null,
  } as const;
  db.write(() => insertTurn(db, turn, []));
  expect(search(db, 'me', 'caf')).toMatchObject([{ sessionId: mine!.id, turnId: null }]);
  expect(search(db, 'me', '红色 open')).toMatchObject([{ sessionId: mine!.id, turnId }]);
  expect(search(db, 'me', '色的猫')).toMatchObject([{ sessionId: mine!.id, turnId }]);
  expect(search(db, 'me', '红狗')).toEqual([]);
  expect(search(db, 'they', 'cafe')).toMatchObject([{ sessionId: theirs!.id, turnId: null }]);
  expect(search(db, 'me', 'AND OR "(* -')).toEqual([]);
  db.write(() => renameSession(db, mine!.id, 'Tea'));
  expect(search(db, 'me', 'caf')).toEqual([]);
  db.write(() => deleteSession(db, mine!.id));
  expect(search(db, 'me', '红色')).toEqual([]);
  expect(search(db, 'me', 'tea')).toEqual([]);
});

it('keeps one line of jobs per owner and engine, and lets an idempotency key stand for one job', () => {
  const db = open();
  const add = (owner: string, key: string, engine = 'mini') =>
    db.write(() => {
      const { id: sessionId } = insertSession(db, owner, '');
      const turn = insertTurn(
        db,
        { id: newId(), sessionId, kind: 'generate', prompt: 'x', recipe: null },
        [],
      );
      return insertJob(db, {
        id: newId(),
        turnId: turn.id,
        owner,
        engine,
        idempotencyKey: key,
        fingerprint: 'f',
      });
    });
  const [first, second] = [add('b', '1'), add('b', '2')];
  add('a', '1');
  add('c', '1', 'gpu');
  expect(waitingEngines(db)).toEqual(['gpu', 'mini']);
  expect(waitingOwners(db, 'gpu')).toEqual(['c']);
  expect(waitingOwners(db, 'mini')).toEqual(['a', 'b']);
  expect(firstWaitingJob(db, 'b', 'mini')!.id).toBe(first.id);
  db.write(() => updateJob(db, first.id, { state: 'running' }));
  expect(firstWaitingJob(db, 'b', 'mini')!.id).toBe(second.id);
  db.write(() => updateJob(db, first.id, { state: 'interrupted' }));
  expect(firstWaitingJob(db, 'b', 'mini')!.id).toBe(first.id);
  expect(() => add('b', '1')).toThrow();
});
