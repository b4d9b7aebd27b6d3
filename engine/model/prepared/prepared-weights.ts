/**
 * The weights of a checkpoint as this machine computes with them, made once and kept in a folder that is named by the checkpoint's digest:
 * files of linear layers (layer-file.ts) and, on the CPU, sessions saved with their packed weights. A kill leaves whole files, and making
 * them goes on behind the last one. Knows no part of the model: graphs name what they need.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import {
  blockLinear,
  blockOf,
  type CodeBits,
  columnLinear,
  compile,
  type Device,
  digestGraph,
  type Graph,
  type Linear,
  linear,
  type Session,
  type TensorRef,
  type Value,
  weight,
} from '../../../kernels/index.ts';
import { EngineError } from '../../request/errors.ts';
import type { Part } from '../graphs.ts';
import { type CodeForm, isMade, type LayerFile, makeLayerFile, placesOf } from './layer-file.ts';

/** Counts up when codes, scales or their places change. */
const VERSION = 2;
/** Room that is left free on the disk. */
const SPARE_BYTES = 256 * 2 ** 20;
const GIB = 2 ** 30;

/** How far making the weights is: bytes of files, of all that are to be made. */
export interface Preparing {
  doneBytes: number;
  totalBytes: number;
}

export interface PrepareOptions {
  onProgress?: (progress: Preparing) => void;
  signal?: AbortSignal;
}

/** What the square of an error of each input of a layer counts; undefined: plain scales. Layers by {@link layerName}. */
export type ImportanceOf = (layer: string, inputs: number, bits: CodeBits) => Float32Array | undefined;

/** Of 4 bits, the scales of the least squares of errors: a third less divergence from fp32 than plain ones (docs/models.md). */
const evenly: ImportanceOf = (_, inputs, bits) => (bits === 4 ? new Float32Array(inputs).fill(1) : undefined);

export class PreparedWeights {
  readonly folder: string;
  readonly #layers = new Map<string, LayerFile>();
  readonly #importanceOf: ImportanceOf;

  /**
   * `root` holds the folders of all checkpoints; `numerics` names what packed weights depend on beside them; `importanceOf` is for
   * comparing ways of choosing scales.
   */
  constructor(root: string, digest: string, numerics: string, importanceOf: ImportanceOf = evenly) {
    this.#importanceOf = importanceOf;
    const machine = createHash('sha256').update(numerics).digest('hex').slice(0, 8);
    this.folder = join(root, `${digest.slice(0, 16)}-${VERSION}-${machine}`);
  }

  /** The linear layer with its codes in a file; in full precision where no block divides its inputs. */
  linear(form: CodeForm): Linear {
    return (x, stored, bias) => {
      const [, inputs] = stored.shape.map(Number) as [number, number];
      if (form.kind === 'blocks' && blockOf(inputs, form.bits) === undefined) return linear(x, stored, bias);
      const places = placesOf(this.#layerOf(form, storedParts(stored)));
      const [codes, scales] = [places.codes, places.scales].map((ref) => weight(ref, { dtype: ref.dtype }));
      return form.kind === 'blocks'
        ? blockLinear(x, { codes: codes!, scales: scales!, bits: form.bits }, bias)
        : columnLinear(x, { codes: codes!, scales: scales! }, bias);
    };
  }

  #layerOf(form: CodeForm, stored: readonly TensorRef[]): LayerFile {
    const kind = form.kind === 'blocks' ? `int${form.bits}` : 'columns';
    const name = nameOf(stored);
    const importance =
      form.kind === 'blocks' ? this.#importanceOf(name, stored[0]!.shape[1]!, form.bits) : undefined;
    const path = join(this.folder, `${name}.${kind}`);
    const layer = this.#layers.get(path) ?? { path, form, stored, importance };
    this.#layers.set(path, layer);
    return layer;
  }

  /**
   * Makes what is missing for these graphs, and keeps it. A saved session holds the codes itself, so their files go once it is there.
   * Throws `device_unavailable` where the disk lacks the room, before anything is made; errors of the file system.
   */
  async prepare(parts: readonly Part[], device: Device, options: PrepareOptions = {}): Promise<void> {
    const steps = parts.map((part) => ({
      part,
      isSaved: part.weights === 'saved' && device === 'cpu',
      missing: this.#layersOf(part.graph).filter((layer) => !isMade(layer)),
    }));
    const open = steps.filter(({ part, isSaved, missing }) =>
      isSaved ? !existsSync(this.#savedPath(part.graph)) : missing.length > 0,
    );
    if (open.length === 0) return;
    mkdirSync(this.folder, { recursive: true });
    const totalBytes = open
      .flatMap(({ missing }) => missing)
      .reduce((sum, layer) => sum + placesOf(layer).bytes, 0);
    this.#checkRoom(open.reduce((sum, step) => sum + this.#bytesToWrite(step), 0));
    let doneBytes = 0;
    for (const { part, isSaved, missing } of open) {
      for (const layer of missing) {
        options.signal?.throwIfAborted();
        options.onProgress?.({ doneBytes, totalBytes });
        makeLayerFile(layer);
        doneBytes += placesOf(layer).bytes;
        // Making one takes a while; whoever listens is heard between two.
        await new Promise(setImmediate);
      }
      if (!isSaved) continue;
      await (await this.load(part, device)).dispose();
      for (const layer of this.#layersOf(part.graph)) rmSync(layer.path, { force: true });
    }
    options.onProgress?.({ doneBytes: totalBytes, totalBytes });
  }

  /** The session of a graph, of the saved one where there is one. */
  async load({ graph, weights }: Part, device: Device): Promise<Session> {
    if (weights !== 'saved' || device !== 'cpu')
      return compile(graph, { device, weights: weights === 'mapped' ? 'mapped' : 'packed' });
    const saved = this.#savedPath(graph);
    try {
      return await compile(graph, { device, saved });
    } catch (error) {
      // A saved session that cannot be loaded is of another runtime, or damaged. It is made again at the next start.
      for (const path of [saved, `${saved}.data`]) rmSync(path, { force: true });
      throw error;
    }
  }

  #savedPath(graph: Graph): string {
    return join(this.folder, `${graph.name}-${digestGraph(graph).slice(0, 12)}.onnx`);
  }

  #layersOf(graph: Graph): LayerFile[] {
    const paths = new Set<string>();
    for (const { source } of graph.initializers.values())
      if (source.kind === 'weight') paths.add(source.ref.path);
    return [...this.#layers.values()].filter(({ path }) => paths.has(path));
  }

  /** A saved session holds codes, and about as many bytes packed. */
  #bytesToWrite({ part, isSaved, missing }: { part: Part; isSaved: boolean; missing: LayerFile[] }): number {
    const bytes = (layers: LayerFile[]) => layers.reduce((sum, layer) => sum + placesOf(layer).bytes, 0);
    return isSaved ? 2.2 * bytes(this.#layersOf(part.graph)) : bytes(missing);
  }

  #checkRoom(bytes: number): void {
    const { bavail, bsize } = statfsSync(this.folder);
    const free = bavail * bsize;
    if (free >= bytes + SPARE_BYTES) return;
    const gib = (amount: number) => `${(amount / GIB).toFixed(1)} GiB`;
    throw new EngineError(
      'device_unavailable',
      `The weights of this checkpoint take ${gib(bytes)} once more in the form that this machine computes with, and ${this.folder} has ${gib(free)} free. Free some, or name another folder in PALIMPSEST_PREPARED.`,
      { field: 'preparedDir' },
    );
  }
}

const nameOf = (stored: readonly TensorRef[]): string => stored.map(({ name }) => name).join('+');

/** The name of a linear layer: those of its stored tensors. */
export const layerName = (weightOfLayer: Value): string => nameOf(storedParts(weightOfLayer));

/** The stored tensors that a weight is made of: itself, or several one below the other. */
function storedParts({ source }: Value): TensorRef[] {
  if (source.kind === 'weight') return [source.ref];
  if (source.kind === 'node' && (source.operator === 'Cast' || source.operator === 'Concat'))
    return source.inputs.flatMap((input) => (input ? storedParts(input) : []));
  throw new TypeError('Expected a weight to be stored tensors, one below the other');
}
