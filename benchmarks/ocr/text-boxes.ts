/**
 * Boxes of text from a map that says for each point how likely it is text. Pure.
 * Source: PaddleOCR 2.x `DBPostProcess` and `sorted_boxes` with its defaults (threshold .3, box threshold .6, unclip ratio 1.5, box score
 * "fast"); Liao et al., "Real-time scene text detection with differentiable binarization" (2019). Of a region the outline alone counts;
 * the original takes those of its holes too, which score low.
 */
import type { Point } from './resample.ts';

/** Corners from the top left one on, with the clock. */
export type TextBox = readonly [Point, Point, Point, Point];

const TEXT = 0.3;
const BOX = 0.6;
const UNCLIP = 1.5;
const LEAST_SIDE = 3;
/** Boxes whose tops are as near as this stand in one line. */
const SAME_LINE_PX = 10;

export interface TextMap {
  width: number;
  height: number;
  /** 0 to 1, row by row. */
  likely: Float32Array;
}

/** The boxes of a map, scaled to a picture of `width` x `height`, in the order in which they are read. */
export function textBoxes(map: TextMap, width: number, height: number): TextBox[] {
  const boxes = regionsOf(map).flatMap((points) => {
    const box = leastBox(hullOf(points));
    if (shortSide(box) < LEAST_SIDE || meanWithin(map, cornersOf(box)) < BOX) return [];
    const wider = widened(box);
    if (shortSide(wider) < LEAST_SIDE + 2) return [];
    const scaled = cornersOf(wider).map(
      ([x, y]): Point => [
        clamp(Math.round((x / map.width) * width), width - 1),
        clamp(Math.round((y / map.height) * height), height - 1),
      ],
    );
    const corners = fromTopLeft(scaled);
    const isLarge =
      Math.floor(distance(corners[0], corners[1])) > LEAST_SIDE &&
      Math.floor(distance(corners[0], corners[3])) > LEAST_SIDE;
    return isLarge ? [corners] : [];
  });
  return inReadingOrder(boxes);
}

const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, value));
export const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** Regions of points above the threshold that touch each other, also by their corners: the outermost points of each row. */
function regionsOf({ width, height, likely }: TextMap): Point[][] {
  const isSeen = new Uint8Array(width * height);
  const regions: Point[][] = [];
  for (let start = 0; start < likely.length; start++) {
    if (isSeen[start] || likely[start]! <= TEXT) continue;
    const first = new Map<number, number>();
    const last = new Map<number, number>();
    const open = [start];
    isSeen[start] = 1;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const y = Math.floor(at / width);
      const x = at - y * width;
      first.set(y, Math.min(x, first.get(y) ?? x));
      last.set(y, Math.max(x, last.get(y) ?? x));
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const next = v * width + u;
          if (isSeen[next] || likely[next]! <= TEXT) continue;
          isSeen[next] = 1;
          open.push(next);
        }
    }
    regions.push([...first, ...last].map(([y, x]) => [x, y]));
  }
  return regions;
}

/** The convex hull. Source: Andrew's monotone chain (1979). */
function hullOf(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (from: readonly Point[]) => {
    const chain: Point[] = [];
    for (const point of from) {
      while (chain.length > 1 && turnOf(chain.at(-2)!, chain.at(-1)!, point) <= 0) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  const hull = [...half(sorted), ...half(sorted.toReversed())];
  return hull.length > 0 ? hull : sorted.slice(0, 1);
}

const turnOf = (a: Point, b: Point, c: Point): number =>
  (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

/** A rectangle at an angle: its centre, the direction of its first side, and half of both sides. */
interface Rectangle {
  centre: Point;
  along: Point;
  half: readonly [number, number];
}

/** The rectangle of least area around a hull: one of its sides lies on a side of the hull. */
function leastBox(hull: readonly Point[]): Rectangle {
  let best: Rectangle = { centre: hull[0]!, along: [1, 0], half: [0, 0] };
  let least = Infinity;
  for (const [at, from] of hull.entries()) {
    const to = hull[(at + 1) % hull.length]!;
    const length = distance(from, to);
    if (length === 0) continue;
    const along: Point = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
    const first = extent(hull, along);
    const second = extent(hull, [-along[1], along[0]]);
    const area = (first.high - first.low) * (second.high - second.low);
    if (area >= least) continue;
    least = area;
    const [a, b] = [(first.low + first.high) / 2, (second.low + second.high) / 2];
    best = {
      centre: [a * along[0] - b * along[1], a * along[1] + b * along[0]],
      along,
      half: [(first.high - first.low) / 2, (second.high - second.low) / 2],
    };
  }
  return best;
}

function extent(points: readonly Point[], [dx, dy]: Point): { low: number; high: number } {
  const places = points.map(([x, y]) => x * dx + y * dy);
  return { low: Math.min(...places), high: Math.max(...places) };
}

const shortSide = ({ half }: Rectangle): number => 2 * Math.min(...half);

/** The rectangle with a margin all around: its area over its perimeter, times the unclip ratio. */
function widened({ centre, along, half: [a, b] }: Rectangle): Rectangle {
  const margin = (4 * a * b * UNCLIP) / (4 * (a + b));
  return { centre, along, half: [a + margin, b + margin] };
}

function cornersOf({ centre: [x, y], along: [dx, dy], half: [a, b] }: Rectangle): Point[] {
  const corner = (u: number, v: number): Point => [x + u * dx - v * dy, y + u * dy + v * dx];
  return [corner(-a, -b), corner(a, -b), corner(a, b), corner(-a, b)];
}

/** The mean of the map within a rectangle, its edges included. */
function meanWithin({ width, height, likely }: TextMap, corners: readonly Point[]): number {
  const bounds = (axis: 0 | 1, size: number) => {
    const places = corners.map((corner) => corner[axis]);
    return [
      clamp(Math.floor(Math.min(...places)), size - 1),
      clamp(Math.ceil(Math.max(...places)), size - 1),
    ];
  };
  const [left, right] = bounds(0, width) as [number, number];
  const [top, bottom] = bounds(1, height) as [number, number];
  let [sum, count] = [0, 0];
  for (let y = top; y <= bottom; y++)
    for (let x = left; x <= right; x++) {
      const isInside = corners.every(
        (corner, at) => turnOf(corner, corners[(at + 1) % corners.length]!, [x, y]) >= -1,
      );
      if (!isInside) continue;
      sum += likely[y * width + x]!;
      count += 1;
    }
  return count === 0 ? 0 : sum / count;
}

/** Corners with the clock from the top left one: of the two at the left the upper, of the two at the right the upper. */
function fromTopLeft(corners: readonly Point[]): TextBox {
  const byX = [...corners].sort((a, b) => a[0] - b[0]);
  const [topLeft, bottomLeft] = byX.slice(0, 2).sort((a, b) => a[1] - b[1]) as [Point, Point];
  const [topRight, bottomRight] = byX.slice(2).sort((a, b) => a[1] - b[1]) as [Point, Point];
  return [topLeft, topRight, bottomRight, bottomLeft];
}

/** From top to bottom, and within a line from left to right. */
function inReadingOrder(boxes: readonly TextBox[]): TextBox[] {
  const sorted = [...boxes].sort(([a], [b]) => a[1] - b[1] || a[0] - b[0]);
  for (let last = 0; last < sorted.length - 1; last++)
    for (let at = last; at >= 0; at--) {
      const [upper, lower] = [sorted[at]!, sorted[at + 1]!];
      if (Math.abs(lower[0][1] - upper[0][1]) >= SAME_LINE_PX || lower[0][0] >= upper[0][0]) break;
      sorted.splice(at, 2, lower, upper);
    }
  return sorted;
}
