/** The page in Chinese, with nothing on it yet that a user wrote in another language. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DESKTOP, PICTURE_MS, type Studio, startStudio } from './studio.ts';

let studio: Studio;
beforeAll(async () => {
  studio = await startStudio();
});
afterAll(() => studio?.close());

test('no English is left on the Chinese page', async () => {
  const page = await studio.open({ locale: 'zh-CN', viewport: DESKTOP });
  await page.getByRole('heading', { name: '写出一幅画' }).waitFor();
  expect(await englishOn(page)).toEqual([]);
  await page.getByRole('textbox', { name: '消息' }).fill('雪地里的狐狸');
  await page.getByRole('button', { name: '发送' }).click();
  await page
    .getByRole('status', { name: '进度' })
    .filter({ hasText: 'v1 已完成' })
    .waitFor({ timeout: PICTURE_MS });
  expect(await englishOn(page)).toEqual([]);
  for (const tab of ['详情', '上下文']) {
    await page.getByRole('tab', { name: tab }).click();
    expect(await englishOn(page)).toEqual([]);
  }
  await page.getByRole('button', { name: /^选项/ }).click();
  expect(await englishOn(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '图库', exact: true }).click();
  await page.getByRole('link', { name: '雪地里的狐狸, v1' }).waitFor();
  expect(await englishOn(page)).toEqual([]);
  await page.context().close();
});

test('what the page itself says of a request that failed is Chinese too', async () => {
  const page = await studio.open({ locale: 'zh-CN', viewport: DESKTOP });
  const failed = page.getByRole('alert').filter({ hasText: '服务器' });
  await page.route('**/api/sessions', (route) =>
    route.request().method() === 'POST'
      ? route.fulfill({ status: 502, body: 'Bad Gateway' })
      : route.continue(),
  );
  await page.getByRole('textbox', { name: '消息' }).fill('雪地里的狐狸');
  await page.getByRole('button', { name: '发送' }).click();
  await failed.filter({ hasText: '服务器返回了 502，没有说明原因。' }).waitFor();
  await page.unroute('**/api/sessions');
  await page.route('**/api/sessions', (route) =>
    route.request().method() === 'POST' ? route.abort() : route.continue(),
  );
  await page.getByRole('button', { name: '发送' }).click();
  await failed.filter({ hasText: '无法连接服务器。' }).waitFor();
  expect(await englishOn(page)).toEqual([]);
  await page.context().close();
});

/** Names that are the same in every language: keys, units, formats, this product, its models, and the way back. */
const NOT_ENGLISH =
  /^(Palimpsest|Ctrl|Enter|Shift|Alt|Esc|English|GLM|Image|tiny|mini|fp32|bf16|CPU|PNG|PSNR|SSIM|dB|px|KV|kB|MB|[0-9a-f]{8,})$/;

/** Words of Latin letters in what the page shows or says, but for those. */
function englishOn(page: Page): Promise<string[]> {
  return page.evaluate((known) => {
    const said: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node instanceof Text) {
        if (!node.parentElement!.closest('script, style, textarea')) said.push(node.data);
      } else if (node instanceof Element)
        for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
          said.push(node.getAttribute(name) ?? '');
    }
    const runs = said.flatMap((text) => text.match(/[A-Za-z0-9]+/g) ?? []);
    const words = runs.filter((run) => /[A-Za-z]{3}/.test(run));
    return [...new Set(words)].filter((word) => !new RegExp(known).test(word));
  }, NOT_ENGLISH.source);
}
