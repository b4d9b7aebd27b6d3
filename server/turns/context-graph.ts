/** Compiles a turn against the tables: reads its session, the pictures of others that it names, and its masks. */
import { closeSync, openSync, readSync } from 'node:fs';
import { findOwnBlob } from '../../db/blob-rows.ts';
import type { BlobStore } from '../../db/blobs.ts';
import { picturesOfPictures, picturesOfSessions } from '../../db/pictures.ts';
import { search } from '../../db/search.ts';
import { findSessions } from '../../db/sessions.ts';
import { compileContext } from '../../studio/context.ts';
import { type Mention, mentionedWords, mentionsOf } from '../../studio/mentions/mentions.ts';
import type { ContextGraph, OtherPicture } from '../../studio/pictures.ts';
import type { CompiledContext, ContextResult, Turn } from '../../studio/protocol.ts';
import { refusalOf } from '../../studio/refusal.ts';
import type { Runtime } from '../runtime.ts';
import { historyView, turnViews } from '../views/views.ts';
import { notUnderstood } from './not-understood.ts';
import { requireSession } from './sessions.ts';
import { engineOfTurn } from './turn-engine.ts';

/** Most sessions whose titles have a mentioned word; the newest count. */
const MAX_SESSIONS = 100;

/** Compiles a turn in a session. Throws {@link Refusal} `unknown_session`. */
export function compileTurn(parts: Runtime, sessionId: string, turn: Turn): ContextResult {
  const mentions = mentionsOf(turn.prompt);
  const graph = graphOf(parts, sessionId, turn, mentions);
  const result = compileContext(graph, turn, mentions);
  if (!result.ok) return result;
  const { context } = result;
  const targetId = context.inputs.find(({ role }) => role === 'target')?.pictureId ?? null;
  const engine = engineOfTurn(parts, sessionId, turn.model);
  const unread = notUnderstood(parts, engine, { prompt: context.prompt, targetId, turns: graph.turns });
  return { ok: true, context: { ...context, warnings: [...context.warnings, ...unread] } };
}

/** The context of a turn that can be taken. Throws the first problem as a {@link Refusal}; `unknown_session`. */
export function requireContext(parts: Runtime, sessionId: string, turn: Turn): CompiledContext {
  const result = compileTurn(parts, sessionId, turn);
  if (result.ok) return result.context;
  const [problem] = result.problems;
  throw refusalOf(problem, problem);
}

function graphOf(parts: Runtime, sessionId: string, turn: Turn, mentions: readonly Mention[]): ContextGraph {
  const { db } = parts;
  const { id, headPictureId } = requireSession(parts, sessionId);
  return {
    session: { id, headPictureId },
    turns: turnViews(db, sessionId),
    history: historyView(db, sessionId),
    others: othersOf(parts, sessionId, turn, mentions),
    masks: masksOf(parts, turn),
    maxInputs: parts.engines.infoOf(engineOfTurn(parts, sessionId, turn.model))?.can.references,
  };
}

/** Pictures of other sessions that a turn may mean: those named by id, and those of sessions that it mentions. */
function othersOf(
  { db, owner }: Runtime,
  sessionId: string,
  turn: Turn,
  mentions: readonly Mention[],
): OtherPicture[] {
  const ids = turn.inputs.flatMap((input) => ('pictureId' in input ? [input.pictureId] : []));
  const words = [...mentionedWords(mentions)];
  const titles = words.map((word) => word.replaceAll('-', ' '));
  const mentioned = new Set([
    ...findSessions(db, words).map(({ id }) => id),
    ...search(db, owner, titles, { of: 'titles', limit: MAX_SESSIONS }).map((hit) => hit.sessionId),
  ]);
  const named = picturesOfPictures(db, owner, ids);
  return [...named, ...picturesOfSessions(db, owner, [...mentioned])].filter(
    (each) => each.sessionId !== sessionId,
  );
}

/** Sizes of the stored masks of a turn. */
function masksOf({ db, blobs, owner }: Runtime, turn: Turn): ContextGraph['masks'] {
  const hashes = turn.inputs.flatMap((input) => ('maskHash' in input ? [input.maskHash] : []));
  return Object.fromEntries(
    hashes.flatMap((hash) =>
      findOwnBlob(db, owner, hash) && blobs.has(hash) ? [[hash, pngSize(blobs, hash)]] : [],
    ),
  );
}

/** Width and height in the header of a stored PNG. Source: PNG specification, 11.2.1 IHDR. */
function pngSize(blobs: BlobStore, hash: string): { widthPx: number; heightPx: number } {
  const header = Buffer.alloc(24);
  const file = openSync(blobs.fileOf(hash), 'r');
  try {
    readSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
  return { widthPx: header.readUInt32BE(16), heightPx: header.readUInt32BE(20) };
}
