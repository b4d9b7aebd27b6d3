/** A message read by the language model, or the reason why it was not. Nothing is stored and nothing done. */
import type { UserContent } from 'ai';
import type { Plan } from '../../studio/agent/actions.ts';
import { interpret } from '../../studio/agent/interpreter.ts';
import type { MessageReading, ReadingFailure } from '../../studio/agent/message-reading.ts';
import type { MessageContext } from '../../studio/agent/seen-session.ts';
import type { Locale } from '../../studio/locale/locale.ts';
import { KeyError } from '../engines/engine-key.ts';
import { INSTRUCTIONS, stateOf } from './brief.ts';
import type { Language } from './language.ts';
import type { SmallPicture } from './small-pictures.ts';
import { type Notebook, planOf, toolsOf } from './tools.ts';

export interface Asked {
  text: string;
  context: MessageContext;
  locale: Locale;
  /** Empty for a model that does not look at any. */
  pictures: readonly SmallPicture[];
  /** Hears all words so far, as they come. */
  onWords: (words: string) => void;
}

export interface ModelReading {
  /** That of our own interpreter where the model failed. */
  plan: Plan;
  reading: MessageReading;
}

/** Plain words for these need no model, and do not wait for one. */
const AT_ONCE: ReadonlySet<string> = new Set(['undo', 'redo', 'stop']);

/** Whether a message is read at once by our own interpreter, whatever language model is named. */
export function isReadAtOnce(text: string, context: MessageContext): boolean {
  return interpret(text, context).every(({ type }) => AT_ONCE.has(type));
}

/** How a message stands that the model is about to read. */
export const beginning = ({ entry }: Language): MessageReading => ({
  ...{ model: entry!.model, state: 'reading', words: '' },
  ...{ calls: [], refused: [], failure: null },
});

/** Reads a message by the language model that is named. */
export async function readByModel(language: Language, asked: Asked): Promise<ModelReading> {
  const { context, text } = asked;
  const entry = language.entry!;
  const { tools, notebook } = toolsOf(context);
  let key: string | undefined;
  try {
    key = language.key();
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    return failed(beginning(language), asked, 'refused');
  }
  // The SDK is large; where no language model is named it is never loaded.
  const { ask } = await import('./ask.ts');
  const { words, calls, unread, failure } = await ask({
    ...{ entry, key, tools, onWords: asked.onWords, signal: language.closing },
    ...{ purpose: 'message', instructions: INSTRUCTIONS(asked.locale), content: contentOf(asked) },
  });
  const refused = [...notebook.refused, ...unread];
  const plan = failure ? undefined : planOf(notebook, words, { text, context });
  const why = failure ?? whyNot(plan, notebook, unread);
  const reading: MessageReading = {
    ...{ model: entry.model, state: why ? 'failed' : 'read', words, calls, refused, failure: why },
  };
  return { plan: why ? interpret(text, context) : plan!, reading };
}

/** A reading that has come to nothing. */
export function failed(
  reading: MessageReading,
  { text, context }: Pick<Asked, 'text' | 'context'>,
  failure: ReadingFailure,
): ModelReading {
  return { plan: interpret(text, context), reading: { ...reading, state: 'failed', failure } };
}

/** Why an answer that came whole is none: what it asked for cannot be done, or it is empty. */
function whyNot(
  plan: Plan | undefined,
  { steps, refused }: Notebook,
  unread: readonly { code: string }[],
): ReadingFailure | null {
  if (steps.length === 0 && refused.length + unread.length > 0)
    return unread.some(({ code }) => code === 'bad_input') ? 'broken' : 'forbidden';
  return plan ? null : 'empty';
}

function contentOf({ text, context, pictures }: Asked): UserContent {
  const state = stateOf(context);
  const message = `The message of the user:\n${text}`;
  if (pictures.length === 0) return `${state}\n\n${message}`;
  return [
    { type: 'text', text: state },
    ...pictures.flatMap(({ version, jpeg }) => [
      { type: 'text' as const, text: `Version ${version}, as data:` },
      { type: 'file' as const, data: jpeg, mediaType: 'image/jpeg' },
    ]),
    { type: 'text', text: message },
  ];
}
