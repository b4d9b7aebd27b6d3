/**
 * The second look at a picture with words: the vision tower reads the drawn letters, and a picture that is misspelt is drawn once
 * more, at most once. The better of the two stays, the first where neither is; all of it follows from the request alone.
 */
import { mistakesIn, wordsIn, wordsOfTexts } from '../picture/drawn-words.ts';
import { type Pixels, referenceGrid, visionPatches } from '../picture/pixels.ts';
import type { StageClock } from '../request/progress.ts';
import type { EngineEvent, GenerationRequest } from '../request/request.ts';
import type { Grid } from '../request/sizes.ts';
import type { RequestContext } from '../schedule/request-context.ts';
import { textsToDraw } from '../tokens/glyph-text.ts';

/** A picture before it leaves: what it was made from, and its pixels. */
export interface Drawn {
  ids: Int32Array;
  latents: Float32Array;
  pixels: Pixels;
}

export interface Looking {
  context: RequestContext;
  clock: StageClock;
  request: GenerationRequest;
  grid: Grid;
  pictureIndex: number;
  /** Draws the picture once more; `spelt`: its tokens are right, and only their drawing is not. */
  drawAgain: (spelt: boolean) => AsyncGenerator<EngineEvent, Drawn>;
}

/** The picture that stays of a first drawing, and perhaps a second one. */
export async function* lookAgain(looking: Looking, first: Drawn): AsyncGenerator<EngineEvent, Drawn> {
  const { context, clock, request, pictureIndex, grid } = looking;
  const codes = context.runner.checkpoint.letters;
  if (!request.secondLook || !codes || !isReadAsMade(looking)) return first;
  const written = wordsIn(codes, first.ids, grid);
  // An edit that names no words keeps those that its tokens have.
  const texts = textsToDraw(request);
  const asked = (texts.length > 0 && wordsOfTexts(codes, texts)) || written;
  if (asked.length === 0) return first;
  const before = clock.totalMs;
  const read = async ({ pixels }: Drawn) => {
    const words = wordsIn(codes, await clock.await('vae', idsOf(looking, pixels)), grid);
    // Now and then a cell of a drawing looks like a letter to the tower.
    return words.filter((word) => word.length > 1 || asked.includes(word));
  };
  const firstRead = await read(first);
  const mistakes = mistakesIn(firstRead, asked);
  const about = { type: 'second-look', pictureIndex, asked, read: firstRead } as const;
  if (mistakes === 0) {
    yield { ...about, again: null, ms: clock.totalMs - before };
    return first;
  }
  const second = yield* looking.drawAgain(mistakesIn(written, asked) === 0);
  const secondRead = await read(second);
  const kept = mistakesIn(secondRead, asked) < mistakes;
  yield { ...about, again: { read: secondRead, kept }, ms: clock.totalMs - before };
  return kept ? second : first;
}

/** Whether the tower reads a picture of this size cell by cell as it was made. */
function isReadAsMade({ context, request: { widthPx, heightPx }, grid }: Looking): boolean {
  const own = referenceGrid(widthPx, heightPx, context.runner.checkpoint.config.referenceLimits);
  return own.height === grid.height && own.width === grid.width;
}

const idsOf = ({ context, grid }: Looking, pixels: Pixels): Promise<Int32Array> =>
  context.runner.semanticIds(visionPatches(pixels, grid), grid);
