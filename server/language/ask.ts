/**
 * One conversation with the language model: bounded in time, calls and tokens, counted, and with one reason for every way to fail.
 * Knows no message and no session.
 */
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import {
  APICallError,
  extractReasoningMiddleware,
  InvalidResponseDataError,
  isStepCount,
  type LanguageModel,
  streamText,
  type ToolSet,
  type UserContent,
  wrapLanguageModel,
} from 'ai';
import type { LanguageCall, ReadingFailure } from '../../studio/agent/message-reading.ts';
import { EndpointError, fetchOf } from './endpoint.ts';
import type { LanguageEntry } from './language-entry.ts';

// Nothing but our own log is written to.
globalThis.AI_SDK_LOG_WARNINGS = false;

export interface Question {
  entry: LanguageEntry;
  key: string | undefined;
  purpose: LanguageCall['purpose'];
  instructions: string;
  content: UserContent;
  tools?: ToolSet;
  /** Hears all words so far, as they come. */
  onWords?: (words: string) => void;
  /** Ends it: the server closes. */
  signal: AbortSignal;
}

export interface Said {
  words: string;
  calls: LanguageCall[];
  /** Names of tools that were called though there is none, or with what is no JSON. */
  unread: { action: string; code: 'unknown_action' | 'bad_input' }[];
  failure: ReadingFailure | null;
}

/** Characters of a token at most, for servers that keep to no bound of tokens. */
const CHARACTERS_OF_TOKEN = 8;
/** Most characters of the words that are kept. */
const MOST_WORDS = 4_000;

/** Asks, and waits for the end. Never throws: a failure has its reason. */
export async function ask(question: Question): Promise<Said> {
  const { entry, instructions, content, tools, signal } = question;
  const late = AbortSignal.timeout(Math.ceil(entry.timeS * 1000));
  const left = new AbortController();
  const said: Said = { words: '', calls: [], unread: [], failure: null };
  try {
    const { stream } = streamText({
      model: modelOf(question),
      instructions,
      messages: [{ role: 'user', content }],
      ...(tools && { tools }),
      stopWhen: [isStepCount(entry.steps), () => outputOf(said) >= entry.tokens],
      maxOutputTokens: entry.tokens,
      ...{ maxRetries: 0, streamRetries: 0, toolCallConcurrency: 1 },
      abortSignal: AbortSignal.any([late, signal, left.signal]),
      onError: () => {},
    });
    await listen(stream, question, said);
  } catch (error) {
    said.failure ??= failureOf(error, said);
  } finally {
    left.abort();
  }
  if (signal.aborted) said.failure = 'ended';
  else if (late.aborted) said.failure = 'slow';
  return { ...said, words: said.words.trim() };
}

const outputOf = ({ calls }: Said): number => calls.reduce((sum, each) => sum + (each.outputTokens ?? 0), 0);

function modelOf({ entry, key }: Question): LanguageModel {
  const provider = createOpenAICompatible({
    ...{ name: 'language', baseURL: entry.address, includeUsage: true },
    ...(key !== undefined && { apiKey: key }),
    fetch: fetchOf(entry.address),
  });
  // What some models think aloud stands in their words between these tags.
  const middleware = extractReasoningMiddleware({ tagName: 'think' });
  return wrapLanguageModel({ model: provider(entry.model), middleware });
}

/** What the stream of one conversation is made of, as far as it is heard here. */
type Part = { type: string } & Record<string, unknown>;

async function listen(stream: AsyncIterable<unknown>, question: Question, said: Said): Promise<void> {
  const { entry, purpose, onWords } = question;
  let startedAt = performance.now();
  let characters = 0;
  // A call that ends before its answer begins counts too.
  let isOpen = true;
  const ended = (usage: { inputTokens?: number; outputTokens?: number } = {}) => {
    const { inputTokens = null, outputTokens = null } = usage;
    const ms = Math.round(performance.now() - startedAt);
    said.calls.push({
      purpose,
      ms,
      inputTokens,
      outputTokens,
      cost: costOf(entry, inputTokens, outputTokens),
    });
    isOpen = false;
  };
  const fail = (failure: ReadingFailure) => {
    said.failure ??= failure;
  };
  try {
    for await (const part of stream as AsyncIterable<Part>) {
      switch (part.type) {
        case 'start-step':
          startedAt = performance.now();
          isOpen = true;
          if (said.words !== '') said.words += ' ';
          break;
        case 'text-delta':
          said.words = (said.words + part.text).slice(0, MOST_WORDS);
          onWords?.(said.words);
          characters += String(part.text).length;
          break;
        case 'tool-input-delta':
          characters += String(part.delta).length;
          break;
        case 'reasoning-delta':
          characters += String(part.text).length;
          break;
        case 'tool-call':
          if (part.invalid === true) said.unread.push(unreadOf(part));
          break;
        case 'finish-step':
          ended(part.usage as object);
          if (part.finishReason === 'length') fail('too-much');
          else if (part.finishReason === 'content-filter') fail('refused');
          else if (part.rawFinishReason === undefined) fail('cut');
          break;
        case 'error':
          fail(failureOf(part.error, said));
          break;
      }
      if (characters > entry.tokens * CHARACTERS_OF_TOKEN) fail('too-much');
      if (said.failure) break;
    }
  } finally {
    if (isOpen) ended();
  }
}

function unreadOf({ toolName, error }: Part): Said['unread'][number] {
  const isUnknown = (error as Error | undefined)?.name === 'AI_NoSuchToolError';
  return { action: String(toolName).slice(0, 80), code: isUnknown ? 'unknown_action' : 'bad_input' };
}

function costOf(
  { price }: LanguageEntry,
  inputTokens: number | null,
  outputTokens: number | null,
): LanguageCall['cost'] {
  if (!price || inputTokens === null || outputTokens === null) return null;
  const amount = (inputTokens * price.input + outputTokens * price.output) / 1_000_000;
  return { amount, currency: price.currency };
}

const TOO_MANY_REQUESTS = 429;

function failureOf(error: unknown, { words }: Said): ReadingFailure {
  if (error instanceof EndpointError) return 'refused';
  if (APICallError.isInstance(error)) {
    const { statusCode: status, cause } = error;
    if (cause instanceof EndpointError) return 'refused';
    if (status === undefined) return 'unreachable';
    if (status < 300) return isOfSocket(cause) ? 'cut' : 'broken';
    return status < 500 && status !== TOO_MANY_REQUESTS ? 'refused' : 'unreachable';
  }
  if (isOfSocket(error)) return 'cut';
  // A stream without its end is one of the SDK's errors about data.
  return InvalidResponseDataError.isInstance(error) && words !== '' ? 'cut' : 'broken';
}

const isOfSocket = (error: unknown): boolean => error instanceof Error && 'code' in error;
