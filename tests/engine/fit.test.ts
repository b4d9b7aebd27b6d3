/** A checkpoint that is too large for the machine is refused before it is loaded, with figures. */
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../engine/model/checkpoint.ts';
import { checkFit, fitOf } from '../../engine/model/fit.ts';
import { SMALL } from './fixtures.ts';

const checkpoint = openCheckpoint(SMALL);

test('weights take four bytes a number, layers in 8 bits about one', () => {
  const [fp32, int8] = [fitOf(checkpoint, 'fp32'), fitOf(checkpoint, 'int8')];
  expect(fp32.weightBytes).toBe(4 * fp32.parameters);
  expect(int8.weightBytes).toBeLessThan(fp32.weightBytes);
});

test('4 bits take less than 8, and no more than all weights at once', () => {
  const [int8, int4] = [fitOf(checkpoint, 'int8'), fitOf(checkpoint, 'int4')];
  expect(int4.weightBytes).toBeLessThan(int8.weightBytes);
  expect(int4.leastBytes).toBeLessThanOrEqual(int4.weightBytes);
});

test('what a picture holds counts too, and the refusal names it', () => {
  const { leastBytes } = fitOf(checkpoint, 'fp32');
  const check = (requestBytes: number) => checkFit(checkpoint, 'cpu', 'fp32', 2 * leastBytes, requestBytes);
  expect(() => check(leastBytes / 2)).not.toThrow();
  expect(() => check(3 * leastBytes)).toThrow(/for this picture; .*at least .*a smaller picture/);
});

test('more than the machine has is refused, with what to do; the same on a machine that has it is not', () => {
  const { weightBytes } = fitOf(checkpoint, 'fp32');
  expect(() => checkFit(checkpoint, 'cpu', 'fp32', weightBytes - 1)).toThrow(/there are .* Use int8 or int4/);
  expect(() => checkFit(checkpoint, 'cpu', 'fp32', weightBytes + 1)).not.toThrow();
});
