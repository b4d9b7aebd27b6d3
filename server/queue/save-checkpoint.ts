/**
 * Checkpoints of runs, each a blob that its job names: written before the row, replaced by the next, dropped when the job is
 * done. A run that was cut short, or that is tried again, goes on from there. Knows nothing of their content.
 */
import { deleteUnreferencedBlobs } from '../../db/blob-rows.ts';
import { BlobDamagedError, BlobMissingError } from '../../db/blobs.ts';
import { findJob, updateJob } from '../../db/jobs.ts';
import { keepBlobs } from '../../db/keep-blobs.ts';
import type { JobParts } from './job-run.ts';

const MEDIA_TYPE = 'application/octet-stream';

type Parts = Pick<JobParts, 'db' | 'blobs'>;

/** Stores a state in place of the one before. */
export async function saveCheckpoint({ db, blobs }: Parts, jobId: string, state: Uint8Array): Promise<void> {
  const staged = await blobs.stage(state, MEDIA_TYPE);
  const job = findJob(db, jobId);
  if (!job) return blobs.discard(staged);
  const dropped = keepBlobs(db, blobs, [staged], () => {
    updateJob(db, jobId, { checkpointBlob: staged.sha256 });
    return job.checkpointBlob ? deleteUnreferencedBlobs(db, [job.checkpointBlob]) : [];
  });
  blobs.drop(dropped);
}

/** The state that a job was left in, if it was left in the middle. One that is lost costs time and no picture: the run begins anew. */
export async function readCheckpoint(
  { db, blobs, log }: Pick<JobParts, 'db' | 'blobs' | 'log'>,
  jobId: string,
): Promise<Uint8Array | undefined> {
  const hash = findJob(db, jobId)?.checkpointBlob;
  if (!hash) return undefined;
  try {
    return await blobs.read(hash);
  } catch (error) {
    if (!(error instanceof BlobMissingError || error instanceof BlobDamagedError)) throw error;
    log.warn({ job: jobId, err: error }, 'the checkpoint of a run is lost: it begins anew');
    return undefined;
  }
}

/** Drops the checkpoint of a job that is done. */
export function dropCheckpoint({ db, blobs }: Parts, jobId: string): void {
  const hash = findJob(db, jobId)?.checkpointBlob;
  if (!hash) return;
  const dropped = db.write(() => {
    updateJob(db, jobId, { checkpointBlob: null });
    return deleteUnreferencedBlobs(db, [hash]);
  });
  blobs.drop(dropped);
}
