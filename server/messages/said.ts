/** What the answers and questions of a plan say, in both languages: kept with the message, so that it is not asked again. */
import type { ActionOf, Plan, Said, SaidWords } from '../../studio/agent/actions.ts';
import { sentenceOf } from '../../studio/agent/answers.ts';
import type { MessageContext } from '../../studio/agent/seen-session.ts';
import { LOCALES, type Locale } from '../../studio/locale/locale.ts';
import type { SaidStep } from '../../studio/protocol.ts';
import { answerText } from '../answer-text.ts';

/** The words of each answer and question of a plan, with those of its choices. */
export function wordsOf(plan: Plan, context: MessageContext): Said[] {
  return plan.flatMap((action, step) => {
    if (action.type !== 'answer' && action.type !== 'ask') return [];
    const words = LOCALES.map((locale) => [locale, sayingOf(action, context, locale)]);
    return [{ step, words: Object.fromEntries(words) as Said['words'] }];
  });
}

function sayingOf(action: ActionOf<'answer' | 'ask'>, context: MessageContext, locale: Locale): SaidWords {
  const { key, params } = sentenceOf(action, context, locale);
  return { text: answerText(key, params, locale), choices: choicesOf(action, locale) };
}

function choicesOf(action: ActionOf<'answer' | 'ask'>, locale: Locale): string[] {
  if (action.type === 'answer') return [];
  return action.choices.map(({ label, params = {} }) => answerText(`choice.${label}`, params, locale));
}

/** The words of one language. */
export const saidIn = (locale: Locale, said: readonly Said[]): SaidStep[] =>
  said.map(({ step, words }) => ({ step, ...words[locale] }));
