/** Forwards shared by turns that run together: one for all that wait, none held up by who has ended, errors to all. */
import { expect, test } from 'vitest';
import type { ModelRunner, TokenFeed } from '../../engine/model/model-runner.ts';
import { Tally } from '../../engine/request/tally.ts';
import { TokenBatcher } from '../../engine/schedule/token-batcher.ts';

const feedOf = (id: number): TokenFeed => ({ ids: [id] }) as unknown as TokenFeed;

function batcherOver(answer: (feeds: readonly TokenFeed[]) => Float32Array[][]) {
  const forwards: number[][] = [];
  const feedTokens = async (_: unknown, feeds: readonly TokenFeed[]) => {
    forwards.push(feeds.map(({ ids }) => ids[0]!));
    return answer(feeds);
  };
  return { forwards, batcher: new TokenBatcher({ feedTokens } as unknown as ModelRunner, {} as never) };
}

const echo = (feeds: readonly TokenFeed[]) => feeds.map(({ ids }) => [Float32Array.of(ids[0]!)]);

/** Turns that feed some ids each, and what each of them was answered. */
function turnsOf(batcher: TokenBatcher, all: readonly number[][], tally = new Tally()) {
  const answers: Float32Array[][][] = [];
  const turns = all.map((ids, i) => async () => {
    if (ids.length > 0) answers[i] = await batcher.feed(ids.map(feedOf), tally);
  });
  return { turns, answers, tally };
}

test('turns that run together share a forward, and each gets its own logits', async () => {
  const { forwards, batcher } = batcherOver(echo);
  const { turns, answers, tally } = turnsOf(batcher, [[1, 2], [3]]);
  await batcher.together(turns);
  expect(forwards).toEqual([[1, 2, 3]]);
  expect(answers).toEqual([echo([1, 2].map(feedOf)), echo([feedOf(3)])]);
  expect(tally.runs.language!.count).toBe(2);
});

test('a turn that ends without a forward holds up nobody; one that comes later runs alone', async () => {
  const { forwards, batcher } = batcherOver(echo);
  await batcher.together(turnsOf(batcher, [[1], []]).turns);
  await batcher.together(turnsOf(batcher, [[2]]).turns);
  await batcher.feed([feedOf(3)], new Tally());
  expect(forwards).toEqual([[1], [2], [3]]);
});

test('an error reaches every turn of the forward', async () => {
  const { batcher } = batcherOver(() => {
    throw new Error('no memory');
  });
  const failures: unknown[] = [];
  const turns = [1, 2].map((id) => async () => {
    await batcher.feed([feedOf(id)], new Tally()).catch((error: Error) => failures.push(error.message));
  });
  await batcher.together(turns);
  expect(failures).toEqual(['no memory', 'no memory']);
});
