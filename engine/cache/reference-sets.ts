/**
 * Keys and values of several references side by side, as the DiT reads them. Requests under way with the same references share
 * one set. The memory of the last set is kept for one of the same size: touching fresh memory takes longer than copying into
 * old.
 */
import { type Tensor, tensor } from '../../kernels/index.ts';
import type { ReferenceKeysValues } from '../model/model-runner.ts';
import type { Lease } from './byte-cache.ts';

/** Memory of larger sets is not kept: joining them takes little beside the steps that read them. */
const MOST_KEPT_BYTES = 2 ** 26;

interface ReferenceSet {
  parts: readonly ReferenceKeysValues[];
  joined: ReferenceKeysValues;
  leases: number;
}

export class ReferenceSets {
  readonly #inUse = new Set<ReferenceSet>();
  #spare: ReferenceKeysValues | undefined;

  /** References one after the other, in the order given. */
  lease(parts: readonly ReferenceKeysValues[]): Lease<ReferenceKeysValues> {
    if (parts.length === 1) return { value: parts[0]!, release: () => {} };
    const set = [...this.#inUse].find((each) => isOf(each, parts)) ?? this.#join(parts);
    set.leases += 1;
    let released = false;
    return {
      value: set.joined,
      release: () => {
        if (!released) this.#release(set);
        released = true;
      },
    };
  }

  #join(parts: readonly ReferenceKeysValues[]): ReferenceSet {
    const set = { parts, joined: joinReferences(parts, this.#spare), leases: 0 };
    this.#spare = undefined;
    this.#inUse.add(set);
    return set;
  }

  #release(set: ReferenceSet): void {
    set.leases -= 1;
    if (set.leases > 0) return;
    this.#inUse.delete(set);
    this.#spare = keysValuesBytes(set.joined) <= MOST_KEPT_BYTES ? set.joined : undefined;
  }
}

const isOf = ({ parts }: ReferenceSet, others: readonly ReferenceKeysValues[]): boolean =>
  parts.length === others.length && parts.every((part, i) => part === others[i]);

const keysValuesBytes = (keysValues: ReferenceKeysValues): number =>
  Object.values(keysValues).reduce((sum, { data }) => sum + data.byteLength, 0);

/** Keys and values of several references, one after the other, written over `old` where that has their size. */
export function joinReferences(
  references: readonly ReferenceKeysValues[],
  old?: ReferenceKeysValues,
): ReferenceKeysValues {
  const names = Object.keys(references[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [
      name,
      joinRows(
        references.map((each) => each[name]!),
        old?.[name],
      ),
    ]),
  );
}

/** Shapes: [heads, rows, headDim] each to [heads, sum of rows, headDim]. */
function joinRows(tensors: readonly Tensor[], old: Tensor | undefined): Tensor {
  const [heads, , width] = tensors[0]!.shape as [number, number, number];
  const rows = tensors.reduce((sum, { shape }) => sum + shape[1]!, 0);
  const size = heads * rows * width;
  const data = old?.data.length === size ? (old.data as Float32Array) : new Float32Array(size);
  let at = 0;
  for (let head = 0; head < heads; head++)
    for (const { shape, data: part } of tensors) {
      const length = shape[1]! * width;
      data.set((part as Float32Array).subarray(head * length, (head + 1) * length), at);
      at += length;
    }
  return tensor('float32', [heads, rows, width], data);
}
