/** The words of answers and questions: every reading of the corpus can be said in both languages. */
import { expect, test } from 'vitest';
import { fixtureSessions, readCorpus } from '../../eval/messages/corpus.ts';
import en from '../../messages/en.json' with { type: 'json' };
import zh from '../../messages/zh.json' with { type: 'json' };
import { answerText } from '../../server/answer-text.ts';
import { sentenceOf } from '../../studio/agent/answers.ts';
import { interpret } from '../../studio/agent/interpreter.ts';

const keysOf = (tree: object): string[] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [key] : keysOf(value).map((each) => `${key}.${each}`),
  );
const valuesOf = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)(?=[,}])/g)].map(([, name]) => name))].sort();
const textOf = (tree: object, key: string) =>
  key.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], tree) as string;

test('both catalogues have the same sentences with the same values', () => {
  expect(keysOf(zh.agent).sort()).toEqual(keysOf(en.agent).sort());
  for (const key of keysOf(en.agent))
    expect([key, valuesOf(textOf(zh.agent, key))]).toEqual([key, valuesOf(textOf(en.agent, key))]);
});

test('every answer and question of the corpus has words in both languages, and so has each choice', () => {
  const sessions = fixtureSessions();
  const knows = { subjects: [{ en: 'fox', zh: '狐狸' }], styles: [{ en: 'flat', zh: '扁平' }] };
  const said = new Set<string>();
  for (const { message, session } of readCorpus('tuning'))
    for (const known of [knows, null]) {
      const context = { session: sessions[session]!, knows: known, model: 'mini' };
      for (const action of interpret(message, context)) {
        if (action.type !== 'answer' && action.type !== 'ask') continue;
        for (const locale of ['en', 'zh'] as const) {
          const { key, params } = sentenceOf(action, context, locale);
          said.add(key);
          expect([message, answerText(key, params, locale)]).toEqual([
            message,
            expect.not.stringMatching(/[{}]|^$/),
          ]);
          const choices = action.type === 'ask' ? action.choices : [];
          for (const { label, params = {} } of choices)
            expect(answerText(`choice.${label}`, params, locale)).not.toMatch(/[{}]|^$/);
        }
      }
    }
  expect(said.size).toBeGreaterThan(20);
});
