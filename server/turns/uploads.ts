/**
 * Taking a picture file of the user's into a session: the file and its normal form are kept, and a turn of the kind `upload` has
 * the picture.
 */
import { newId } from '../../db/ids.ts';
import { keepBlobs } from '../../db/keep-blobs.ts';
import { insertPicture } from '../../db/pictures.ts';
import { touchSession } from '../../db/sessions.ts';
import { insertTurn } from '../../db/turns.ts';
import type { Restored, TurnView } from '../../studio/protocol.ts';
import { requireDiskRoom } from '../accounts/limits.ts';
import { appendEvent, appendSessionUpdated } from '../log/event-log.ts';
import { activatePicture } from '../log/operations.ts';
import { readAhead } from '../queue/read-ahead.ts';
import type { Runtime } from '../runtime.ts';
import { readTurnView } from '../views/views.ts';
import { normalisePicture, type Picture } from './picture.ts';
import { restoreBranch, trustedReceipt } from './restore.ts';
import { requireSession } from './sessions.ts';
import { engineOfTurn } from './turn-engine.ts';

/** A picture that was taken into a session: its turn there, and which of that turn's pictures it is. */
export interface Taken {
  turn: TurnView;
  pictureId: string;
  restored?: Restored;
}

/**
 * Adds a picture to a session; one of ours comes with the branch that led to it, unless it is there already. It becomes the
 * active picture only where there is none. Throws {@link Refusal} `bad_image`, `unknown_session`.
 */
export async function takeUpload(parts: Runtime, sessionId: string, bytes: Uint8Array): Promise<Taken> {
  requireSession(parts, sessionId);
  requireDiskRoom(parts.db, parts.owner, bytes.byteLength);
  const picture = await normalisePicture(bytes);
  const receipt = trustedReceipt(bytes, picture);
  if (receipt) return restoreBranch(parts, sessionId, receipt, { file: bytes, picture });
  const taken = await addPicture(parts, sessionId, picture, bytes);
  const engine = parts.engines.running(engineOfTurn(parts, sessionId, undefined));
  if (engine) void readAhead({ engine, log: parts.log }, parts.owner, async () => [picture.png]);
  return taken;
}

function addPicture(parts: Runtime, sessionId: string, picture: Picture, bytes: Uint8Array): Promise<Taken> {
  const { db, blobs } = parts;
  const { png, widthPx, heightPx, mediaType } = picture;
  const files = [
    [png, 'image/png'],
    [bytes, mediaType],
  ] as const;
  return blobs.staging(files, (staged) => {
    const session = requireSession(parts, sessionId);
    return keepBlobs(db, blobs, staged, () => {
      const turn = insertTurn(db, { id: newId(), sessionId, kind: 'upload', prompt: '', recipe: null }, []);
      const [pixels, original] = staged;
      const inserted = insertPicture(db, sessionId, {
        ...{ turnId: turn.id, index: 0, widthPx, heightPx },
        ...{ pixelsBlob: pixels.sha256, originalBlob: original.sha256, latentBlob: null, priorBlob: null },
      });
      if (session.headPictureId === null) activatePicture(db, turn, inserted);
      else touchSession(db, sessionId);
      const view = readTurnView(db, turn);
      appendEvent(db, { sessionId, jobId: null, type: 'upload.created', payload: { turn: view } });
      appendSessionUpdated(db, sessionId);
      return { turn: view, pictureId: inserted.id };
    });
  });
}
