/**
 * The receipt of a picture that was made from files alone, without a session. A file that is a picture of ours brings the
 * turns that led to it; any other is an upload. Reads no table.
 */
import { sha256Of } from '../db/blobs.ts';
import {
  imageDataHash,
  intactReceipt,
  type Receipt,
  type ReceiptTurn,
  withoutReceipt,
} from '../db/bundle/receipt.ts';
import type { EngineEvent, GenerationRequest, ModelInfo } from '../engine/index.ts';
import { modelOf } from '../studio/recipe.ts';

type PictureEvent = Extract<EngineEvent, { type: 'picture' }>;
type Input = ReceiptTurn['inputs'][number];

/** The receipt of one picture of a request for `files`, the first of which is edited. */
export function receiptOfFiles(
  request: GenerationRequest,
  files: readonly Uint8Array[],
  info: ModelInfo,
  { png, pictureIndex, widthPx, heightPx }: PictureEvent,
): Receipt {
  const before: ReceiptTurn[] = [];
  const inputs = files.map((file, place): Input => {
    const { turns, ...input } = originOf(file, before.length);
    before.push(...turns);
    return { role: place === 0 ? 'target' : 'reference', ...input };
  });
  return {
    format: 'palimpsest.receipt',
    version: 1,
    turns: [...before, turnOf(request, info, inputs)],
    picture: { index: pictureIndex, widthPx, heightPx, imageData: imageDataHash(png) },
  };
}

function turnOf(request: GenerationRequest, info: ModelInfo, inputs: Input[]): ReceiptTurn {
  const { prompt, widthPx, heightPx, seed, steps, guidanceScale, count, layout, renderTexts } = request;
  const { secondLook } = request;
  const isEdit = inputs.length > 0;
  return {
    kind: isEdit ? 'edit' : 'generate',
    mode: isEdit ? 'edit' : 'new',
    ...{ prompt, sentPrompt: prompt, inputs },
    recipe: {
      ...{ widthPx, heightPx, seed, steps, guidanceScale, count, layout },
      ...(renderTexts && { renderTexts: [...renderTexts] }),
      ...(secondLook && { secondLook }),
      ...modelOf(info),
    },
  };
}

/** The turns that led to a file, the last of which made it, as they stand behind `offset` others. */
function originOf(file: Uint8Array, offset: number): { turns: ReceiptTurn[] } & Omit<Input, 'role'> {
  const receipt = intactReceipt(file);
  if (!receipt) return { turns: [UPLOAD], file: sha256Of(file), turn: offset, index: 0 };
  const turns = receipt.turns.map((turn) => behind(turn, offset));
  const turn = offset + turns.length - 1;
  return { turns, file: sha256Of(withoutReceipt(file)), turn, index: receipt.picture.index };
}

const UPLOAD: ReceiptTurn = {
  ...{ kind: 'upload', mode: null, prompt: '', sentPrompt: '', recipe: null, inputs: [] },
};

/** A turn at a later place; it is sealed anew. */
function behind({ seals: _, inputs, ...turn }: ReceiptTurn, offset: number): ReceiptTurn {
  const moved = inputs.map((input) => ({ ...input, turn: input.turn === null ? null : input.turn + offset }));
  return { ...turn, inputs: moved };
}
