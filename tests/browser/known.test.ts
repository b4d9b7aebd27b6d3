/** What the small model says of itself before anything is sent: sizes that it has learnt, and how much fits into one picture. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import knows from '../../models/mini/knows.json' with { type: 'json' };
import { DESKTOP, message, type Studio, startStudio } from './studio.ts';

let studio: Studio;
beforeAll(async () => {
  studio = await startStudio({ model: 'mini' });
});
afterAll(() => studio?.close());

test('sizes that the model has not learnt stand last, say so, and are warned of when one is chosen', async () => {
  const page = await studio.open({ viewport: DESKTOP });
  await page.getByRole('button', { name: /^Options/ }).click();
  const sizes = page.getByRole('group', { name: 'Size' }).getByRole('radio');
  await expect
    .poll(() => sizes.evaluateAll((all) => all.map((each) => each.getAttribute('aria-label'))))
    .toEqual([
      'Auto 256 × 256',
      '1:1 256 × 256',
      ...Array.from({ length: 6 }, () => expect.stringMatching(/^\d+:\d+ .+, not learnt by this model/)),
    ]);
  const hint = page.getByRole('note').filter({ hasText: 'has only learnt 256 × 256' });
  await page.getByRole('radio', { name: /^3:2/ }).check({ force: true });
  await hint.waitFor();
  await page.getByRole('radio', { name: /^1:1/ }).check({ force: true });
  await hint.waitFor({ state: 'detached' });
  await page.context().close();
});

test.each([
  ['en-US', 'Examples', 'a castle on the left and a unicorn on the right at sunset'],
  ['zh-CN', '示例', '一只熊猫在森林'],
])(
  'the first HTML for %s shows what the model draws well, before any script has run',
  async (locale, examples, first) => {
    expect(knows.examples).toContain(first);
    // A client cannot name examples of its own.
    const extraHTTPHeaders = { 'palimpsest-examples': 'not%20JSON' };
    const page = await studio.open({ javaScriptEnabled: false, locale, extraHTTPHeaders });
    await page.getByRole('list', { name: examples }).getByText(first, { exact: true }).waitFor();
    await page.context().close();
  },
);

test('more things than fit are counted and named; versions and ratios are no things', async () => {
  const page = await studio.open({ viewport: DESKTOP });
  const hint = page.getByRole('note');
  await message(page).fill('add a dog, a cat, a rabbit and a pig');
  await hint
    .filter({ hasText: 'dog, cat, rabbit, pig: that makes 4, and this model fits up to 3' })
    .waitFor();
  await message(page).fill('make it 16:9 with a castle');
  await hint.waitFor({ state: 'detached' });
  await page.context().close();
});
