/** A job as a turn leaves it in the tables, for tests of the queue. */
import type { Database } from '../../db/database.ts';
import { newId } from '../../db/ids.ts';
import { insertJob } from '../../db/jobs.ts';
import { insertSession } from '../../db/sessions.ts';
import { insertTurn } from '../../db/turns.ts';

/** A stored turn that waits for its first run. */
export function storedJob(db: Database): string {
  return db.write(() => {
    const { id: sessionId } = insertSession(db, 'a', '');
    const size = { widthPx: 64, heightPx: 64, modelName: '', modelDigest: '' };
    const recipe = { ...size, seed: 1, steps: 3, guidanceScale: 1, count: 1, layout: 'shared' } as const;
    const turn = { id: newId(), sessionId, kind: 'generate', prompt: 'a fox', recipe } as const;
    insertTurn(db, turn, []);
    const job = {
      id: newId(),
      turnId: turn.id,
      owner: 'a',
      engine: 'only',
      idempotencyKey: turn.id,
      fingerprint: '',
    };
    return insertJob(db, job).id;
  });
}
