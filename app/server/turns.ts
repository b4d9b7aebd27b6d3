/**
 * Taking a turn: understood, stored with its job and events in one transaction, then answered. The same
 * Idempotency-Key gives the stored answer again, also after a restart. Knows no engine but its limits.
 */
import { createHash } from 'node:crypto';
import type { Database } from '../../db/database.ts';
import { firstEventOfJob } from '../../db/events.ts';
import { newId } from '../../db/ids.ts';
import { findImage, type ImageRow } from '../../db/images.ts';
import { findJobByKey, insertJob, type JobRow, jobsAhead } from '../../db/jobs.ts';
import { insertNode } from '../../db/nodes.ts';
import { renameSession, type SessionRow, touchSession } from '../../db/sessions.ts';
import type { ModelInfo } from '../../engine/index.ts';
import type { InputRole, JobView, NodeView, Turn } from '../protocol.ts';
import { appendEvent, appendSessionUpdated } from './event-log.ts';
import { HttpError } from './http.ts';
import { checkPrompt, completeRecipe, defaultSeed } from './recipe.ts';
import type { Runtime } from './runtime.ts';
import { requireSession } from './sessions.ts';
import { jobView, readNodeView } from './views.ts';

export interface TurnAnswer {
  node: NodeView;
  job: JobView;
}

interface Input {
  image: ImageRow;
  role: InputRole;
}

const TITLE_LENGTH = 60;

/**
 * Stores a turn and queues its job.
 * Throws {@link HttpError}: 400 naming the field, 404 unknown session, 409 key of another turn, 503 no model yet.
 */
export function takeTurn(parts: Runtime, sessionId: string, key: string, turn: Turn): TurnAnswer {
  const { db, owner, queue } = parts;
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([sessionId, turn]))
    .digest('hex');
  const known = findJobByKey(db, owner, key);
  if (known) return storedAnswer(db, known, fingerprint);
  const session = requireSession(parts, sessionId);
  const info = modelInfo(parts.engine);
  checkPrompt(turn.prompt, info);
  const inputs = inputsOf(parts, session, turn, info);
  const nodeId = newId();
  const target = inputs.find((input) => input.role === 'target')?.image;
  const recipe = completeRecipe(turn, info, target, defaultSeed(session.seed, nodeId));
  const answer = db.write(() => {
    const kind = turn.mode === 'edit' ? 'edit' : 'generate';
    const parents = inputs.map(({ image, role }) => ({
      imageId: image.id,
      role,
      pixelsBlob: image.pixelsBlob,
    }));
    const node = insertNode(db, { id: nodeId, sessionId, kind, prompt: turn.prompt, recipe }, parents);
    const job = insertJob(db, { id: newId(), nodeId, owner, idempotencyKey: key, fingerprint });
    return tellOfTurn(db, session, readNodeView(db, node, job), job);
  });
  queue.wake();
  return answer;
}

function tellOfTurn(db: Database, session: SessionRow, node: NodeView, row: JobRow): TurnAnswer {
  const job = jobView(row);
  const about = { sessionId: session.id, jobId: job.id };
  appendEvent(db, { ...about, type: 'turn.created', payload: { node } });
  appendEvent(db, { ...about, type: 'job.queued', payload: { job, position: jobsAhead(db, row) } });
  if (session.title === '') renameSession(db, session.id, titleOf(node.prompt));
  else touchSession(db, session.id);
  appendSessionUpdated(db, session.id);
  return { node, job };
}

function storedAnswer(db: Database, job: JobRow, fingerprint: string): TurnAnswer {
  if (job.fingerprint !== fingerprint)
    throw new HttpError(
      409,
      'idempotency_conflict',
      'This Idempotency-Key was used for another message. Use a new key for a new message.',
    );
  const { node } = firstEventOfJob(db, job.id, 'turn.created')!.payload as { node: NodeView };
  return { node, job: node.job! };
}

function modelInfo(engine: Runtime['engine']): ModelInfo {
  if (engine.loadedInfo) return engine.loadedInfo;
  const reason =
    engine.state === 'failed'
      ? `could not be loaded: ${engine.error?.message}`
      : 'is still loading. Try again in a moment.';
  throw new HttpError(503, 'engine_unavailable', `The model ${reason}`);
}

/** The pictures that go into a turn, in context order: the target of an edit first, then what the user named. */
function inputsOf(parts: Runtime, session: SessionRow, turn: Turn, info: ModelInfo): Input[] {
  const named = turn.inputs.map(({ imageId, role }, index) =>
    namedInput(parts, imageId, role, `inputs.${index}`),
  );
  const targets = named.filter((input) => input.role === 'target').length;
  if (targets > 1)
    throw new HttpError(400, 'bad_request', 'Only one picture can be edited at a time.', 'inputs');
  if (targets === 1 && turn.mode === 'new')
    throw new HttpError(
      400,
      'bad_request',
      'A new picture has no target. Use the role reference, or the mode edit.',
      'inputs',
    );
  const inputs = turn.mode === 'edit' && targets === 0 ? [headOf(parts, session), ...named] : named;
  if (inputs.length > info.maxReferences)
    throw new HttpError(
      400,
      'bad_request',
      `${inputs.length} pictures are named; at most ${info.maxReferences} can be used.`,
      'inputs',
    );
  return inputs;
}

function namedInput({ db, owner }: Runtime, imageId: string, role: InputRole, field: string): Input {
  if (role === 'mask') throw new HttpError(400, 'unsupported', 'Masks cannot be used yet.', `${field}.role`);
  const image = findImage(db, owner, imageId);
  if (!image)
    throw new HttpError(400, 'unknown_image', `There is no picture ${imageId}.`, `${field}.imageId`);
  return { image, role };
}

function headOf({ db, owner }: Runtime, session: SessionRow): Input {
  const image = session.headImageId === null ? undefined : findImage(db, owner, session.headImageId);
  if (!image)
    throw new HttpError(
      400,
      'nothing_to_edit',
      'There is no picture to edit yet. Make a new one, or add one of yours.',
      'inputs',
    );
  return { image, role: 'target' };
}

function titleOf(prompt: string): string {
  const characters = [...prompt.trim().replaceAll(/\s+/g, ' ')];
  return characters.length <= TITLE_LENGTH
    ? characters.join('')
    : `${characters.slice(0, TITLE_LENGTH - 1).join('')}…`;
}
