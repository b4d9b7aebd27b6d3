/** A session of ten messages in Chinese, followed live in a second tab that never asked for anything. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerTo, messageRow, stepsOf } from './messages-on-page.ts';
import { DESKTOP, PICTURE_MS, type Studio, snapshotOf, startStudio } from './studio.ts';

/** Under a minute on an idle machine. */
const SLOWLY_MS = 400_000;

let studio: Studio;
beforeAll(async () => {
  studio = await startStudio();
});
afterAll(() => studio?.close());

async function say(page: Page, text: string) {
  await page.getByRole('textbox', { name: '消息' }).fill(text);
  await page.getByRole('button', { name: '发送' }).click();
}

const picture = (page: Page, version: number) =>
  page.getByRole('region', { name: '对话' }).getByRole('img', { name: new RegExp(`, v${version}$`) });
const chip = (page: Page, what: string) => page.getByRole('button', { name: `将要：${what}` });

test(
  '十条消息，其中四条要画图',
  async () => {
    const page = await studio.open({ locale: 'zh-CN', viewport: DESKTOP });
    await say(page, '绿色山丘上的狐狸');
    await picture(page, 1).waitFor({ timeout: PICTURE_MS });
    const other = await page.context().newPage();
    await other.goto(page.url());
    await picture(other, 1).waitFor();

    await say(page, '你好，你会做什么？');
    for (const tab of [page, other])
      await answerTo(tab, '你好，你会做什么？', '回答').getByText('我用文字画图').waitFor();

    await page.getByRole('textbox', { name: '消息' }).fill('改成晚上，然后加一顶帽子');
    await chip(page, '2 个步骤').waitFor();
    await page.getByRole('button', { name: '发送' }).click();
    await picture(page, 3).waitFor({ timeout: PICTURE_MS });
    for (const tab of [page, other])
      await expect
        .poll(() => stepsOf(tab, '改成晚上，然后加一顶帽子'))
        .toEqual(['1, 编辑, 改成晚上, 已完成', '2, 编辑, 加一顶帽子, 已完成']);

    await say(page, '哪一张有帽子？');
    await answerTo(other, '哪一张有帽子？', '回答').getByRole('button', { name: '查看 v3' }).waitFor();
    await say(page, '撤销');
    await expect.poll(() => stepsOf(other, '撤销')).toEqual(['撤销, 已完成']);
    await chip(page, '编辑 v2').waitFor();
    await say(page, '再来一张和第一张类似的');
    await picture(other, 4).waitFor({ timeout: PICTURE_MS });
    await say(page, '回到第一张');
    await chip(page, '编辑 v1').waitFor();
    await say(page, '嗯，不对');
    const question = answerTo(page, '嗯，不对', '问题');
    await question.getByText('要做什么呢？').waitFor();
    await question.getByRole('button', { name: '撤销' }).click();
    await chip(page, '编辑 v4').waitFor();
    await say(page, '一共有几张图？');
    await answerTo(other, '一共有几张图？', '回答').getByText('这里有 4 张图片。').waitFor();
    await say(page, '把会话改名为夜晚的狐狸');
    await expect.poll(() => other.title()).toBe('夜晚的狐狸 · Palimpsest');

    const { messages, turns } = await snapshotOf(page);
    expect(turns.map(({ prompt }) => prompt)).toEqual([
      '绿色山丘上的狐狸',
      '改成晚上',
      '加一顶帽子',
      '绿色山丘上的狐狸',
    ]);
    expect(messages.map(({ plan }) => plan.map(({ type }) => type).join())).toEqual([
      ...['answer', 'edit,edit', 'answer', 'undo', 'vary', 'go-to', 'ask', 'undo', 'answer', 'rename'],
    ]);
    await other.reload();
    await messageRow(other, '把会话改名为夜晚的狐狸').waitFor();
    await page.context().close();
  },
  SLOWLY_MS,
);
