/** Undo and redo over the log of operations: any random history, taken back all the way, is the state it began with. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { insertBlob } from '../../db/blob-rows.ts';
import type { Database } from '../../db/database.ts';
import { openDatabase } from '../../db/folder/open-database.ts';
import { newId } from '../../db/ids.ts';
import { advanceHead, operate, redo, stacksOf, stateDigest, undo } from '../../db/operations.ts';
import { insertPicture } from '../../db/pictures.ts';
import { findSession, insertSession } from '../../db/sessions.ts';
import { insertTurn, type TurnRow } from '../../db/turns.ts';
import { freshFolders } from '../server/harness.ts';

const PIXELS = 'ab'.repeat(32);

function addTurn(db: Database, sessionId: string): { turn: TurnRow; pictureId: string } {
  const turn = insertTurn(db, { id: newId(), sessionId, kind: 'generate', prompt: 'x', recipe: null }, []);
  const picture = insertPicture(db, sessionId, {
    ...{ turnId: turn.id, index: 0, pixelsBlob: PIXELS, latentBlob: null, priorBlob: null },
    ...{ originalBlob: null, widthPx: 64, heightPx: 64 },
  });
  return { turn, pictureId: picture.id };
}

function fresh(dataDir = freshFolders().dataDir) {
  const db = openDatabase(dataDir);
  const sessionId = db.write(() => {
    insertBlob(db, { sha256: PIXELS, sizeBytes: 1, mediaType: 'image/png', stagedFile: '' });
    return insertSession(db, 'local', 'first').id;
  });
  return { db, sessionId, dataDir };
}

type Step = {
  kind: 'turn' | 'head' | 'rename' | 'archive' | 'state' | 'undo' | 'redo' | 'batch';
  pick: number;
};
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('turn', 'head', 'rename', 'archive', 'state', 'batch', 'undo', 'redo'),
  pick: fc.nat(1_000),
});

/** Does a random step as its command would. */
function act(
  db: Database,
  sessionId: string,
  turns: { turn: TurnRow; pictureId: string }[],
  { kind, pick }: Step,
) {
  const { title, headPictureId, archivedAt } = findSession(db, sessionId)!;
  const turn = turns[pick % turns.length]!;
  const stateOf = () =>
    db.orm.get<{ state: TurnRow['state'] }>(`SELECT state FROM turns WHERE id = '${turn.turn.id}'`).state;
  const change = (after: TurnRow['state'], batch?: string) =>
    operate(db, {
      ...{ sessionId, kind: 'disable', batch },
      changes: [{ field: 'state', turnId: turn.turn.id, before: stateOf(), after }],
    });
  if (kind === 'turn') {
    const made = addTurn(db, sessionId);
    turns.push(made);
    advanceHead(db, made.turn, made.pictureId);
  } else if (kind === 'head')
    operate(db, {
      ...{ sessionId, kind: 'head' },
      changes: [{ field: 'headPictureId', before: headPictureId, after: turn.pictureId }],
    });
  else if (kind === 'rename')
    operate(db, {
      ...{ sessionId, kind: 'rename' },
      changes: [{ field: 'title', before: title, after: `title ${pick}` }],
    });
  else if (kind === 'archive')
    operate(db, {
      ...{ sessionId, kind: 'archive' },
      changes: [{ field: 'archivedAt', before: archivedAt, after: archivedAt === null ? pick : null }],
    });
  else if (kind === 'state') change((['active', 'disabled', 'removed'] as const)[pick % 3]!);
  else if (kind === 'batch') {
    change('disabled', `batch ${pick}`);
    change('removed', `batch ${pick}`);
  } else if (kind === 'undo') undo(db, sessionId);
  else redo(db, sessionId);
}

it('takes 1,000 random operations back to the state they began with, and does them again, also after a restart', () => {
  const { db, sessionId, dataDir } = fresh();
  const turns = [db.write(() => addTurn(db, sessionId))];
  const start = stateDigest(db, sessionId);
  const steps = fc.sample(step, { numRuns: 1_000, seed: 7 });
  db.write(() => {
    for (const each of steps) act(db, sessionId, turns, each);
    while (redo(db, sessionId));
  });
  const end = stateDigest(db, sessionId);
  expect(end).not.toBe(start);
  db.close();

  const again = openDatabase(dataDir);
  const count = again.write(() => {
    let undone = 0;
    while (undo(again, sessionId)) undone += 1;
    return undone;
  });
  expect(count).toBeGreaterThan(100);
  expect(stateDigest(again, sessionId)).toBe(start);
  again.write(() => {
    while (redo(again, sessionId));
  });
  expect(stateDigest(again, sessionId)).toBe(end);
  expect(() => again.orm.run(`UPDATE operations SET kind = 'head'`)).toThrow();
  again.close();
});

it('undoes step by step the way it came, whatever the order', () => {
  const { db, sessionId } = fresh();
  const turns = [db.write(() => addTurn(db, sessionId))];
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      db.write(() => {
        const before = stateDigest(db, sessionId);
        const digests: string[] = [];
        let depth = 0;
        for (const each of steps.filter(({ kind }) => kind !== 'undo' && kind !== 'redo')) {
          act(db, sessionId, turns, each);
          depth += 1;
          digests.push(stateDigest(db, sessionId));
        }
        for (let at = depth - 1; at >= 0; at -= 1) {
          expect(stateDigest(db, sessionId)).toBe(digests[at]);
          undo(db, sessionId);
        }
        expect(stateDigest(db, sessionId)).toBe(before);
      });
    }),
    { numRuns: 20 },
  );
  db.close();
});

it('undoes together what one command did, and forgets what was undone once something else is done', () => {
  const row = (seq: number, kind: 'head' | 'undo' | 'redo', batch: string) => ({ seq, kind, batch });
  const log = [row(1, 'head', 'a'), row(2, 'head', 'b'), row(3, 'head', 'b'), row(4, 'undo', 'b')];
  expect(stacksOf(log)).toEqual({
    undo: [{ batch: 'a', seqs: [1] }],
    redo: [{ batch: 'b', seqs: [2, 3] }],
  });
  expect(stacksOf([...log, row(5, 'head', 'c')]).redo).toEqual([]);
});

it('moves the active picture to what a turn made, unless another was chosen meanwhile', () => {
  const { db, sessionId } = fresh();
  const head = () => findSession(db, sessionId)!.headPictureId;
  db.write(() => {
    const first = addTurn(db, sessionId);
    advanceHead(db, first.turn, first.pictureId);
    const [second, third] = [addTurn(db, sessionId), addTurn(db, sessionId)];
    advanceHead(db, second.turn, second.pictureId);
    expect(head()).toBe(second.pictureId);
    operate(db, {
      ...{ sessionId, kind: 'head' },
      changes: [{ field: 'headPictureId', before: head(), after: first.pictureId }],
    });
    advanceHead(db, third.turn, third.pictureId);
    expect(head()).toBe(first.pictureId);
    const fourth = addTurn(db, sessionId);
    advanceHead(db, fourth.turn, fourth.pictureId);
    expect(head()).toBe(fourth.pictureId);
  });
  db.close();
});
