/** Hiding a turn and bringing it back. The active picture moves off a hidden turn to where that one came from. */
import { imagesOfNode } from '../../db/images.ts';
import { findJobOfNode } from '../../db/jobs.ts';
import { findNode, inputsOfNode, type NodeRow, nodesOfSession } from '../../db/nodes.ts';
import type { Change } from '../../db/operations.ts';
import { findSession } from '../../db/sessions.ts';
import type { NodeView } from '../../studio/protocol.ts';
import type { Runtime } from '../runtime.ts';
import { appendSessionUpdated } from '../views/event-log.ts';
import { readNodeView } from '../views/views.ts';
import { operateAndTell } from './operations.ts';
import { requireNode } from './take-turn.ts';

/** Changes the state of a node, as an operation that undo takes back. Throws {@link HttpError} 404. */
export function setNodeState(parts: Runtime, nodeId: string, state: 'active' | 'removed'): NodeView {
  const { db, queue } = parts;
  const node = requireNode(parts, nodeId);
  const job = findJobOfNode(db, nodeId);
  if (node.state !== state) {
    if (state === 'removed' && job) queue.cancel(job.id);
    const kind = state === 'removed' ? 'remove' : 'bring-back';
    db.write(() => {
      const changes: Change[] = [{ field: 'state', nodeId, before: node.state, after: state }];
      if (state === 'removed') changes.push(...headOff(parts, node));
      operateAndTell(db, { sessionId: node.sessionId, kind, nodeId, changes });
      appendSessionUpdated(db, node.sessionId);
    });
  }
  return readNodeView(db, findNode(db, nodeId)!, findJobOfNode(db, nodeId));
}

function headOff({ db }: Runtime, node: NodeRow): Change[] {
  const { headImageId: before } = findSession(db, node.sessionId)!;
  if (!imagesOfNode(db, node.id).some(({ id }) => id === before)) return [];
  const target = inputsOfNode(db, node.id).find(({ role }) => role === 'target')?.imageId;
  const others = nodesOfSession(db, node.sessionId)
    .filter(({ id, state }) => id !== node.id && state === 'active')
    .flatMap(({ id }) => imagesOfNode(db, id))
    .sort((one, other) => one.version - other.version);
  const after = others.find(({ id }) => id === target) ?? others.at(-1);
  return [{ field: 'headImageId', before, after: after?.id ?? null }];
}
