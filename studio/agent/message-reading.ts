/** How a message was read where a language model is named: by which, with which calls, and why it was not where it failed. Pure. */

/** Why a language model did not read a message; our own interpreter did then. */
export const READING_FAILURES = [
  /** No connection, or a server that fails. */
  'unreachable',
  /** Not done within the time that a message may take. */
  'slow',
  /** The answer ended in its middle. */
  'cut',
  /** The answer cannot be understood, such as broken JSON. */
  'broken',
  /** It asked for what no message can do. */
  'forbidden',
  /** It said and asked for nothing. */
  'empty',
  /** More words or more calls than a message may take. */
  'too-much',
  /** The server refused the request, such as for its key. */
  'refused',
  /** Our server ended meanwhile. */
  'ended',
] as const;
export type ReadingFailure = (typeof READING_FAILURES)[number];

/** One call of a language model. */
export interface LanguageCall {
  /** What it was asked for. */
  purpose: 'message' | 'prompt' | 'trial';
  ms: number;
  /** As its server counts them; null where it does not. */
  inputTokens: number | null;
  outputTokens: number | null;
  /** By the prices that are configured; null without them, or without counts. */
  cost: { amount: number; currency: string } | null;
}

/** Something that a language model asked for and that was not taken into the plan. */
export interface RefusedCall {
  /** Name of the action as it was asked for. */
  action: string;
  /** A code of a refusal, or `unknown_action`, `bad_input`, `twice`, `too_many_steps`, `too_many_pictures`. */
  code: string;
}

export interface MessageReading {
  /** Name of the language model. */
  model: string;
  /** `failed`: the plan is that of our own interpreter. */
  state: 'reading' | 'read' | 'failed';
  /** Its words; text, whatever stands in it. */
  words: string;
  calls: LanguageCall[];
  refused: RefusedCall[];
  failure: ReadingFailure | null;
}
