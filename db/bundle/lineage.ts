/** The receipt of a picture from the tables: the turn that made it and every turn before it, over all sessions. */

import type { Recipe } from '../../studio/recipe.ts';
import type { Database } from '../database.ts';
import { picturesOfTurn } from '../pictures.ts';
import { findTurn, type InputRow, inputsOfTurn, type TurnRow } from '../turns.ts';
import { MOST_TURNS, type Receipt, type ReceiptRecipe, type ReceiptTurn } from './receipt.ts';

/** A picture's index in its turn, its size, and the hash of its image data. */
export type PictureFacts = Receipt['picture'];

/** The receipt of a picture of a turn. All inputs of the turn are made. */
export function receiptOf(db: Database, turn: TurnRow, picture: PictureFacts): Receipt {
  const turns = lineageOf(db, turn);
  const place = new Map(turns.map(({ id }, index) => [id, index]));
  return {
    format: 'palimpsest.receipt',
    version: 1,
    turns: turns.map((each) => turnOf(db, each, place)),
    picture: {
      index: picture.index,
      widthPx: picture.widthPx,
      heightPx: picture.heightPx,
      imageData: picture.imageData,
      ...(picture.exact && { exact: picture.exact }),
    },
  };
}

/**
 * A turn after all turns that its pictures come from, each once, in an order that depends on the graph alone; of a branch that is
 * longer than {@link MOST_TURNS} the nearest ones.
 */
export function lineageOf(db: Database, turn: TurnRow): TurnRow[] {
  const near = nearest(db, turn);
  const found = new Map<string, TurnRow>();
  // A stack of its own: a session may be longer than calls can nest.
  const stack: { turn: TurnRow; parents: TurnRow[] }[] = [{ turn, parents: [...near.get(turn.id)!] }];
  const entered = new Set([turn.id]);
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const parent = top.parents.shift();
    if (!parent) {
      found.set(top.turn.id, top.turn);
      stack.pop();
    } else if (near.has(parent.id) && !entered.has(parent.id)) {
      entered.add(parent.id);
      stack.push({ turn: parent, parents: [...near.get(parent.id)!] });
    }
  }
  return [...found.values()];
}

/** Turns by the number of steps between, each with its parents. */
function nearest(db: Database, turn: TurnRow): Map<string, TurnRow[]> {
  const found = new Map<string, TurnRow[]>();
  const seen = new Set([turn.id]);
  const line = [turn];
  for (const each of line) {
    if (found.size === MOST_TURNS) break;
    const parents = parentsOf(db, each);
    found.set(each.id, parents);
    for (const parent of parents)
      if (!seen.has(parent.id)) {
        seen.add(parent.id);
        line.push(parent);
      }
  }
  return found;
}

function parentsOf(db: Database, turn: TurnRow): TurnRow[] {
  return inputsOfTurn(db, turn.id).flatMap(({ madeBy }) =>
    madeBy === null ? [] : (findTurn(db, madeBy) ?? []),
  );
}

function turnOf(db: Database, turn: TurnRow, place: Map<string, number>): ReceiptTurn {
  const { kind, mode, prompt, sentPrompt, recipe } = turn;
  return {
    kind,
    mode,
    prompt,
    sentPrompt: sentPrompt ?? prompt,
    recipe: recipe ? recipeOf(recipe) : null,
    inputs: inputsOfTurn(db, turn.id).map((input) => ({
      role: input.role,
      file: input.pixelsBlob!,
      turn: place.get(input.madeBy ?? '') ?? null,
      index: indexOf(db, input),
    })),
  };
}

/** Field by field: receipts of the same recipe are the same bytes, whatever the order it was stored in. */
function recipeOf(recipe: Recipe): ReceiptRecipe {
  const { widthPx, heightPx, seed, steps, guidanceScale, count, layout } = recipe;
  const { chain, renderTexts, quality, secondLook, composite, layoutOf, modelName, modelDigest, numerics } =
    recipe;
  return {
    ...{ widthPx, heightPx, seed, steps, guidanceScale, count, layout },
    ...(chain && { chain }),
    ...(renderTexts && { renderTexts }),
    ...(quality && { quality }),
    ...(composite && { composite }),
    ...(secondLook && { secondLook }),
    ...(layoutOf && { priorHash: layoutOf.priorHash }),
    ...{ modelName, modelDigest },
    ...(numerics && { numerics }),
  };
}

function indexOf(db: Database, { madeBy, pictureId }: InputRow): number {
  const pictures = madeBy === null ? [] : picturesOfTurn(db, madeBy);
  return pictures.find(({ id }) => id === pictureId)?.index ?? 0;
}
