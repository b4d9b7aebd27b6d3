/** All that a message says, as text for programs that show nothing else: its words, questions with their choices, and what was refused. */

import type { StepOutcome } from '../../studio/agent/actions.ts';
import type { Locale } from '../../studio/locale/locale.ts';
import type { MessageReading, SaidStep } from '../../studio/protocol.ts';
import { answerText } from '../answer-text.ts';
import { refusalText } from '../refusal-text.ts';

interface Told {
  reading?: MessageReading | null | undefined;
  said: readonly SaidStep[];
  outcomes: readonly StepOutcome[];
}

/** Lines of text; none where a message only draws. */
export function messageText({ reading, said, outcomes }: Told, locale: Locale): string {
  const answered = said.flatMap(({ text, choices }) => [
    text,
    ...choices.map((choice, index) => `${index + 1}. ${choice}`),
  ]);
  const refused = outcomes.flatMap(({ refusal }) => (refusal ? [refusalText(refusal as never, locale)] : []));
  return [...ofModel(reading, answered, locale), ...answered, ...refused].join('\n');
}

/** Its words, unless an answer says them again, or why it did not read the message. */
function ofModel(reading: Told['reading'], answered: readonly string[], locale: Locale): string[] {
  if (!reading) return [];
  if (reading.failure) return [answerText(`language.${reading.failure}`, { model: reading.model }, locale)];
  return reading.words === '' || answered.includes(reading.words) ? [] : [reading.words];
}

/** The language of a message, where nobody says which its reader wants. */
export const localeOfText = (text: string): Locale => (/\p{Script=Han}/u.test(text) ? 'zh' : 'en');
