/** The receipt of a picture from the tables: the turn that made it and every turn before it, over all sessions. */

import type { Recipe } from '../studio/recipe.ts';
import type { Receipt, ReceiptRecipe, ReceiptTurn } from './bundle/receipt.ts';
import type { Database } from './database.ts';
import { imagesOfNode } from './images.ts';
import { findNode, type InputRow, inputsOfNode, type NodeRow } from './nodes.ts';

/** What the tables do not say of a picture: which one of its turn, its size, and the hash of its image data. */
export type PictureFacts = Receipt['picture'];

/** The receipt of a picture of a node. The node's inputs are all made. */
export function receiptOf(db: Database, node: NodeRow, picture: PictureFacts): Receipt {
  const nodes = lineageOf(db, node);
  const place = new Map(nodes.map(({ id }, index) => [id, index]));
  return {
    format: 'palimpsest.receipt',
    version: 1,
    turns: nodes.map((each) => turnOf(db, each, place)),
    picture: {
      index: picture.index,
      widthPx: picture.widthPx,
      heightPx: picture.heightPx,
      imageData: picture.imageData,
    },
  };
}

/** A node after all nodes that its pictures come from, each once, in an order that depends on the graph alone. */
export function lineageOf(db: Database, node: NodeRow): NodeRow[] {
  const found = new Map<string, NodeRow>();
  // A stack of its own: a session may be longer than calls can nest.
  const stack: { node: NodeRow; parents: NodeRow[] }[] = [{ node, parents: parentsOf(db, node) }];
  const entered = new Set([node.id]);
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const parent = top.parents.shift();
    if (!parent) {
      found.set(top.node.id, top.node);
      stack.pop();
    } else if (!entered.has(parent.id)) {
      entered.add(parent.id);
      stack.push({ node: parent, parents: parentsOf(db, parent) });
    }
  }
  return [...found.values()];
}

function parentsOf(db: Database, node: NodeRow): NodeRow[] {
  return inputsOfNode(db, node.id).flatMap(({ madeBy }) =>
    madeBy === null ? [] : (findNode(db, madeBy) ?? []),
  );
}

function turnOf(db: Database, node: NodeRow, place: Map<string, number>): ReceiptTurn {
  const { kind, mode, prompt, sentPrompt, recipe } = node;
  return {
    kind,
    mode,
    prompt,
    sentPrompt: sentPrompt ?? prompt,
    recipe: recipe ? recipeOf(recipe) : null,
    inputs: inputsOfNode(db, node.id).map((input) => ({
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
  const { chain, renderTexts, quality, layoutOf, modelName, modelDigest, numerics } = recipe;
  return {
    ...{ widthPx, heightPx, seed, steps, guidanceScale, count, layout },
    ...(chain && { chain }),
    ...(renderTexts && { renderTexts }),
    ...(quality && { quality }),
    ...(layoutOf && { priorHash: layoutOf.priorHash }),
    ...{ modelName, modelDigest },
    ...(numerics && { numerics }),
  };
}

function indexOf(db: Database, { madeBy, imageId }: InputRow): number {
  const images = madeBy === null ? [] : imagesOfNode(db, madeBy);
  return images.find(({ id }) => id === imageId)?.index ?? 0;
}
