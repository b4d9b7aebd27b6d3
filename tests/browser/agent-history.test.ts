/** Two sessions of ten messages, English and Chinese, that go back and forth in what was made; each is taken along as a file in the end. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SessionSnapshot } from '../../studio/protocol.ts';
import { answerTo, messageRow } from './messages-on-page.ts';
import { DESKTOP, PICTURE_MS, type Studio, snapshotOf, startStudio } from './studio.ts';

/** Under a minute on an idle machine. */
const SLOWLY_MS = 400_000;

let studio: Studio;
beforeAll(async () => {
  studio = await startStudio();
});
afterAll(() => studio?.close());

const WORDS = {
  'en-US': { message: 'Message', send: 'Send', conversation: 'Conversation', answer: 'Answer' },
  'zh-CN': { message: '消息', send: '发送', conversation: '对话', answer: '回答' },
};

/** What each message is, and what it makes: a version to wait for, or words of its answer. */
type Said = [text: string, types: string | null, result: number | string | null];

const ENGLISH: Said[] = [
  ['a castle by the sea', null, 1],
  ['add a dragon', null, 2],
  ['make it night', null, 3],
  ['what seed does v2 have?', 'answer', 'v2 was drawn with the seed'],
  ['leave out the dragon', 'leave-out', 4],
  ['undo that', 'undo', null],
  ['delete everything', 'answer', 'No message deletes anything.'],
  ['make the second one blue', 'edit', 5],
  ['which version is the night?', 'answer', 'v3'],
  ['new picture: a lighthouse', 'new', 6],
];

const CHINESE: Said[] = [
  ['海边的城堡', null, 1],
  ['加一条龙', null, 2],
  ['改成晚上', null, 3],
  ['第二张的种子是多少？', 'answer', 'v2 的种子是'],
  ['去掉加龙那次修改', 'leave-out', 4],
  ['撤销', 'undo', null],
  ['全部删掉', 'answer', '任何消息都不会删除东西。'],
  ['把第二张改成蓝色', 'edit', 5],
  ['只在上半边加星星', 'edit', 6],
  ['从第二张继续', 'go-to', null],
];

async function talk(page: Page, locale: keyof typeof WORDS, said: readonly Said[]) {
  const words = WORDS[locale];
  for (const [text, types, result] of said) {
    await page.getByRole('textbox', { name: words.message }).fill(text);
    await page.getByRole('button', { name: words.send }).click();
    if (types !== null) await messageRow(page, text).waitFor();
    if (typeof result === 'string')
      await answerTo(page, text, words.answer).getByText(result).first().waitFor();
    if (typeof result === 'number')
      await page
        .getByRole('region', { name: words.conversation })
        .getByRole('img', { name: new RegExp(`, v${result}$`) })
        .waitFor({ timeout: PICTURE_MS });
  }
}

/** What of a session travels: what was said, what it was understood as, what was answered, and which turns came of it. */
function toldBy({ turns, messages }: SessionSnapshot) {
  const place = (id: string) => turns.findIndex((turn) => turn.id === id);
  return {
    pictures: turns.map(({ prompt, state, pictures }) => [prompt, state, pictures.map(({ hash }) => hash)]),
    messages: messages.map(({ text, plan, said, outcomes }) => ({
      ...{ text, plan, said },
      outcomes: outcomes.map(({ turnIds = [], ...rest }) => ({ ...rest, turns: turnIds.map(place) })),
    })),
  };
}

test.each([
  ['en-US', ENGLISH],
  ['zh-CN', CHINESE],
] as const)(
  '%s: ten messages, each understood as what it is, and all of it in the bundle',
  async (locale, said) => {
    const page = await studio.open({ locale, viewport: DESKTOP });
    await talk(page, locale, said);
    const told = said.filter(([, types]) => types !== null);
    await expect
      .poll(async () =>
        (await snapshotOf(page)).messages.map(({ text, plan }) => [
          text,
          plan.map(({ type }) => type).join(),
        ]),
      )
      .toEqual(told.map(([text, types]) => [text, types]));
    const before = await snapshotOf(page);
    const bundle = await page.request.get(`/api/sessions/${before.session.id}/export`);
    const { session } = (await (
      await page.request.post('/api/sessions/import', { data: await bundle.body() })
    ).json()) as { session: { id: string } };
    await page.goto(`/s/${session.id}`);
    await messageRow(page, told.at(-1)![0]).waitFor();
    expect(toldBy(await snapshotOf(page))).toEqual(toldBy(before));
    await page.context().close();
  },
  SLOWLY_MS,
);
