/** What the empty start offers: one example of each mode, and prompts that the loaded checkpoint is good at. Pure. */
import type { TurnMode } from '../../../studio/protocol.ts';
import type { Translator } from '../ui/translator.ts';

const HAN = /\p{Script=Han}/u;

export interface Example {
  mode: TurnMode;
  /** Pictures that are made first, for the turn to go on from. */
  bases: string[];
  prompt: string;
}

/** Six cards: a new picture, one of each mode that needs another picture, and one more new one; in the reader's language. */
export function examplesOf(prompts: readonly string[], t: Translator, locale: string): Example[] {
  const mine = prompts.filter((prompt) => HAN.test(prompt) === (locale === 'zh'));
  const [first, last] = [...mine, t('start.examplePrompts.new1'), t('start.examplePrompts.new2')];
  return [
    { mode: 'new', bases: [], prompt: first! },
    { mode: 'edit', bases: [t('start.examplePrompts.editBase')], prompt: t('start.examplePrompts.edit') },
    { mode: 'style', bases: [t('start.examplePrompts.styleBase')], prompt: t('start.examplePrompts.style') },
    {
      mode: 'identity',
      bases: [t('start.examplePrompts.identityBase')],
      prompt: t('start.examplePrompts.identity'),
    },
    {
      mode: 'combine',
      bases: [t('start.examplePrompts.combineBase1'), t('start.examplePrompts.combineBase2')],
      prompt: t('start.examplePrompts.combine'),
    },
    { mode: 'new', bases: [], prompt: last! },
  ];
}
