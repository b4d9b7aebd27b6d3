/** The engine's request for a job, read from its rows and blobs, without the pictures that an earlier run saved. */
import { findOwnBlob } from '../../db/blob-rows.ts';
import { BlobMissingError, type BlobStore } from '../../db/blobs.ts';
import { findJob } from '../../db/jobs.ts';
import { type PictureRow, pictureOfSession, picturesOfTurn } from '../../db/pictures.ts';
import { findTurn, type InputRow, inputsOfTurn } from '../../db/turns.ts';
import {
  decodeLatents,
  decodePriorTokens,
  type GenerationRequest,
  type MadePicture,
} from '../../engine/index.ts';
import { recipeRequest } from '../../studio/recipe-request.ts';
import type { JobRun } from './job-run.ts';
import { readCheckpoint } from './save-checkpoint.ts';
import { savedIndexes } from './save-picture.ts';

/** The request of a run. Throws `BlobMissingError` where the file of an input is missing. */
export async function jobRequest(run: JobRun): Promise<GenerationRequest> {
  const { db, blobs, engine, turn, recipe, jobId } = run;
  const { owner } = findJob(db, jobId)!;
  const request = await recipeRequest(turn.sentPrompt ?? turn.prompt, recipe, inputsOfTurn(db, turn.id), {
    picture: (input) => readReference(run, input),
    mask: (input) => blobs.read(input.pixelsBlob!),
  });
  const saved = savedIndexes(db, turn.id);
  const indexes = Array.from({ length: recipe.count }, (_, index) => index);
  return {
    ...request,
    only: indexes.filter((index) => !saved.includes(index)),
    owner,
    resume: engine.info.can.resume ? await readCheckpoint(run, jobId) : undefined,
    priorTokens: recipe.layoutOf && (await readPriorTokens(run, owner, recipe.layoutOf.priorHash)),
  };
}

/** The tokens of a layout that is kept. A bundle may name any hash: those of another owner are as good as missing. */
async function readPriorTokens({ db, blobs }: JobRun, owner: string, hash: string) {
  if (!findOwnBlob(db, owner, hash)) throw new BlobMissingError(hash);
  return decodePriorTokens(await blobs.read(hash));
}

/** The pictures that the next edit most likely reads: the first picture of this run, beside the same references. */
export async function nextReferences(run: JobRun): Promise<(Uint8Array | MadePicture)[]> {
  const { db, blobs, turn } = run;
  const picture = picturesOfTurn(db, turn.id)[0];
  if (!picture) return [];
  const others = inputsOfTurn(db, turn.id).filter(({ role }) => role !== 'target' && role !== 'mask');
  return Promise.all([madePicture(blobs, picture), ...others.map((input) => readReference(run, input))]);
}

/**
 * An input's file; for a picture that this model made in this session, with what it was made from, unless the recipe asks for
 * pixels. To another model those tokens would mean something else.
 */
async function readReference(
  { db, blobs, turn, recipe }: JobRun,
  input: InputRow,
): Promise<Uint8Array | MadePicture> {
  const picture =
    recipe.chain === 'exact' ? pictureOfSession(db, turn.sessionId, input.pictureId) : undefined;
  const isOfThisModel = picture && findTurn(db, picture.turnId)?.recipe?.modelDigest === recipe.modelDigest;
  return isOfThisModel ? madePicture(blobs, picture) : blobs.read(input.pixelsBlob!);
}

/** A picture's file, with what it was made from where that is stored. */
async function madePicture(blobs: BlobStore, picture: PictureRow): Promise<Uint8Array | MadePicture> {
  const file = await blobs.read(picture.pixelsBlob);
  if (!picture.latentBlob || !picture.priorBlob) return file;
  const [latents, prior] = await Promise.all([blobs.read(picture.latentBlob), blobs.read(picture.priorBlob)]);
  return { file, latents: decodeLatents(latents), priorTokens: decodePriorTokens(prior) };
}
