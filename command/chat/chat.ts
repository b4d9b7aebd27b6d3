/**
 * `palimpsest chat`: what is typed is said to a studio, the one that runs or one that is started for it, and what it says and draws
 * is shown in the terminal. Without a terminal, every line of the input is a message.
 */
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { answerText } from '../../server/answer-text.ts';
import { studioKey } from '../../server/environment.ts';
import type { Locale } from '../../studio/locale/locale.ts';
import { pickLocale } from '../../studio/locale/pick-locale.ts';
import type { Command } from '../command-line.ts';
import { UsageError } from '../failure.ts';
import { Conversation } from './conversation.ts';
import { StudioClient, StudioError } from './studio-client.ts';
import { WAYS, type Way, wayOf } from './terminal-pictures.ts';

/** A studio that was started for a chat. */
export interface OwnStudio {
  url: string;
  close: () => Promise<void>;
}

const PROMPT = '> ';

/** Chats until the input ends. Answers whether every message was taken. Throws {@link UsageError}, {@link StudioError}. */
export async function chat({ values }: Command, start: () => Promise<OwnStudio>): Promise<boolean> {
  const { env, stdin, stdout } = process;
  const isTerminal = stdin.isTTY === true && stdout.isTTY === true;
  const locale = localeOf(env);
  const { studio, close } = await studioOf(values.server, values.key || studioKey(env), env, locale, start);
  const conversation = new Conversation(
    {
      client: studio,
      folder: resolve(values.output ?? join(tmpdir(), `palimpsest-${process.pid}`)),
      way: wayAsked(values.pictures) ?? wayOf(env, stdout.isTTY === true),
      ...{ locale, write: (text: string) => void stdout.write(text) },
    },
    values.session,
  );
  try {
    if (isTerminal) stdout.write(`${answerText('chat.welcome', { url: studio.url }, locale)}\n`);
    return await converse(conversation, isTerminal);
  } finally {
    await close();
  }
}

async function converse(conversation: Conversation, isTerminal: boolean): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, terminal: isTerminal, prompt: PROMPT });
  if (isTerminal) lines.on('SIGINT', () => lines.close()).setPrompt(PROMPT);
  // Lines that come while a message is drawn wait for their turn.
  const typed = lines[Symbol.asyncIterator]();
  let isWell = true;
  for (;;) {
    if (isTerminal) lines.prompt();
    const { done, value = '' } = await typed.next();
    if (done) return isWell;
    const line = value.trim();
    if (line === '/quit') {
      lines.close();
      return isWell;
    }
    if (line === '') continue;
    if (!isTerminal) process.stdout.write(`${PROMPT}${line}\n`);
    try {
      const [, file] = /^\/add (.+)$/.exec(line) ?? [];
      if (file === undefined) await conversation.say(line);
      else await conversation.add(readFileSync(file));
    } catch (error) {
      // A file that cannot be read is one of the system's errors.
      if (!(error instanceof StudioError) && !(error instanceof Error && 'syscall' in error)) throw error;
      console.error(`palimpsest: ${error.message}`);
      isWell = false;
    }
  }
}

/** The studio that is named, else one that runs at the usual address, else one that is started. */
async function studioOf(
  named: string | undefined,
  key: string | undefined,
  env: NodeJS.ProcessEnv,
  locale: Locale,
  start: () => Promise<OwnStudio>,
): Promise<{ studio: StudioClient; close: () => Promise<void> }> {
  const usual = `http://${env.HOST || '127.0.0.1'}:${env.PORT || 3000}`;
  const studio = new StudioClient(named ?? usual, locale, key);
  const close = async () => {};
  if (await studio.isThere()) return { studio, close };
  if (named !== undefined) throw new StudioError(`No studio answers at ${named}. Start one with: npm start`);
  const own = await start();
  return { studio: new StudioClient(own.url, locale), close: own.close };
}

function wayAsked(name: string | undefined): Way | undefined {
  if (name === undefined) return undefined;
  const way = WAYS.find((each) => each === name);
  if (!way) throw new UsageError(`Expected --pictures to be one of ${WAYS.join(', ')}, got ${name}`);
  return way;
}

/** The language of a terminal, as its environment says. */
const localeOf = ({ LC_ALL, LC_MESSAGES, LANG }: NodeJS.ProcessEnv): Locale =>
  pickLocale(undefined, (LC_ALL || LC_MESSAGES || LANG || 'en').replace('_', '-').split('.')[0]!);
