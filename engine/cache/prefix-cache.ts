/**
 * The prefix cache: keys and values of prompts that the language model has read, in a radix tree over exact tokens, so that the
 * common beginning of two prompts of an owner is kept once. Sequences copy what they find; leaves that are not in use make room.
 * Knows tokens and rows, and no model. Source: RadixAttention, arXiv 2312.07104.
 */
import { type KeyValueRows, sliceRows } from '../model/kv-cache.ts';

interface Node {
  /** Tokens from the parent to here; equal tokens at equal places mean equal rows. */
  tokens: Int32Array;
  rows: KeyValueRows;
  /** Milliseconds that computing the rows took. */
  costMs: number;
  parent: Node | undefined;
  /** By their first token. */
  children: Map<number, Node>;
  leases: number;
  usedAt: number;
}

/** A node on the way of a prompt, and how many of its tokens are the prompt's. */
interface Step {
  node: Node;
  count: number;
}

/** The longest known beginning of a prompt. It is not dropped before it is released. */
export interface Prefix {
  length: number;
  sizeBytes: number;
  /** Milliseconds that computing it took. */
  costMs: number;
  /** Keys and values of the tokens from `from` up to, not including, `to`. */
  rowsBetween(from: number, to: number): KeyValueRows[];
  /** Harmless when repeated. */
  release(): void;
}

const NO_TOKENS = new Int32Array();

export class PrefixCache {
  readonly #budgetBytes: number;
  readonly #roots = new Map<string, Node>();
  #usedBytes = 0;
  #clock = 0;

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** The longest known beginning of an owner's prompt, up to `limit` tokens. */
  match(owner: string, tokens: Int32Array, limit = tokens.length): Prefix {
    const { last, path, length } = this.#walk(owner, tokens.subarray(0, limit));
    last.leases += 1;
    let held = true;
    // The rows as they are now: a node that is cut later keeps only some of them.
    const rows = path.map(({ node, count }) => sliceRows(node.rows, 0, count));
    return {
      length,
      sizeBytes: path.reduce((sum, { node, count }) => sum + count * rowBytes(node.rows), 0),
      costMs: path.reduce((sum, { node, count }) => sum + (node.costMs * count) / node.tokens.length, 0),
      rowsBetween: (from, to) => rowsBetween(rows, from, to),
      release() {
        if (held) last.leases -= 1;
        held = false;
      },
    };
  }

  /** Adds the last tokens of a prompt, if room can be made; all before them must be known. */
  insert(owner: string, tokens: Int32Array, added: KeyValueRows, costMs: number): void {
    const { last, path, length } = this.#walk(owner, tokens);
    const from = tokens.length - added.count;
    // Less of the prompt is known where nodes were dropped meanwhile, more where another request inserted it first.
    if (length < from || length === tokens.length) return;
    const rows = copyRows(added, length - from, added.count);
    const parent = this.#splitAt(last, path.at(-1)?.count ?? 0);
    parent.leases += 1;
    const fits = this.#makeRoom(totalBytes(rows));
    parent.leases -= 1;
    if (!fits) return;
    const rest = tokens.slice(length);
    const share = rows.count / added.count;
    const leaf = {
      tokens: rest,
      rows,
      costMs: costMs * share,
      parent,
      children: new Map(),
      leases: 0,
      usedAt: ++this.#clock,
    };
    parent.children.set(rest[0]!, leaf);
    this.#usedBytes += totalBytes(rows);
  }

  /** Throws where counted bytes or leases are not those of the entries. */
  checkIntegrity(): void {
    let bytes = 0;
    for (const node of this.#nodes()) {
      bytes += totalBytes(node.rows);
      if (node.rows.count !== node.tokens.length)
        throw new Error(`Expected ${node.tokens.length} rows, got ${node.rows.count}`);
      if (node.parent && node.tokens.length === 0) throw new Error('Expected only roots without tokens');
      if (node.leases < 0) throw new Error(`Expected no negative count of leases, got ${node.leases}`);
      for (const [first, child] of node.children)
        if (child.tokens[0] !== first || child.parent !== node)
          throw new Error('Expected children in their places');
    }
    if (bytes !== this.#usedBytes)
      throw new Error(`Expected ${bytes} bytes in use, counted ${this.#usedBytes}`);
    if (bytes > this.#budgetBytes)
      throw new Error(`Expected at most ${this.#budgetBytes} bytes, got ${bytes}`);
  }

  /** The nodes that a prompt leads through, how much of each, and the last of them. */
  #walk(owner: string, tokens: Int32Array) {
    let last = this.#rootOf(owner);
    const path: Step[] = [];
    let length = 0;
    for (;;) {
      const child = length < tokens.length ? last.children.get(tokens[length]!) : undefined;
      if (!child) break;
      const count = commonLength(child.tokens, tokens.subarray(length));
      child.usedAt = ++this.#clock;
      path.push({ node: child, count });
      last = child;
      length += count;
      if (count < child.tokens.length) break;
    }
    return { last, path, length };
  }

  #rootOf(owner: string): Node {
    const known = this.#roots.get(owner);
    if (known) return known;
    const root = {
      tokens: NO_TOKENS,
      rows: { count: 0, parts: [] },
      costMs: 0,
      parent: undefined,
      children: new Map(),
      leases: 0,
      usedAt: 0,
    };
    this.#roots.set(owner, root);
    return root;
  }

  /** Cuts a node in two after `count` of its tokens and returns the upper one. Leases stay with the lower. */
  #splitAt(node: Node, count: number): Node {
    if (count === node.tokens.length) return node;
    const upper: Node = {
      ...node,
      tokens: node.tokens.slice(0, count),
      rows: copyRows(node.rows, 0, count),
      costMs: (node.costMs * count) / node.tokens.length,
      children: new Map(),
      leases: 0,
    };
    node.parent!.children.set(upper.tokens[0]!, upper);
    node.rows = copyRows(node.rows, count, node.rows.count);
    node.costMs -= upper.costMs;
    node.tokens = node.tokens.slice(count);
    node.parent = upper;
    upper.children.set(node.tokens[0]!, node);
    return upper;
  }

  /** Drops the oldest leaves until so many bytes fit; none where dropping all of them would not do. */
  #makeRoom(sizeBytes: number): boolean {
    if (this.#heldBytes() + sizeBytes > this.#budgetBytes) return false;
    while (this.#usedBytes + sizeBytes > this.#budgetBytes) {
      const leaf = this.#oldestLeaf()!;
      leaf.parent!.children.delete(leaf.tokens[0]!);
      this.#usedBytes -= totalBytes(leaf.rows);
    }
    return true;
  }

  /** Bytes of the nodes that may not be dropped: leased ones and all above them. */
  #heldBytes(): number {
    const held = new Set<Node>();
    for (const leased of this.#nodes())
      if (leased.leases > 0)
        for (let node: Node | undefined = leased; node && !held.has(node); node = node.parent) held.add(node);
    return [...held].reduce((sum, { rows }) => sum + totalBytes(rows), 0);
  }

  #oldestLeaf(): Node | undefined {
    let oldest: Node | undefined;
    for (const node of this.#nodes())
      if (
        node.parent &&
        node.children.size === 0 &&
        node.leases === 0 &&
        node.usedAt < (oldest?.usedAt ?? Infinity)
      )
        oldest = node;
    return oldest;
  }

  *#nodes(): Generator<Node> {
    const stack = [...this.#roots.values()];
    for (let node = stack.pop(); node; node = stack.pop()) {
      yield node;
      stack.push(...node.children.values());
    }
  }
}

function commonLength(a: Int32Array, b: Int32Array): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

/** Some of the rows that lie one after the other in several pieces. */
function rowsBetween(pieces: readonly KeyValueRows[], from: number, to: number): KeyValueRows[] {
  let start = 0;
  return pieces.flatMap((rows) => {
    const [first, last] = [Math.max(from, start) - start, Math.min(to, start + rows.count) - start];
    start += rows.count;
    return first < last ? [sliceRows(rows, first, last)] : [];
  });
}

/** Copies of rows, so that no larger array than the counted one stays in memory. */
function copyRows(rows: KeyValueRows, from: number, to: number): KeyValueRows {
  const { count, parts } = sliceRows(rows, from, to);
  return { count, parts: parts.map((part) => part.slice()) };
}

const totalBytes = ({ parts }: KeyValueRows): number => parts.reduce((sum, part) => sum + part.byteLength, 0);

const rowBytes = (rows: KeyValueRows): number => totalBytes(rows) / rows.count;
