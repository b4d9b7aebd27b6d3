/** Forward passes shared by units that run together: one for all that wait, none held up by a unit that has ended, errors to all. */

import { expect, test } from 'vitest';
import type { ModelRunner } from '../../engine/model/model-runner.ts';
import type { SequenceInput } from '../../engine/model/sequence.ts';
import { Tally } from '../../engine/request/tally.ts';
import { TokenBatcher } from '../../engine/schedule/token-batcher.ts';

const inputOf = (id: number): SequenceInput => ({ ids: [id] }) as unknown as SequenceInput;

function batcherOver(answer: (batch: readonly SequenceInput[]) => Float32Array[][]) {
  const forwards: number[][] = [];
  const forward = async (_: unknown, batch: readonly SequenceInput[]) => {
    forwards.push(batch.map(({ ids }) => ids[0]!));
    return answer(batch);
  };
  return { forwards, batcher: new TokenBatcher({ forward } as unknown as ModelRunner, {} as never) };
}

const echo = (batch: readonly SequenceInput[]) => batch.map(({ ids }) => [Float32Array.of(ids[0]!)]);

/** Units that feed some ids each, and what each of them was answered. */
function unitsOf(batcher: TokenBatcher, all: readonly number[][], tally = new Tally()) {
  const answers: Float32Array[][][] = [];
  const units = all.map((ids, i) => async () => {
    if (ids.length > 0) answers[i] = await batcher.forward(ids.map(inputOf), tally);
  });
  return { units, answers, tally };
}

test('units that run together share a forward, and each gets its own logits', async () => {
  const { forwards, batcher } = batcherOver(echo);
  const { units, answers, tally } = unitsOf(batcher, [[1, 2], [3]]);
  await batcher.runTogether(units);
  expect(forwards).toEqual([[1, 2, 3]]);
  expect(answers).toEqual([echo([1, 2].map(inputOf)), echo([inputOf(3)])]);
  expect(tally.runs.language!.count).toBe(2);
});

test('a unit that ends without a forward holds up nobody; one that comes later runs alone', async () => {
  const { forwards, batcher } = batcherOver(echo);
  await batcher.runTogether(unitsOf(batcher, [[1], []]).units);
  await batcher.runTogether(unitsOf(batcher, [[2]]).units);
  await batcher.forward([inputOf(3)], new Tally());
  expect(forwards).toEqual([[1], [2], [3]]);
});

test('an error reaches every unit of the forward', async () => {
  const { batcher } = batcherOver(() => {
    throw new Error('no memory');
  });
  const failures: unknown[] = [];
  const units = [1, 2].map((id) => async () => {
    await batcher.forward([inputOf(id)], new Tally()).catch((error: Error) => failures.push(error.message));
  });
  await batcher.runTogether(units);
  expect(failures).toEqual(['no memory', 'no memory']);
});
