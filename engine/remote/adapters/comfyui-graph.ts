/**
 * A graph of ComfyUI's nodes with gaps for what a request says: `{prompt}`, `{seed}`, `{width}`, `{height}`, `{steps}`, `{guidance}`,
 * `{picture1}` and further ones, `{mask}`. A gap may say what stands there by default: `{steps=20}`. Knows no server.
 */
import { EngineError } from '../../request/errors.ts';

/** As ComfyUI exports it for its API: nodes by name. */
export type Graph = Readonly<Record<string, GraphNode>>;

export interface GraphNode {
  class_type: string;
  inputs: Readonly<Record<string, unknown>>;
}

/** What fills the gaps. Pictures and mask are names of files that the server has. */
export interface Filling {
  prompt: string;
  seed: number;
  width: number;
  height: number;
  steps: number;
  guidance: number;
  pictures: readonly string[];
  mask?: string;
}

const GAP = /\{(prompt|seed|width|height|steps|guidance|mask|picture(\d+))(?:=(\d+(?:\.\d+)?))?\}/g;
const NEEDED = ['prompt', 'width', 'height'];

/** A graph, and what its gaps say of it. */
export interface ReadGraph {
  graph: Graph;
  /** Pictures that it takes: that many, no more and no fewer. */
  pictures: number;
  takesMask: boolean;
  takesSeed: boolean;
  /** Undefined where the graph has its own. */
  steps: number | undefined;
  guidance: number | undefined;
}

const DEFAULT_STEPS = 20;
const DEFAULT_GUIDANCE = 4;

/** Throws `bad_request` for what is no graph, and for one that lacks a gap that every graph has. */
export function readGraph(value: unknown): ReadGraph {
  const graph = checkedGraph(value);
  const gaps = Object.values(graph).flatMap(({ inputs }) => gapsIn(inputs));
  const missing = NEEDED.find((name) => !gaps.some((gap) => gap.name === name));
  if (missing) throw unfit(`has no {${missing}} in it. Put it where the graph takes it.`);
  const numbers = new Set(gaps.flatMap(({ number }) => number ?? []));
  const pictures = numbers.size;
  if ([...numbers].some((number) => number < 1 || number > pictures))
    throw unfit(`leaves out a picture. Number them {picture1} to {picture${pictures}}.`);
  const has = (name: string) => gaps.some((gap) => gap.name === name);
  const defaultOf = (name: string, fallback: number) =>
    has(name)
      ? (gaps.find((gap) => gap.name === name && gap.value !== undefined)?.value ?? fallback)
      : undefined;
  return {
    ...{ graph, pictures, takesMask: has('mask'), takesSeed: has('seed') },
    steps: defaultOf('steps', DEFAULT_STEPS),
    guidance: defaultOf('guidance', DEFAULT_GUIDANCE),
  };
}

/** The graph without gaps: one that is all of a text becomes the value itself, one within a text its words. */
export function filled(graph: Graph, filling: Filling): Graph {
  const { pictures, ...values } = filling;
  const of = (name: string, number: string | undefined) =>
    number === undefined ? values[name as keyof typeof values] : pictures[Number(number) - 1];
  const fill = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each)]));
    if (typeof value !== 'string') return value;
    const [only] = [...value.matchAll(GAP)];
    if (only?.[0] === value) return of(only[1]!, only[2]);
    return value.replace(GAP, (_, name, number) => String(of(name, number)));
  };
  return Object.fromEntries(
    Object.entries(graph).map(([id, node]) => [
      id,
      { ...node, inputs: fill(node.inputs) as GraphNode['inputs'] },
    ]),
  );
}

interface Gap {
  name: string;
  /** Of a picture. */
  number: number | undefined;
  value: number | undefined;
}

function gapsIn(value: unknown): Gap[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(gapsIn);
  if (typeof value !== 'string') return [];
  return [...value.matchAll(GAP)].map(([, name, number, given]) => ({
    name: name!,
    number: number === undefined ? undefined : Number(number),
    value: given === undefined ? undefined : Number(given),
  }));
}

function checkedGraph(value: unknown): Graph {
  const nodes = typeof value === 'object' && value !== null ? Object.values(value) : [];
  const isNode = (node: unknown): boolean => {
    const { class_type: type, inputs } = (node ?? {}) as Partial<GraphNode>;
    return typeof type === 'string' && typeof inputs === 'object' && inputs !== null;
  };
  if (nodes.length > 0 && nodes.every(isNode)) return value as Graph;
  throw unfit('is not in the form that ComfyUI exports for its API ("Export (API)" in its menu).');
}

const unfit = (why: string) =>
  new EngineError('bad_request', `The graph for ComfyUI ${why}`, { field: 'graphs' });
