/**
 * The overall columns of published tables from their parts, by our formulas. Rows: README of zai-org/GLM-Image (LongText-Bench), tables
 * 4, 5, 6 and 9 of the Emu3.5 report (arXiv 2510.26583) for models that also stand in GLM-Image's announcement.
 */
import { expect, test } from 'vitest';
import { cvtg2k } from '../../benchmarks/cvtg-2k.ts';
import { averageOf } from '../../benchmarks/longtext.ts';
import { overallOf as overallOfOneIg } from '../../benchmarks/oneig.ts';
import { overallOf as overallOfTiif } from '../../benchmarks/tiif.ts';

/** Half of the last digit of a table, of the parts and of the whole. */
const THREE_DIGITS = 0.0011;

test.each([
  ['GLM-Image', 0.952, 0.979, 0.966],
  ['Seedream 4.5', 0.989, 0.987, 0.988],
  ['Seedream 4.0', 0.921, 0.926, 0.924],
  ['Nano Banana 2.0', 0.981, 0.949, 0.965],
  ['GPT Image 1', 0.956, 0.619, 0.788],
  ['Qwen-Image', 0.943, 0.946, 0.945],
  ['Z-Image', 0.935, 0.936, 0.936],
])('LongText-Bench of %s: AVG is the mean of EN and ZH', (_, en, zh, average) => {
  expect(Math.abs(averageOf(en, zh) - average)).toBeLessThanOrEqual(THREE_DIGITS);
});

test.each([
  ['Qwen-Image EN', [0.882, 0.891, 0.306, 0.418, 0.197], 0.539],
  ['GPT Image 1 EN', [0.851, 0.857, 0.345, 0.462, 0.151], 0.533],
  ['BAGEL EN', [0.769, 0.244, 0.173, 0.367, 0.251], 0.361],
  ['Qwen-Image ZH', [0.825, 0.963, 0.267, 0.405, 0.279], 0.548],
  ['GPT Image 1 ZH', [0.812, 0.65, 0.3, 0.449, 0.159], 0.474],
  ['BAGEL ZH', [0.672, 0.365, 0.186, 0.357, 0.268], 0.37],
  ['Janus-Pro ZH', [0.324, 0.148, 0.104, 0.264, 0.358], 0.24],
])('OneIG-Bench of %s: overall is the mean of its five parts', (_, parts, overall) => {
  expect(Math.abs(overallOfOneIg(parts) - overall)).toBeLessThanOrEqual(THREE_DIGITS);
});

// Older rows of that table (FLUX.1, GPT Image 1, Janus-Pro) miss the mean of their nine groups by .05 to .5 points.
test.each([
  ['Qwen-Image short', [90.5, 88.22, 79.81, 79.21, 78.85, 75.57, 100, 92.76, 90.3], 86.14],
  ['Qwen-Image long', [91.5, 90.78, 79.38, 78.94, 81.69, 78.59, 100, 89.14, 91.42], 86.83],
])('TIIF-Bench of %s: overall is the mean of nine groups', (_, groups, overall) => {
  expect(Math.abs(overallOfTiif(groups) - overall)).toBeLessThanOrEqual(0.011);
});

/** Words of CVTG-2K by the number of texts. */
const CVTG_WORDS = { 2: 1969, 3: 4249, 4: 5417, 5: 4571 };

test.each([
  ['Qwen-Image', [0.837, 0.8364, 0.8313, 0.8158], 0.8288],
  ['GPT Image 1', [0.8779, 0.8659, 0.8731, 0.8218], 0.8569],
  ['Z-Image', [0.9006, 0.8722, 0.8652, 0.8512], 0.8671],
  ['Z-Image-Turbo', [0.8872, 0.8662, 0.8628, 0.8347], 0.8585],
])('CVTG-2K of %s: the average is over words, not over the four numbers of texts', (_, parts, average) => {
  const marked = Object.entries(CVTG_WORDS).map(([texts, count], at) => {
    const right = Math.round(parts[at]! * count);
    const words = Array.from({ length: count }, (_, word) => ({
      ...{ word: 'a', closest: 'a', isRead: word < right, nearness: 1 },
    }));
    const prompt = { id: texts, prompt: '', set: texts, texts: Number(texts), words: [] };
    return { prompt, marks: [{ lines: [], words }] };
  });
  const { value } = cvtg2k.figures(marked).find(({ name }) => name === 'Word accuracy')!;
  expect(Math.abs(value! - average)).toBeLessThan(0.0006);
  const plain = parts.reduce((sum, part) => sum + part, 0) / parts.length;
  expect(Math.abs(plain - average)).toBeGreaterThan(0.0012);
});
