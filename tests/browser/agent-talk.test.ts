/** A session of ten messages in English: pictures, steps, answers, questions and commands, each told apart, and all there after a reload. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerTo, messageRow, stepsOf } from './messages-on-page.ts';
import {
  contrast,
  DESKTOP,
  message,
  modeChip,
  PICTURE_MS,
  picture,
  type Studio,
  send,
  snapshotOf,
  startStudio,
  untilPicture,
} from './studio.ts';

/** Under a minute on an idle machine. */
const SLOWLY_MS = 400_000;

let studio: Studio;
beforeAll(async () => {
  studio = await startStudio();
});
afterAll(() => studio?.close());

test(
  'ten messages, of which four draw',
  async () => {
    const page = await studio.open({ viewport: DESKTOP });
    await send(page, 'a fox on green hills');
    await untilPicture(page, 1);
    // A simple message is its picture, and nothing beside it.
    expect((await snapshotOf(page)).messages).toEqual([]);

    await send(page, 'hello, what can you do?');
    await answerTo(page, 'hello, what can you do?', 'Answer')
      .getByText('I draw pictures from words')
      .waitFor();

    await message(page).fill('make it night and then add a hat');
    await modeChip(page, '2 steps').waitFor();
    await page.getByRole('button', { name: 'Send' }).click();
    await picture(page, 3).waitFor({ timeout: PICTURE_MS });
    await expect
      .poll(() => stepsOf(page, 'make it night and then add a hat'))
      .toEqual(['1, Edit, make it night, done', '2, Edit, add a hat, done']);
    expect(await contrast(page, 3)).toBeGreaterThan(2);

    await send(page, 'which one has the hat?');
    const which = answerTo(page, 'which one has the hat?', 'Answer');
    await which.getByText('It is v3.').waitFor();
    await which.getByRole('button', { name: 'Show v3' }).click();

    await message(page).fill('undo');
    await modeChip(page, 'Undo').waitFor();
    await page.getByRole('button', { name: 'Send' }).click();
    await modeChip(page, 'Edit v2').waitFor();
    await expect.poll(() => stepsOf(page, 'undo')).toEqual(['Undo, done']);

    await send(page, 'one more like the first');
    await picture(page, 4).waitFor({ timeout: PICTURE_MS });

    await send(page, 'compare 1 and 2');
    await page.getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => stepsOf(page, 'compare 1 and 2')).toEqual(['Compare v1 and v2, done']);

    await send(page, 'back to the first');
    await modeChip(page, 'Edit v1').waitFor();

    await send(page, 'hmm, no');
    const question = answerTo(page, 'hmm, no', 'Question');
    await question.getByText('What should happen?').waitFor();
    await question.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => stepsOf(page, 'Undo')).toEqual(['Undo, done']);
    await modeChip(page, 'Edit v4').waitFor();
    // What was asked means nothing any more once something else was said.
    await expect.poll(() => question.getByRole('button', { name: 'Undo' }).isDisabled()).toBe(true);

    await send(page, 'call this session Night foxes');
    await expect.poll(() => page.title()).toBe('Night foxes · Palimpsest');

    const before = await snapshotOf(page);
    expect(before.turns.map(({ prompt }) => prompt)).toEqual([
      'a fox on green hills',
      'make it night',
      'add a hat',
      'a fox on green hills',
    ]);
    expect(before.messages.map(({ plan }) => plan.map(({ type }) => type).join())).toEqual([
      ...['answer', 'edit,edit', 'answer', 'undo', 'vary', 'compare', 'go-to', 'ask', 'undo', 'rename'],
    ]);
    await page.reload();
    await messageRow(page, 'call this session Night foxes').waitFor();
    expect(await snapshotOf(page)).toEqual({ ...before, seq: expect.any(Number) });
    // The same conversation in the other language: what was said stands in both.
    await page.getByRole('button', { name: '中文' }).click();
    await expect
      .poll(() => stepsOf(page, 'call this session Night foxes'))
      .toEqual(['重命名会话：Night foxes, 已完成']);
    await page.context().close();
  },
  SLOWLY_MS,
);
