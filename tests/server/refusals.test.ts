/** Refusals: each has a status and words in both languages, and the reader gets those of the language that was asked for. */
import { expect, it, test } from 'vitest';
import en from '../../messages/en.json' with { type: 'json' };
import zh from '../../messages/zh.json' with { type: 'json' };
import { errorAnswer, localeOf, STATUS } from '../../server/http/edge.ts';
import { JobFailed } from '../../server/queue/job-failure.ts';
import { refusalText } from '../../server/refusal-text.ts';
import { compileContext } from '../../studio/context.ts';
import { partsOf, Refusal, type RefusalKey } from '../../studio/refusal.ts';
import { turnSchema } from '../../studio/requests.ts';
import { serve } from './harness.ts';

type Tree = { [key: string]: string | Tree };

function texts(tree: Tree, prefix = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string' ? [[prefix + key, value]] : Object.entries(texts(value, `${prefix}${key}.`)),
    ),
  );
}

/** The names of what is filled into a message. */
function valuesOf(message: string): string[] {
  const names = [...message.matchAll(/\{(\w+)(?=[,}])/g)].map((match) => match[1]!);
  return [...new Set(names)].sort();
}

const KEYS = Object.keys(STATUS).sort() as RefusalKey[];
const CATALOGUES = { en: texts(en.refusal), zh: texts(zh.refusal) };

test('every refusal has a status, and a message with the same values in both languages; there is no other message', () => {
  expect(Object.keys(CATALOGUES.en).sort()).toEqual(KEYS);
  expect(Object.keys(CATALOGUES.zh).sort()).toEqual(KEYS);
  for (const key of KEYS) {
    expect([key, valuesOf(CATALOGUES.zh[key]!)]).toEqual([key, valuesOf(CATALOGUES.en[key]!)]);
    expect(STATUS[key]).toBeGreaterThanOrEqual(400);
  }
});

test('every message can be written in both languages, and the values stand in it', () => {
  for (const locale of ['en', 'zh'] as const)
    for (const key of KEYS) {
      const names = valuesOf(CATALOGUES[locale][key]!);
      const params = Object.fromEntries(names.map((name, place) => [name, 7001 + place]));
      const text = refusalText({ ...partsOf(key), params }, locale);
      // Its own message shows a form with braces.
      if (key !== 'bad_message') expect(text).not.toMatch(/[{}]|^$/);
      // What only chooses between words does not stand among them.
      const shown = names.filter((name) => new RegExp(`\\{${name}\\}`).test(CATALOGUES[locale][key]!));
      for (const name of shown)
        expect([key, text]).toEqual([key, expect.stringContaining(`${params[name]}`)]);
    }
});

test.each([
  ['zh-CN,zh;q=0.9', '', 'zh'],
  ['zh-CN', 'theme=dark; language=en', 'en'],
  ['en-US', 'language=zh', 'zh'],
  ['*', '', 'en'],
])('Accept-Language %s with the cookie %s is answered in %s', (language, cookie, locale) => {
  expect(localeOf(new Headers({ 'accept-language': language, cookie }))).toBe(locale);
});

it('is answered in the reader’s language, with what its message is made of', async () => {
  const client = await serve();
  const ask = (language: string) =>
    client.call('GET', '/api/sessions/nobody', undefined, { 'Accept-Language': language });
  expect(await ask('zh-CN')).toEqual({
    status: 404,
    body: {
      error: {
        ...{ code: 'unknown_session', reason: 'none', params: { sessionId: 'nobody' } },
        message: '没有会话 nobody。',
      },
    },
  });
  expect((await ask('de')).body.error.message).toBe('There is no session nobody.');
});

it('says what is wrong with a turn in the reader’s language, before it is sent and when it is', async () => {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  const turn = { prompt: '像 @9 那样', mode: 'new' };
  const chinese = { 'Accept-Language': 'zh', 'Idempotency-Key': 'k' };
  const message = '此会话里没有 v9。这里还没有图片。';
  const compiled = await client.call<{ problems: object[] }>(
    'POST',
    `/api/sessions/${id}/context`,
    turn,
    chinese,
  );
  expect(compiled.body.problems[0]).toMatchObject({ code: 'unknown_mention', message });
  const refused = await client.call('POST', `/api/sessions/${id}/turns`, turn, chinese);
  expect(refused).toMatchObject({ status: 400, body: { error: { code: 'unknown_mention', message } } });
});

test('a note without a message has all that its message is made of', () => {
  const graph = { session: { id: 's', headPictureId: null }, turns: [] };
  const result = compileContext(graph, turnSchema.parse({ mode: 'new', prompt: 'like @fox' }));
  const note = result.ok ? result.context.warnings[0] : undefined;
  expect(note).toMatchObject({ code: 'unknown_mention', reason: 'word', params: { word: 'fox' } });
  expect(refusalText(note!)).toBe(
    'No message here has the word fox: it stays text. There is no picture here yet.',
  );
  expect(refusalText(note!, 'zh')).toBe('这里没有消息含有“fox”一词，它将作为普通文字。这里还没有图片。');
});

test('a job that failed: 400 for what was asked, else 500, in the reader’s language where the reason is the server’s own', () => {
  const died = new JobFailed({ code: 'engine_died', message: 'The engine died 3 times at this.' }, 3);
  expect(errorAnswer(died)).toEqual({
    ...{ status: 500, code: 'engine_died', message: 'The engine died 3 times at this.' },
  });
  expect(errorAnswer(died, 'zh').message).toContain('崩溃了 3 次');
  const bad = new JobFailed({ code: 'bad_image', message: 'The picture is damaged.' }, 1);
  expect(errorAnswer(bad, 'zh')).toEqual({
    ...{ status: 400, code: 'bad_image', message: 'The picture is damaged.' },
  });
});

test('a fault of the disk says so, and any other error nothing of itself', () => {
  expect(errorAnswer(Object.assign(new Error('x'), { code: 'ENOSPC' }))).toMatchObject({
    ...{ status: 507, code: 'disk_full' },
  });
  expect(errorAnswer(new TypeError('secret'))).toMatchObject({ status: 500, code: 'internal' });
  expect(JSON.stringify(errorAnswer(new TypeError('secret')))).not.toContain('secret');
  expect(new Refusal('unknown_job', { jobId: 'j' }).message).toBe('unknown_job {"jobId":"j"}');
});
