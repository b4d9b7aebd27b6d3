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
  const [first, last] = [...mine, t('start.play.new1'), t('start.play.new2')];
  return [
    { mode: 'new', bases: [], prompt: first! },
    { mode: 'edit', bases: [t('start.play.editBase')], prompt: t('start.play.edit') },
    { mode: 'style', bases: [t('start.play.styleBase')], prompt: t('start.play.style') },
    { mode: 'identity', bases: [t('start.play.identityBase')], prompt: t('start.play.identity') },
    {
      mode: 'combine',
      bases: [t('start.play.combineBase1'), t('start.play.combineBase2')],
      prompt: t('start.play.combine'),
    },
    { mode: 'new', bases: [], prompt: last! },
  ];
}
