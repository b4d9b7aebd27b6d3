/**
 * Plain loops written from the formulas, in double precision: what operators and layers are compared with.
 * Arrays are row-major, `Array` holds shape and elements. Nothing here is fast and nothing is clever.
 */

export interface NumberArray {
  shape: number[];
  data: number[];
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** The index along each axis of a flat position. */
export function indexOf(position: number, shape: readonly number[]): number[] {
  const index = shape.map(() => 0);
  let rest = position;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}

/** The flat position of an index; axes of size 1 are read at 0, leading ones ignored (numpy's broadcasting). */
export function positionOf(index: readonly number[], shape: readonly number[]): number {
  const own = index.slice(index.length - shape.length);
  return shape.reduce((position, size, axis) => position * size + (size === 1 ? 0 : own[axis]!), 0);
}

export function array(shape: readonly number[], element: (index: number[]) => number): NumberArray {
  return {
    shape: [...shape],
    data: Array.from({ length: sizeOf(shape) }, (_, position) => element(indexOf(position, shape))),
  };
}

export const at = ({ shape, data }: NumberArray, index: readonly number[]): number =>
  data[positionOf(index, shape)]!;

/** One result per index of the broadcast shape. */
export function elementwise(
  shape: readonly number[],
  inputs: NumberArray[],
  f: (...values: number[]) => number,
) {
  return array(shape, (index) => f(...inputs.map((input) => at(input, index))));
}

/** a · b over the last two axes, broadcast over the ones before. */
export function matMul(a: NumberArray, b: NumberArray, outer: readonly number[]): NumberArray {
  const [n, k, m] = [a.shape.at(-2)!, a.shape.at(-1)!, b.shape.at(-1)!];
  return array([...outer, n, m], (index) => {
    const [i, j] = index.slice(-2) as [number, number];
    const batch = index.slice(0, -2);
    let sum = 0;
    for (let l = 0; l < k; l++) sum += at(a, [...batch, i, l]) * at(b, [...batch, l, j]);
    return sum;
  });
}

/** Each row (last axis) through a function. */
export function rows(
  { shape, data }: NumberArray,
  f: (row: number[], index: number) => number[],
): NumberArray {
  const width = shape.at(-1)!;
  const count = data.length / width;
  const results = Array.from({ length: count }, (_, i) => f(data.slice(i * width, (i + 1) * width), i));
  return { shape, data: results.flat() };
}

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

export const variance = (values: readonly number[]): number => {
  const centre = mean(values);
  return mean(values.map((value) => (value - centre) ** 2));
};

export function softmax(row: readonly number[]): number[] {
  const top = Math.max(...row);
  const powers = row.map((value) => Math.exp(value - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** The error function, by its series; fine for |x| < 6. */
export function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

export const gelu = (x: number): number => (x / 2) * (1 + erf(x / Math.SQRT2));
export const geluTanh = (x: number): number =>
  (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
export const silu = (x: number): number => x / (1 + Math.exp(-x));

/** softmax(q · kᵀ · scale + mask) · v. Shapes: q [h, n, d], k and v [g, m, d]. */
export function attention(
  q: NumberArray,
  k: NumberArray,
  v: NumberArray,
  scale: number,
  mask?: NumberArray,
): NumberArray {
  const [heads, queries, width] = q.shape as [number, number, number];
  const [groups, keys] = k.shape as [number, number];
  const result: number[] = [];
  for (let head = 0; head < heads; head++) {
    const group = Math.floor((head * groups) / heads);
    for (let i = 0; i < queries; i++) {
      const scores = Array.from({ length: keys }, (_, j) => {
        let sum = 0;
        for (let l = 0; l < width; l++) sum += at(q, [head, i, l]) * at(k, [group, j, l]);
        return sum * scale + (mask ? at(mask, [head, i, j]) : 0);
      });
      const shares = softmax(scores);
      for (let l = 0; l < width; l++) {
        result.push(shares.reduce((sum, share, j) => sum + share * at(v, [group, j, l]), 0));
      }
    }
  }
  return { shape: q.shape, data: result };
}

export interface ConvShape {
  stride: number;
  /** Top, left, bottom, right. */
  pads: readonly [number, number, number, number];
}

/** Shapes: x [n, c, H, W], weight [o, c, k, k], bias [o]. */
export function conv(
  x: NumberArray,
  weight: NumberArray,
  bias: NumberArray,
  { stride, pads }: ConvShape,
): NumberArray {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const [out, , kernel] = weight.shape as [number, number, number];
  const size = (length: number, before: number, after: number) =>
    Math.floor((length + before + after - kernel) / stride) + 1;
  const shape = [batch, out, size(height, pads[0], pads[2]), size(width, pads[1], pads[3])];
  return array(shape, ([n, o, row, column]) => {
    let sum = at(bias, [o!]);
    for (let c = 0; c < channels; c++)
      for (let dy = 0; dy < kernel; dy++)
        for (let dx = 0; dx < kernel; dx++) {
          const [y, z] = [row! * stride + dy - pads[0], column! * stride + dx - pads[1]];
          if (y < 0 || z < 0 || y >= height || z >= width) continue;
          sum += at(x, [n!, c, y, z]) * at(weight, [o!, c, dy, dx]);
        }
    return sum;
  });
}
