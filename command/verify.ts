/**
 * Whether a picture is what its receipt says: every turn of it is made again and compared. Uploads cannot be made; they are
 * looked for by their hash. Reads no table and writes nothing.
 */
import sharp from 'sharp';
import { sha256Of } from '../db/blobs.ts';
import {
  brokenSeal,
  imageDataHash,
  type Receipt,
  type ReceiptTurn,
  readReceipt,
  signedText,
} from '../db/bundle/receipt.ts';
import { isSignedBy } from '../db/folder/studio-key.ts';
import {
  decodePriorTokens,
  type Engine,
  type EngineEvent,
  type GenerationRequest,
  isElsewhere,
  type MadePicture,
} from '../engine/index.ts';
import { recipeRequest } from '../studio/recipe-request.ts';

/** Largest difference of a level that another device may make. */
const TOLERANCE_LEVELS = 2;

/** The outcome of a check. `field` names the part that does not fit, as a path in the receipt. */
export type Verdict =
  | { outcome: 'equal' }
  | { outcome: 'close'; largestDifference: number }
  | { outcome: 'no-receipt' | 'missing' | 'changed'; field: string; message: string };

/** The bytes with this SHA-256, if they can be found. */
export type FindFile = (sha256: string) => Promise<Uint8Array | undefined>;

type PictureEvent = Extract<EngineEvent, { type: 'picture' }>;

class Mismatch extends Error {
  readonly verdict: Verdict;

  constructor(outcome: 'missing' | 'changed', field: string, message: string) {
    super(message);
    this.verdict = { outcome, field, message };
  }
}

/** Makes a picture again from its receipt and compares. Throws what the engine throws. */
export async function verify(file: Uint8Array, engine: Engine, find: FindFile): Promise<Verdict> {
  const receipt = readReceipt(file);
  if (!receipt)
    return {
      outcome: 'no-receipt',
      field: 'receipt',
      message: 'This file carries no receipt. Download the picture from Palimpsest, not a copy of it.',
    };
  const signed = signedText(file);
  if (signed && !isSignedBy(signed.key, signed.text, signed.value))
    return {
      outcome: 'changed',
      field: 'signature',
      message: 'The receipt is not the one that the studio signed: something in it was changed since.',
    };
  try {
    await checkPicture(file, receipt);
    const made = await remake(receipt, engine, find);
    return await compare(file, made, receipt, engine);
  } catch (error) {
    if (error instanceof Mismatch) return error.verdict;
    throw error;
  }
}

/** Compares the receipt with the file and with itself, without making anything. Throws {@link Mismatch}. */
async function checkPicture(file: Uint8Array, { picture, turns }: Receipt): Promise<void> {
  const changed = (field: string, message: string) => {
    throw new Mismatch('changed', field, message);
  };
  for (const [place, turn] of turns.entries()) {
    const field = brokenSeal(turn);
    if (field)
      changed(
        `turns[${place}].${field}`,
        `${field} of turn ${place + 1} is not what the picture was made with.`,
      );
  }
  const { recipe } = turns.at(-1)!;
  if (!recipe) return changed('turns', 'The last turn is an upload: there is nothing to make.');
  const { width, height } = await sharp(file).metadata();
  if (width !== picture.widthPx || height !== picture.heightPx)
    changed(
      'picture.widthPx',
      `The file has ${width} x ${height} px, its receipt says ${picture.widthPx} x ${picture.heightPx}.`,
    );
  if (recipe.widthPx !== picture.widthPx || recipe.heightPx !== picture.heightPx)
    changed('recipe.widthPx', 'The recipe asks for another size than the picture has.');
  if (picture.index >= recipe.count)
    changed(
      'picture.index',
      `The recipe makes ${recipe.count} pictures; there is none of index ${picture.index}.`,
    );
  if (imageDataHash(file) !== picture.imageData)
    changed('picture.imageData', 'The pixels are not those that the receipt was written for.');
}

/** Makes every turn of a receipt, parents first, and returns the picture. */
async function remake({ turns, picture }: Receipt, engine: Engine, find: FindFile): Promise<PictureEvent> {
  const made: (Map<number, PictureEvent> | undefined)[] = [];
  for (const [place, turn] of turns.entries()) {
    if (!turn.recipe) {
      made.push(undefined);
      continue;
    }
    if (isElsewhere(turn.recipe.numerics))
      throw new Mismatch(
        'missing',
        `turns[${place}].recipe.numerics`,
        `Turn ${place + 1} was made elsewhere, by ${turn.recipe.modelName} (${turn.recipe.numerics}). It cannot be made again here.`,
      );
    if (turn.recipe.modelDigest !== engine.info.digest)
      throw new Mismatch(
        'missing',
        `turns[${place}].recipe.modelDigest`,
        `It was made by the checkpoint ${turn.recipe.modelName} (${turn.recipe.modelDigest.slice(0, 12)}…), not by the one loaded here. Name its folder with --model.`,
      );
    const wanted = place === turns.length - 1 ? [picture.index] : indexesOf(turns, place);
    const request = await requestOf(turns, place, made, find, engine);
    const pictures = new Map<number, PictureEvent>();
    for await (const event of engine.generate({ ...request, only: wanted }))
      if (event.type === 'picture') pictures.set(event.pictureIndex, event);
    made.push(pictures);
  }
  return made.at(-1)!.get(picture.index)!;
}

/** Pictures of a turn that later turns were made from. */
function indexesOf(turns: readonly ReceiptTurn[], place: number): number[] {
  const inputs = turns.flatMap((turn) => turn.inputs).filter(({ turn }) => turn === place);
  return [...new Set(inputs.map(({ index }) => index))].sort((a, b) => a - b);
}

async function requestOf(
  turns: readonly ReceiptTurn[],
  place: number,
  made: readonly (Map<number, PictureEvent> | undefined)[],
  find: FindFile,
  engine: Engine,
): Promise<GenerationRequest> {
  const { sentPrompt, recipe, inputs } = turns[place]!;
  const { priorHash } = recipe!;
  const look = async (sha256: string, field: string) => {
    const bytes = await find(sha256);
    if (bytes) return bytes;
    throw new Mismatch(
      'missing',
      field,
      `The file ${sha256} that went into turn ${place + 1} is not here. Name it with --input, or its data folder with --data.`,
    );
  };
  const read = async (input: ReceiptTurn['inputs'][number], i: number): Promise<Uint8Array | MadePicture> => {
    const field = `turns[${place}].inputs[${i}].file`;
    const picture = input.turn === null ? undefined : made[input.turn]?.get(input.index);
    if (!picture) return look(input.file, field);
    if (sha256Of(picture.png) !== input.file)
      throw (
        otherNumerics(turns, input.turn!, engine) ??
        new Mismatch(
          'changed',
          field,
          `Turn ${input.turn! + 1} of the receipt does not make the picture that turn ${place + 1} was made from.`,
        )
      );
    const { png, priorTokens, latents } = picture;
    return recipe!.chain === 'exact' && priorTokens && latents ? { file: png, priorTokens, latents } : png;
  };
  const request = await recipeRequest(sentPrompt, recipe!, inputs, {
    picture: read,
    mask: ({ file }, i) => look(file, `turns[${place}].inputs[${i}].file`),
  });
  if (!priorHash) return request;
  const prior = await look(priorHash, `turns[${place}].recipe.priorHash`);
  return { ...request, priorTokens: decodePriorTokens(prior) };
}

/** The mismatch of a turn that was made with other numerics than those of this engine, where its receipt names them. */
function otherNumerics(turns: readonly ReceiptTurn[], place: number, { info }: Engine): Mismatch | undefined {
  const { numerics } = turns[place]!.recipe!;
  if (numerics === undefined || numerics === info.numerics) return undefined;
  return new Mismatch(
    'missing',
    `turns[${place}].recipe.numerics`,
    `It was made with ${numerics}; here it is ${info.numerics}, which rounds otherwise. Verify it with the same --precision and --device, where that is possible.`,
  );
}

async function compare(
  file: Uint8Array,
  { png }: PictureEvent,
  { picture, turns }: Receipt,
  engine: Engine,
): Promise<Verdict> {
  // A JPEG or WebP names the picture that it was made of.
  if (imageDataHash(png) === (picture.exact ?? picture).imageData) return { outcome: 'equal' };
  const [there, here] = await Promise.all(
    [file, png].map((each) => sharp(each).removeAlpha().raw().toBuffer()),
  );
  const largestDifference = there!.reduce((most, level, i) => Math.max(most, Math.abs(level - here![i]!)), 0);
  if (largestDifference <= TOLERANCE_LEVELS) return { outcome: 'close', largestDifference };
  const rounded = otherNumerics(turns, turns.length - 1, engine);
  if (rounded) return rounded.verdict;
  return {
    outcome: 'changed',
    field: `turns[${turns.length - 1}]`,
    message: `The recipe of the last turn makes another picture (levels differ by up to ${largestDifference}): its prompt, seed, steps, guidance, words or mode were changed.`,
  };
}
