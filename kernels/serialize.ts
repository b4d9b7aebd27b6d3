/**
 * A graph as the bytes of an ONNX model. Weights stay where they are: the model names their file, offset and length
 * (external data), relative to one folder that the runtime gets as an option.
 */
import { createHash } from 'node:crypto';
import { dirname, relative, sep } from 'node:path';
import type { Attribute } from './attribute.ts';
import { DTYPES } from './dtype.ts';
import type { Graph, NamedNode, TensorInfo } from './graph.ts';
import { ATTRIBUTE_TYPE, EXTERNAL, ModelProto } from './onnx-proto.ts';
import { readBytes, type TensorRef } from './safetensors.ts';
import type { Value } from './value.ts';

const IR_VERSION = 10;
const OPSET = 21;

/** A serialised model and the folder that its weight paths are relative to. */
export interface SerializedGraph {
  readonly bytes: Uint8Array;
  readonly weightsFolder: string | undefined;
}

/** Writes the graph as an ONNX model; weights of at most `inlineBytes` are copied into it. */
export function serialize(graph: Graph, { inlineBytes = 0 } = {}): SerializedGraph {
  const isInline = ({ length }: TensorRef) => length <= inlineBytes;
  const weightsFolder = commonFolder(
    weightRefs(graph)
      .filter((ref) => !isInline(ref))
      .map(({ path }) => path),
  );
  const placeOf = (ref: TensorRef) =>
    isInline(ref) ? { raw_data: readBytes(ref) } : externalData(ref, relative(weightsFolder!, ref.path));
  return { bytes: encodeModel(graph, placeOf), weightsFolder };
}

/** SHA-256, hex, over all of a graph but where its weights lie. */
export const digestGraph = (graph: Graph): string =>
  createHash('sha256')
    .update(encodeModel(graph, (ref) => externalData(ref, ref.name)))
    .digest('hex');

function encodeModel(graph: Graph, placeOf: (ref: TensorRef) => object): Uint8Array {
  const model = {
    ir_version: IR_VERSION,
    producer_name: 'palimpsest',
    opset_import: [
      { domain: '', version: OPSET },
      { domain: 'com.microsoft', version: 1 },
    ],
    graph: {
      name: graph.name,
      node: graph.nodes.map(nodeProto),
      initializer: [...graph.initializers].map(([name, value]) => tensorProto(name, value, placeOf)),
      input: graph.inputs.map(valueInfo),
      output: graph.outputs.map(valueInfo),
    },
  };
  return ModelProto.encode(ModelProto.fromObject(model)).finish();
}

function nodeProto({ name, node, inputs, outputs }: NamedNode): object {
  const attribute = Object.entries(node.attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => attributeProto(key, value!));
  return { name, op_type: node.operator, domain: node.domain, input: inputs, output: outputs, attribute };
}

function attributeProto(name: string, attribute: Attribute): object {
  if ('int' in attribute) return { name, type: ATTRIBUTE_TYPE.int, i: attribute.int };
  if ('ints' in attribute) return { name, type: ATTRIBUTE_TYPE.ints, ints: attribute.ints };
  if ('float' in attribute) return { name, type: ATTRIBUTE_TYPE.float, f: attribute.float };
  return { name, type: ATTRIBUTE_TYPE.string, s: Buffer.from(attribute.string) };
}

function tensorProto(
  name: string,
  { dtype, shape, source }: Value,
  placeOf: (ref: TensorRef) => object,
): object {
  const type = { name, dims: shape, data_type: DTYPES[dtype].onnx };
  if (source.kind === 'constant') return { ...type, raw_data: source.bytes };
  if (source.kind !== 'weight') throw new TypeError(`Expected a constant or a weight, got ${source.kind}`);
  return { ...type, ...placeOf(source.ref) };
}

/** A weight as its place in another file. */
function externalData({ offset, length }: TensorRef, path: string): object {
  const entries = Object.entries({ location: path.split(sep).join('/'), offset, length });
  const external_data = entries.map(([key, value]) => ({ key, value: String(value) }));
  return { data_location: EXTERNAL, external_data };
}

function valueInfo({ name, dtype, shape }: TensorInfo): object {
  const dim = shape.map((size) => (typeof size === 'number' ? { dim_value: size } : { dim_param: size }));
  return { name, type: { tensor_type: { elem_type: DTYPES[dtype].onnx, shape: { dim } } } };
}

const weightRefs = (graph: Graph): TensorRef[] =>
  [...graph.initializers.values()].flatMap(({ source }) => (source.kind === 'weight' ? [source.ref] : []));

/** The deepest folder that holds all paths. */
function commonFolder(paths: string[]): string | undefined {
  const [first, ...rest] = paths.map((path) => dirname(path).split(sep));
  if (!first) return undefined;
  let depth = first.length;
  for (const parts of rest) depth = Math.min(depth, first.findIndex((part, i) => part !== parts[i]) >>> 0);
  return first.slice(0, depth).join(sep) || sep;
}
