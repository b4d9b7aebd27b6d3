/**
 * Saves a finished picture: its blobs, then its row with its event. A picture that an earlier run saved is not saved twice; the
 * same recipe gives the same bytes, and where it does not, the log says so.
 */
import type { StagedBlob } from '../../db/blobs.ts';
import type { Database } from '../../db/database.ts';
import { dropPreviewsBefore } from '../../db/events.ts';
import { findJob } from '../../db/jobs.ts';
import { keepBlobs } from '../../db/keep-blobs.ts';
import { insertPicture, type PictureRow, picturesOfTurn } from '../../db/pictures.ts';
import { type EngineEvent, encodeLatents, encodePriorTokens, SAFETENSORS_TYPE } from '../../engine/index.ts';
import { appendEvent, appendSessionUpdated } from '../log/event-log.ts';
import { activatePicture } from '../log/operations.ts';
import { pictureView } from '../views/views.ts';
import type { JobRun } from './job-run.ts';

type PictureEvent = Extract<EngineEvent, { type: 'picture' }>;

/** Indexes of a turn's pictures that are stored. */
export function savedIndexes(db: Database, turnId: string): number[] {
  return picturesOfTurn(db, turnId).map((picture) => picture.index);
}

/** Stores a picture, with its latent and prior tokens where the engine gives them, and appends its event. */
export async function savePicture(run: JobRun, event: PictureEvent): Promise<void> {
  const { db, blobs, jobId } = run;
  const files = [[event.png, 'image/png'] as const, ...madeOf(event)];
  await blobs.staging(files, (staged) => {
    const [pixels, latent, prior] = staged as [StagedBlob, StagedBlob?, StagedBlob?];
    const earlier = picturesOfTurn(db, run.turn.id).find((picture) => picture.index === event.pictureIndex);
    if (earlier) return compare(run, earlier, pixels);
    if (!findJob(db, jobId)) return;
    keepBlobs(db, blobs, staged, () =>
      addPicture(run, event, {
        pixelsBlob: pixels.sha256,
        latentBlob: latent?.sha256 ?? null,
        priorBlob: prior?.sha256 ?? null,
      }),
    );
  });
}

/** The latent and the prior tokens of a picture, in this order; nothing of one that was made elsewhere. */
function madeOf({ latents, latentShape, priorTokens, priorGrid }: PictureEvent) {
  if (!latents || !latentShape || !priorTokens || !priorGrid) return [];
  const arrays = [encodeLatents(latents, latentShape), encodePriorTokens(priorTokens, priorGrid)];
  return arrays.map((bytes) => [bytes, SAFETENSORS_TYPE] as const);
}

type Hashes = Pick<PictureRow, 'pixelsBlob' | 'latentBlob' | 'priorBlob'>;

function addPicture({ db, jobId, sessionId, turn }: JobRun, event: PictureEvent, hashes: Hashes): void {
  const { pictureIndex: index, widthPx, heightPx } = event;
  const picture = insertPicture(db, sessionId, {
    turnId: turn.id,
    index,
    ...hashes,
    originalBlob: null,
    widthPx,
    heightPx,
  });
  const { seq } = appendEvent(db, {
    sessionId,
    jobId,
    type: 'picture.saved',
    payload: { picture: pictureView(picture) },
  });
  dropPreviewsBefore(db, jobId, index, seq);
  activatePicture(db, turn, picture);
  appendSessionUpdated(db, sessionId);
}

function compare({ log, jobId }: JobRun, earlier: PictureRow, again: StagedBlob): void {
  if (earlier.pixelsBlob !== again.sha256)
    log.warn(
      { job: jobId, earlier: earlier.pixelsBlob, again: again.sha256 },
      'the same recipe gave other bytes',
    );
}
