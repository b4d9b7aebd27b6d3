/** What a turn is understood against, read from the tables: the session, and the pictures of others that it names. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { BlobStore } from '../../db/blobs.ts';
import { findBlob, type OtherPicture, picturesOfPictures, picturesOfSessions } from '../../db/pictures.ts';
import { search } from '../../db/search.ts';
import { findSession } from '../../db/sessions.ts';
import { type ContextGraph, compileContext } from '../../studio/context.ts';
import { mentionsOf } from '../../studio/mentions.ts';
import type { CompiledContext, ContextResult, Turn } from '../../studio/protocol.ts';
import { refusalOf } from '../../studio/refusal.ts';
import type { Runtime } from '../runtime.ts';
import { turnViews } from '../views/views.ts';
import { requireSession } from './sessions.ts';

const MAX_SESSIONS_OF_A_WORD = 20;

/** Understands a turn in a session. Throws {@link Refusal} `unknown_session`. */
export function compileTurn(parts: Runtime, sessionId: string, turn: Turn): ContextResult {
  return compileContext(graphOf(parts, sessionId, turn), turn);
}

/** The context of a turn that can be taken. Throws the first problem as a {@link Refusal}; `unknown_session`. */
export function requireContext(parts: Runtime, sessionId: string, turn: Turn): CompiledContext {
  const result = compileTurn(parts, sessionId, turn);
  if (result.ok) return result.context;
  const [problem] = result.problems;
  throw refusalOf(problem, problem);
}

function graphOf(parts: Runtime, sessionId: string, turn: Turn): ContextGraph {
  const { db } = parts;
  const { id, headPictureId } = requireSession(parts, sessionId);
  return {
    session: { id, headPictureId },
    turns: turnViews(db, sessionId),
    others: othersOf(parts, sessionId, turn),
    masks: masksOf(parts, turn),
    maxInputs: parts.engine.loadedInfo?.maxReferences,
  };
}

/** Pictures of other sessions that a turn may mean: those named by id, and those of sessions that it mentions. */
function othersOf({ db, owner }: Runtime, sessionId: string, turn: Turn): OtherPicture[] {
  const ids = turn.inputs.flatMap((input) => ('pictureId' in input ? [input.pictureId] : []));
  const named = picturesOfPictures(db, owner, ids);
  const mentioned = mentionsOf(turn.prompt).flatMap(({ word }) =>
    word === ''
      ? []
      : findSession(db, word)
        ? [word]
        : search(db, owner, word.replaceAll('-', ' '), {
            of: 'titles',
            limit: MAX_SESSIONS_OF_A_WORD,
          }).map((hit) => hit.sessionId),
  );
  const sessionIds = [...new Set(mentioned)].filter((id) => id !== sessionId);
  return [...named, ...picturesOfSessions(db, owner, sessionIds)].filter(
    (each) => each.sessionId !== sessionId,
  );
}

/** Sizes of the masks of a turn; one that is not stored is not there. */
function masksOf({ db, blobs }: Runtime, turn: Turn): ContextGraph['masks'] {
  const hashes = turn.inputs.flatMap((input) => ('maskHash' in input ? [input.maskHash] : []));
  return Object.fromEntries(
    hashes.flatMap((hash) => (findBlob(db, hash) ? [[hash, pngSize(blobs, hash)]] : [])),
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
