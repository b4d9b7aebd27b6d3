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

test('more than the machine has is refused, with what to do; the same on a machine that has it is not', () => {
  const { weightBytes } = fitOf(checkpoint, 'fp32');
  expect(() => checkFit(checkpoint, 'cpu', 'fp32', weightBytes - 1)).toThrow(/this machine has .* Use int8/);
  expect(() => checkFit(checkpoint, 'cpu', 'fp32', weightBytes + 1)).not.toThrow();
});
