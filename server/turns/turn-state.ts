/** Hiding a turn and bringing it back. The active picture moves off a hidden turn to where that one came from. */

import { findJobOfTurn } from '../../db/jobs.ts';
import type { Change } from '../../db/operations.ts';
import { picturesOfTurn } from '../../db/pictures.ts';
import { findSession } from '../../db/sessions.ts';
import { findTurn, inputsOfTurn, type TurnRow, turnsOfSession } from '../../db/turns.ts';
import type { TurnChange, TurnView } from '../../studio/protocol.ts';
import { appendSessionUpdated } from '../log/event-log.ts';
import { doOperation } from '../log/operations.ts';
import type { Runtime } from '../runtime.ts';
import { readTurnView } from '../views/views.ts';
import { requireTurn } from './take-turn.ts';

/** Changes the state of a turn, as an operation that undo takes back. Throws {@link Refusal} `unknown_turn`. */
export function setTurnState(parts: Runtime, turnId: string, state: TurnChange['state']): TurnView {
  const { db, queue } = parts;
  const turn = requireTurn(parts, turnId);
  const job = findJobOfTurn(db, turnId);
  if (turn.state !== state) {
    if (state === 'removed' && job) queue.cancel(job.id);
    const kind = state === 'removed' ? 'remove' : 'bring-back';
    db.write(() => {
      const changes: Change[] = [{ field: 'state', turnId, before: turn.state, after: state }];
      if (state === 'removed') changes.push(...headOff(parts, turn));
      doOperation(db, { sessionId: turn.sessionId, kind, turnId, changes });
      appendSessionUpdated(db, turn.sessionId);
    });
  }
  return readTurnView(db, findTurn(db, turnId)!, findJobOfTurn(db, turnId));
}

function headOff({ db }: Runtime, turn: TurnRow): Change[] {
  const { headPictureId: before } = findSession(db, turn.sessionId)!;
  if (!picturesOfTurn(db, turn.id).some(({ id }) => id === before)) return [];
  const target = inputsOfTurn(db, turn.id).find(({ role }) => role === 'target')?.pictureId;
  const others = turnsOfSession(db, turn.sessionId)
    .filter(({ id, state }) => id !== turn.id && state === 'active')
    .flatMap(({ id }) => picturesOfTurn(db, id))
    .sort((one, other) => one.version - other.version);
  const after = others.find(({ id }) => id === target) ?? others.at(-1);
  return [{ field: 'headPictureId', before, after: after?.id ?? null }];
}
