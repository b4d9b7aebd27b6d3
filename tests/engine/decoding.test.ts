/**
 * Decoding several tokens to a forward pass against one by one, over a model that is a hash of what it has read: whatever is
 * known or proposed, and however many proposals are accepted, the tokens are the same.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Positions } from '../../engine/model/sequence.ts';
import { type DecodingTask, decodeTokens } from '../../engine/tokens/decoding.ts';

const VOCABULARY = 5;

/** Logits after some tokens: one number that depends on all of them. */
const logitsAfter = (tokens: readonly number[]): Float32Array =>
  Float32Array.of(tokens.reduce((hash, token) => (hash * 31 + token + 7) % 9973, 1));

const sample = (logits: Float32Array, index: number): number => (logits[0]! * 17 + index * 5) % VOCABULARY;

/** Runs a decoding over the model. Keeps count of forwards; throws where it reads what does not follow. */
function run(task: Pick<DecodingTask, 'total' | 'known' | 'propose' | 'speculate'>) {
  const held: number[] = [];
  let read: number[] = [];
  const sequence = { advance: (count: number) => held.push(...read.slice(0, count)) };
  const axis = Array.from({ length: task.total }, (_, i) => i);
  const speculated = { proposed: 0, accepted: 0 };
  const positions: Positions = [axis, axis, axis];
  const steps = decodeTokens(
    { ...task, sequence: sequence as never, positions, sample, speculated },
    logitsAfter([]),
  );
  let forwards = 0;
  let next = steps.next();
  while (!next.done) {
    const { input, decided } = next.value;
    read = Array.from(input.ids);
    expect(input.positions[0]).toEqual(read.map((_, i) => held.length + i));
    expect(Array.from(decided).slice(0, held.length + 1)).toEqual([...held, read[0]]);
    forwards += 1;
    next = steps.next(input.wanted.map((row) => logitsAfter([...held, ...read.slice(0, row + 1)])));
  }
  expect(held).toEqual(Array.from(next.value).slice(0, held.length));
  return { ids: Array.from(next.value), forwards, speculated };
}

const tasks = fc.record({
  total: fc.integer({ min: 1, max: 40 }),
  known: fc.array(fc.option(fc.nat(VOCABULARY - 1)), { maxLength: 40 }),
  proposals: fc.array(fc.option(fc.nat(VOCABULARY - 1)), { maxLength: 40 }),
  /** Every so manieth proposal is made right. */
  rightEvery: fc.integer({ min: 1, max: 5 }),
});

test('known tokens and proposals change the number of forwards and nothing else', () => {
  fc.assert(
    fc.property(tasks, ({ total, known: given, proposals, rightEvery }) => {
      const known = (index: number) => given[index] ?? undefined;
      const one = run({ total, known, propose: () => undefined, speculate: false });
      const propose = (index: number) =>
        index % rightEvery === 0 ? one.ids[index] : (proposals[index] ?? undefined);
      const many = run({ total, known, propose, speculate: true });
      expect(many.ids).toEqual(one.ids);
      expect(many.forwards).toBeLessThanOrEqual(one.forwards);
      expect(many.speculated.accepted).toBeLessThanOrEqual(many.speculated.proposed);
      for (const [index, id] of given.slice(0, total).entries())
        if (id !== null) expect(one.ids[index]).toBe(id);
    }),
    { numRuns: 500 },
  );
});

test('right proposals save forwards; what is known behind the last unknown token is never read', () => {
  const plain = run({ total: 64, known: () => undefined, propose: () => undefined, speculate: true });
  expect(plain.forwards).toBe(63);
  const speculated = run({
    total: 64,
    known: () => undefined,
    propose: (i) => plain.ids[i],
    speculate: true,
  });
  expect(speculated.forwards).toBeLessThan(10);
  expect(speculated.speculated.accepted).toBe(speculated.speculated.proposed);
  expect(run({ total: 64, known: () => 1, propose: () => undefined, speculate: true }).forwards).toBe(0);
  const masked = run({
    total: 64,
    known: (i) => (i === 40 ? undefined : 1),
    propose: () => undefined,
    speculate: true,
  });
  expect(masked.forwards).toBe(1);
});
