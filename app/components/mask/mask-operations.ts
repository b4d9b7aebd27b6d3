/**
 * The operations on a mask as a list that can be drawn again: undo draws one less. White is painted, black is kept.
 * Draws on any 2D canvas; knows no React.
 */
import type { Part } from '../../../studio/agent/plan/regions.ts';
import { TOKEN_PX } from '../../../studio/sizes.ts';

export type MaskOperation =
  | { type: 'stroke'; erase: boolean; widthPx: number; points: readonly (readonly [x: number, y: number])[] }
  /** What a lasso or a rectangle encloses. */
  | { type: 'area'; erase: boolean; points: readonly (readonly [x: number, y: number])[] }
  /** The keyboard paints the square of one prior token, or with `to` all from the one to the other. */
  | { type: 'cell'; column: number; row: number; paint: boolean; to?: Cell }
  /** A part of the picture that words name, in pixels. */
  | ({ type: 'part' } & Part)
  | { type: 'invert' }
  | { type: 'clear' };

/** A square of the keyboard. */
export interface Cell {
  column: number;
  row: number;
}

export interface MaskHistory {
  done: readonly MaskOperation[];
  undone: readonly MaskOperation[];
}

export const NOTHING_DONE: MaskHistory = { done: [], undone: [] };

export function withOperation({ done }: MaskHistory, operation: MaskOperation): MaskHistory {
  return { done: [...done, operation], undone: [] };
}

export function undone({ done, undone: later }: MaskHistory): MaskHistory {
  const last = done.at(-1);
  return last ? { done: done.slice(0, -1), undone: [last, ...later] } : { done, undone: later };
}

export function redone({ done, undone: later }: MaskHistory): MaskHistory {
  const [next, ...rest] = later;
  return next ? { done: [...done, next], undone: rest } : { done, undone: later };
}

type Context2D = CanvasRenderingContext2D;

/** Draws the mask anew: what it was before (or black), then every operation. */
export function drawMask(
  context: Context2D,
  operations: readonly MaskOperation[],
  before: CanvasImageSource | null,
): void {
  const { width, height } = context.canvas;
  context.globalCompositeOperation = 'source-over';
  context.fillStyle = '#000';
  context.fillRect(0, 0, width, height);
  if (before) context.drawImage(before, 0, 0, width, height);
  for (const operation of operations) drawOperation(context, operation);
}

export function drawOperation(context: Context2D, operation: MaskOperation): void {
  const { width, height } = context.canvas;
  context.globalCompositeOperation = operation.type === 'invert' ? 'difference' : 'source-over';
  switch (operation.type) {
    case 'invert':
      context.fillStyle = '#fff';
      context.fillRect(0, 0, width, height);
      break;
    case 'clear':
      context.fillStyle = '#000';
      context.fillRect(0, 0, width, height);
      break;
    case 'part':
      context.fillStyle = '#fff';
      context.fillRect(
        operation.left,
        operation.top,
        operation.right - operation.left,
        operation.bottom - operation.top,
      );
      break;
    case 'cell':
      context.fillStyle = operation.paint ? '#fff' : '#000';
      drawCells(context, operation, operation.to ?? operation);
      break;
    case 'area':
      drawArea(context, operation);
      break;
    case 'stroke':
      drawStroke(context, operation);
      break;
  }
}

function drawCells(context: Context2D, one: Cell, other: Cell): void {
  const [left, top] = [Math.min(one.column, other.column), Math.min(one.row, other.row)];
  const [columns, rows] = [Math.abs(one.column - other.column) + 1, Math.abs(one.row - other.row) + 1];
  context.fillRect(left * TOKEN_PX, top * TOKEN_PX, columns * TOKEN_PX, rows * TOKEN_PX);
}

function drawArea(context: Context2D, { erase, points }: Extract<MaskOperation, { type: 'area' }>): void {
  const [first, ...rest] = points;
  if (!first) return;
  context.fillStyle = erase ? '#000' : '#fff';
  context.beginPath();
  context.moveTo(...first);
  for (const point of rest) context.lineTo(...point);
  context.closePath();
  context.fill();
}

/** The corners of the rectangle between two points. */
export function rectangle(
  [x, y]: readonly [number, number],
  [toX, toY]: readonly [number, number],
): [number, number][] {
  return [
    [x, y],
    [toX, y],
    [toX, toY],
    [x, toY],
  ];
}

function drawStroke(
  context: Context2D,
  { erase, widthPx, points }: Extract<MaskOperation, { type: 'stroke' }>,
): void {
  const [first, ...rest] = points;
  if (!first) return;
  context.strokeStyle = erase ? '#000' : '#fff';
  context.lineWidth = widthPx;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.beginPath();
  context.moveTo(...first);
  // A line to its own start, so that a single touch leaves a dot.
  context.lineTo(...first);
  for (const point of rest) context.lineTo(...point);
  context.stroke();
}

/** Share of the mask that is painted, 0 to 1, from every fourth pixel. */
export function paintedShare(context: Context2D): number {
  const { data } = context.getImageData(0, 0, context.canvas.width, context.canvas.height);
  let painted = 0;
  let seen = 0;
  for (let at = 0; at < data.length; at += 16) {
    seen += 1;
    if (data[at]! > 127) painted += 1;
  }
  return seen === 0 ? 0 : painted / seen;
}

export function isCellPainted(context: Context2D, column: number, row: number): boolean {
  const x = Math.min(context.canvas.width - 1, column * TOKEN_PX + TOKEN_PX / 2);
  const y = Math.min(context.canvas.height - 1, row * TOKEN_PX + TOKEN_PX / 2);
  return context.getImageData(x, y, 1, 1).data[0]! > 127;
}
