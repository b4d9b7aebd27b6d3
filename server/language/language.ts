/**
 * The language model that reads messages where one is named: how it is configured, changed while the server runs, and what of it
 * may be known. Off where none is named. Knows no message.
 */
import type { LanguageView } from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import { KeyError, keyOf } from '../engines/engine-key.ts';
import type { LanguageEntry } from './language-entry.ts';
import { LanguageFileError, readLanguageFile, writeLanguageFile } from './language-file.ts';

/** Only variables with such names can be named on the page: no other secret of the environment is ever sent to an address. */
const KEY_VARIABLE = 'PALIMPSEST_LANGUAGE_KEY';

export interface LanguageOptions {
  /** Where `language.json` is, or may come to be. It counts before the environment. */
  file: string;
  /** The one that the environment names. */
  named?: LanguageEntry | undefined;
  env?: NodeJS.ProcessEnv;
}

export class Language {
  readonly #file: string;
  readonly #named: LanguageEntry | undefined;
  readonly #env: NodeJS.ProcessEnv;
  /** Ends what is being asked when the server closes. */
  readonly #closing = new AbortController();
  #ofFile: LanguageEntry | undefined;
  /** Messages that are being read now, by their ids. */
  readonly underWay = new Map<string, Promise<void>>();

  /** Throws {@link LanguageFileError}, also for a key that cannot be had. */
  constructor({ file, named, env = process.env }: LanguageOptions) {
    this.#file = file;
    this.#named = named;
    this.#env = env;
    this.#ofFile = readLanguageFile(file);
    try {
      this.key();
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      throw new LanguageFileError(file, error.field, error.message, error);
    }
  }

  /** Undefined where none is named: then messages are read by our own interpreter alone. */
  get entry(): LanguageEntry | undefined {
    return this.#ofFile ?? this.#named;
  }

  /** Aborted once the server closes. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** The key as it is now. Throws {@link KeyError}. */
  key(): string | undefined {
    return this.entry && keyOf(this.entry, this.#env);
  }

  /** From now on this one reads messages. Throws {@link Refusal} for a key that cannot be had. */
  set(entry: LanguageEntry): void {
    const { keyEnv } = entry;
    const about = { field: 'keyEnv' };
    if (keyEnv !== undefined && !keyEnv.startsWith(KEY_VARIABLE))
      throw new Refusal('bad_request.key_variable', { variable: keyEnv, allowed: KEY_VARIABLE }, about);
    if (keyEnv !== undefined && !this.#env[keyEnv])
      throw new Refusal('bad_request.key_not_set', { variable: keyEnv }, about);
    writeLanguageFile(this.#file, entry);
    this.#ofFile = entry;
  }

  /** Takes the one of the file out. Throws {@link Refusal} for one that the environment names. */
  remove(): void {
    if (!this.#ofFile && this.#named) throw new Refusal('not_now.language_of_environment', {});
    writeLanguageFile(this.#file, undefined);
    this.#ofFile = undefined;
  }

  /** What may be known of it: where it is, only by those who may change it. */
  view(mayChange: boolean): LanguageView {
    const { entry } = this;
    if (!entry) return { mayChange, language: null };
    const { address, model, sees, keyEnv, timeS, steps, tokens, price } = entry;
    return {
      mayChange,
      language: {
        ...{ model, sees, timeS, steps, tokens },
        price: price ?? null,
        isOfEnvironment: !this.#ofFile,
        source: mayChange ? { address, ...(keyEnv && { keyEnv }) } : null,
      },
    };
  }

  /** Ends what is being asked, and waits until the messages have their plans. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.underWay.values());
  }
}
