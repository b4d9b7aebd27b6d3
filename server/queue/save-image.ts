/**
 * A finished picture into blobs, rows and its event, in that order. A picture that an earlier run saved is not saved
 * twice; the same recipe gives the same bytes, and where it does not, the log says so. Knows no engine.
 */
import type { StagedBlob } from '../../db/blobs.ts';
import type { Database } from '../../db/database.ts';
import { dropPreviewsBefore } from '../../db/events.ts';
import { type ImageRow, imagesOfNode, insertImage } from '../../db/images.ts';
import { findJob } from '../../db/jobs.ts';
import { keepBlobs } from '../../db/keep-blobs.ts';
import { type EngineEvent, encodeLatents, encodePriorTokens, SAFETENSORS_TYPE } from '../../engine/index.ts';
import { putToUse } from '../turns/operations.ts';
import { appendEvent, appendSessionUpdated } from '../views/event-log.ts';
import { imageView } from '../views/views.ts';
import type { JobRun } from './run-job.ts';

type ImageEvent = Extract<EngineEvent, { type: 'image' }>;

/** Indexes of a node's pictures that are stored. */
export function savedIndexes(db: Database, nodeId: string): number[] {
  return imagesOfNode(db, nodeId).map((image) => image.index);
}

/** Stores a picture with its latent and prior tokens, and tells of it. */
export async function saveImage(run: JobRun, event: ImageEvent): Promise<void> {
  const { db, blobs, jobId } = run;
  const files = [
    [event.png, 'image/png'],
    [encodeLatents(event.latents, event.latentShape), SAFETENSORS_TYPE],
    [encodePriorTokens(event.priorTokens, event.priorGrid), SAFETENSORS_TYPE],
  ] as const;
  await blobs.staging(files, (staged) => {
    const [pixels, latent, prior] = staged;
    const earlier = imagesOfNode(db, run.node.id).find((image) => image.index === event.imageIndex);
    if (earlier) return compare(run, earlier, pixels);
    if (!findJob(db, jobId)) return;
    keepBlobs(db, blobs, staged, () =>
      insertAndTell(run, event, {
        pixelsBlob: pixels.sha256,
        latentBlob: latent.sha256,
        priorBlob: prior.sha256,
      }),
    );
  });
}

type Hashes = Pick<ImageRow, 'pixelsBlob' | 'latentBlob' | 'priorBlob'>;

function insertAndTell({ db, jobId, sessionId, node }: JobRun, event: ImageEvent, hashes: Hashes): void {
  const { imageIndex: index, widthPx, heightPx } = event;
  const image = insertImage(db, sessionId, {
    nodeId: node.id,
    index,
    ...hashes,
    originalBlob: null,
    widthPx,
    heightPx,
  });
  const { seq } = appendEvent(db, {
    sessionId,
    jobId,
    type: 'image.saved',
    payload: { image: imageView(image) },
  });
  dropPreviewsBefore(db, jobId, index, seq);
  putToUse(db, node, image);
  appendSessionUpdated(db, sessionId);
}

function compare({ log, jobId }: JobRun, earlier: ImageRow, again: StagedBlob): void {
  if (earlier.pixelsBlob !== again.sha256)
    log.warn(
      { job: jobId, earlier: earlier.pixelsBlob, again: again.sha256 },
      'the same recipe gave other bytes',
    );
}
