/**
 * A graph: everything that its outputs depend on, found by walking back from them, so what leads to no output
 * cannot enter it. Names are given here, in a fixed order: equal graphs serialise to equal bytes.
 * It knows nothing of ONNX Runtime.
 */
import { bytesOf, type DType } from './dtype.ts';
import { formatShape, type Shape, shapeEqual } from './shape.ts';
import type { Node, Value } from './value.ts';

/** Name, dtype and shape of an input or output. */
export interface TensorInfo {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

/** A node with the names of what it reads and writes; an input left out has the empty name. */
export interface NamedNode {
  readonly name: string;
  readonly node: Node;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** A finished graph, ready to be serialised or compiled. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** In an order in which each node comes after what it reads. */
  readonly nodes: readonly NamedNode[];
  /** Constants and weights by name. */
  readonly initializers: ReadonlyMap<string, Value>;
}

/**
 * The graph that computes the named outputs. Values of `given` are not computed in it: each comes from an argument instead, so that a long
 * chain of layers can be cut into several graphs.
 * Throws: TypeError where there is no output, or two arguments share a name but not a type.
 */
export function buildGraph({
  name,
  outputs,
  given = new Map(),
}: {
  name: string;
  outputs: Record<string, Value>;
  given?: ReadonlyMap<Value, Value>;
}): Graph {
  const named = Object.entries(outputs);
  if (named.length === 0) throw new TypeError(`Expected graph '${name}' to have outputs, got none`);
  const builder = new Builder(name, given);
  for (const [output, value] of named) builder.reserve(output, value);
  for (const [, value] of named) builder.visit(value);
  for (const [output, value] of named) builder.publish(output, value);
  return Object.freeze({
    name,
    inputs: [...builder.inputs.values()],
    outputs: named.map(([output, { dtype, shape }]) => ({ name: output, dtype, shape })),
    nodes: builder.nodes,
    initializers: builder.initializers,
  });
}

class Builder {
  readonly inputs = new Map<string, TensorInfo>();
  readonly initializers = new Map<string, Value>();
  readonly nodes: NamedNode[] = [];
  readonly #graph: string;
  /** Names of node outputs: those of the graph's outputs first, the others when their node is added. */
  readonly #outputNames = new Map<Node, string[]>();
  readonly #added = new Set<Node>();
  /** Initializer names by what identifies their data, so that equal ones are stored once. */
  readonly #initializerNames = new Map<string, string>();

  readonly #given: ReadonlyMap<Value, Value>;

  constructor(graph: string, given: ReadonlyMap<Value, Value>) {
    this.#graph = graph;
    this.#given = given;
  }

  /** Lets a node write an output of the graph under its public name. */
  reserve(name: string, { source, output }: Value): void {
    if (source.kind !== 'node') return;
    const names = this.#outputNames.get(source) ?? [];
    names[output] ??= name;
    this.#outputNames.set(source, names);
  }

  /** Depth first, with a stack of its own: graphs are thousands of nodes deep. */
  visit(last: Value): void {
    const stack = [last];
    while (stack.length > 0) {
      const { source } = stack.at(-1)!;
      const missing = source.kind === 'node' ? this.#inputsToAdd(source) : [];
      if (missing.length > 0) stack.push(...missing);
      else this.#add(stack.pop()!);
    }
  }

  /** Outputs that no node writes under their name (an argument, a weight, a value published twice) get a copy. */
  publish(name: string, value: Value): void {
    if (this.inputs.has(name)) {
      throw new TypeError(
        `Expected outputs of graph '${this.#graph}' to differ from its inputs, got '${name}'`,
      );
    }
    const written = this.#nameOf(value);
    if (written === name) return;
    const node: Node = {
      kind: 'node',
      operator: 'Identity',
      domain: '',
      inputs: [value],
      attributes: {},
      outputCount: 1,
    };
    this.nodes.push({ name: `output.${name}`, node, inputs: [written], outputs: [name] });
  }

  #inputsToAdd(node: Node): Value[] {
    if (this.#added.has(node)) return [];
    const isMissing = (input?: Value) =>
      input?.source.kind === 'node' && !this.#given.has(input) && !this.#added.has(input.source);
    return (node.inputs.filter(isMissing) as Value[]).reverse();
  }

  #add({ source }: Value): void {
    if (source.kind !== 'node' || this.#added.has(source)) return;
    const name = `${source.operator}.${this.nodes.length}`;
    const reserved = this.#outputNames.get(source) ?? [];
    const outputs = Array.from({ length: source.outputCount }, (_, i) => reserved[i] ?? `${name}:${i}`);
    this.#outputNames.set(source, outputs);
    this.#added.add(source);
    const inputs = source.inputs.map((input) => (input ? this.#nameOf(this.#given.get(input) ?? input) : ''));
    this.nodes.push({ name, node: source, inputs, outputs });
  }

  #nameOf(value: Value): string {
    const { source } = value;
    if (source.kind === 'node') return this.#outputNames.get(source)![value.output]!;
    return source.kind === 'argument' ? this.#input(source.name, value) : this.#initializer(value);
  }

  #input(name: string, { dtype, shape }: Value): string {
    const known = this.inputs.get(name);
    if (known && !(known.dtype === dtype && shapeEqual(known.shape, shape))) {
      const types = [known, { dtype, shape }].map((type) => type.dtype + formatShape(type.shape));
      throw new TypeError(
        `Expected argument '${name}' of graph '${this.#graph}' to have one type, got ${types.join(' and ')}`,
      );
    }
    if (!known) this.inputs.set(name, { name, dtype, shape });
    return name;
  }

  #initializer(value: Value): string {
    const key = identityOf(value);
    const known = this.#initializerNames.get(key);
    if (known) return known;
    const { source } = value;
    const stem =
      source.kind === 'weight' ? `weight.${source.ref.name}` : `constant.${this.initializers.size}`;
    const name = this.initializers.has(stem) ? `${stem}.${this.initializers.size}` : stem;
    this.#initializerNames.set(key, name);
    this.initializers.set(name, value);
    return name;
  }
}

function identityOf({ dtype, shape, source }: Value): string {
  if (source.kind === 'weight') return `${source.ref.path}@${source.ref.offset}`;
  if (source.kind !== 'constant') throw new TypeError(`Expected a constant or a weight, got ${source.kind}`);
  return `${dtype}${formatShape(shape)}:${Buffer.from(bytesOf(source.bytes)).toString('latin1')}`;
}
