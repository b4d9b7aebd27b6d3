/** One message of a chat from what is typed to its last picture: its words as they come, its pictures as they are made. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageText } from '../../server/messages/message-text.ts';
import { isUnfinished } from '../../studio/agent/action-kinds.ts';
import type { Choice, Plan } from '../../studio/agent/actions.ts';
import type { Locale } from '../../studio/locale/locale.ts';
import type { MessageAnswer, MessageView, PictureView, SessionEvent } from '../../studio/protocol.ts';
import { ENDED } from '../../studio/vocabulary.ts';
import { type StudioClient, StudioError } from './studio-client.ts';
import { shownIn, type Way } from './terminal-pictures.ts';

const ENDS: readonly string[] = ENDED.map((state) => `job.${state}`);

export interface Setting {
  client: StudioClient;
  /** Where pictures are written. */
  folder: string;
  way: Way;
  locale: Locale;
  write: (text: string) => void;
}

export class Conversation {
  readonly #setting: Setting;
  /** What can be answered with a number. */
  #choices: readonly Choice[] = [];
  #session: string | undefined;

  constructor(setting: Setting, session?: string) {
    this.#setting = setting;
    this.#session = session;
  }

  /** Says what was typed; a number is one of the choices of the question before. Throws {@link StudioError}. */
  async say(typed: string): Promise<void> {
    const chosen = /^\d{1,2}$/.test(typed) ? this.#choices[Number(typed) - 1] : undefined;
    this.#choices = [];
    await this.#message(typed, chosen?.plan);
  }

  /** Takes a file in. Throws {@link StudioError}. */
  async add(file: Uint8Array<ArrayBuffer>): Promise<void> {
    const { client } = this.#setting;
    const session = await this.#sessionId();
    await client.add(session, file);
    const added = (await client.open(session)).turns.at(-1)!;
    for (const picture of added.pictures) await this.#show(picture);
  }

  async #sessionId(): Promise<string> {
    this.#session ??= await this.#setting.client.newSession();
    return this.#session;
  }

  async #message(text: string, plan: Plan | undefined): Promise<void> {
    const { client, locale, write } = this.#setting;
    const session = await this.#sessionId();
    const { seq } = await client.open(session);
    const { events, close } = client.follow(session, seq);
    const course = new Course();
    const asked = client.say(session, text, plan).then(
      (answer) => {
        course.answer = answer;
        const rest = restOf(messageText({ ...answer.message, said: answer.said }, locale), course.words);
        if (rest !== '') write(`${rest}\n`);
        else if (course.words !== '') write('\n');
        if (course.isOver) close();
      },
      (error: unknown) => {
        close();
        throw error;
      },
    );
    asked.catch(() => {});
    for await (const event of events) {
      const said = course.hear(event);
      if (said !== '') write(said);
      if (event.type === 'picture.saved') await this.#show(event.payload.picture);
      if (course.isOver) close();
    }
    await asked;
    if (course.failed !== '') throw new StudioError(course.failed);
    await this.#after(session, course.answer!.message.plan);
  }

  /** Shows what a plan only shows, and keeps the choices of a question. */
  async #after(session: string, plan: Plan): Promise<void> {
    const { client, write } = this.#setting;
    for (const step of plan) {
      if (step.type === 'ask') this.#choices = step.choices;
      else if (step.type === 'answer') await this.#showVersions(session, step.pictures ?? []);
      else if (step.type === 'compare') await this.#showVersions(session, step.versions);
      else if (step.type === 'go-to' || step.type === 'branch')
        await this.#showVersions(session, [step.version]);
      else if (step.type === 'export' && step.what === 'session')
        write(`${client.url}/api/sessions/${encodeURIComponent(session)}/export\n`);
      else if (step.type === 'export')
        await this.#showVersions(session, step.version === undefined ? [] : [step.version]);
      else if (step.type === 'search')
        for (const { sessionTitle, snippet } of (await client.search(step.query)).hits)
          write(`${sessionTitle}: ${snippet.map((part) => part.text).join('')}\n`);
    }
  }

  async #showVersions(session: string, versions: readonly number[]): Promise<void> {
    if (versions.length === 0) return;
    const { turns } = await this.#setting.client.open(session);
    const pictures = turns.flatMap((turn) => turn.pictures);
    for (const version of versions) {
      const picture = pictures.find((each) => each.version === version);
      if (picture) await this.#show(picture);
    }
  }

  /** Writes a picture's file, and shows it where the terminal can. */
  async #show({ hash, version }: PictureView): Promise<void> {
    const { client, folder, way, write } = this.#setting;
    const name = `v${version}.png`;
    const bytes = await client.picture(hash, name);
    mkdirSync(folder, { recursive: true });
    const file = join(folder, name);
    writeFileSync(file, bytes);
    write(`${await shownIn(way, bytes)}v${version}  ${file}\n`);
  }
}

/** What of a text was not written as words already. */
const restOf = (text: string, words: string): string =>
  text.startsWith(words) ? text.slice(words.length) : `\n${text}`;

/** How far a message is, by its answer and the events since. */
class Course {
  answer: MessageAnswer | undefined;
  /** Words of a language model that were written already. */
  words = '';
  /** Why a picture was not made. */
  failed = '';
  readonly #ended = new Set<string>();
  #messages = new Map<string, MessageView>();

  /** Takes an event in; what it says is to be written. */
  hear({ type, payload }: SessionEvent): string {
    if (type === 'message.words') {
      const rest = payload.words.slice(this.words.length);
      this.words = payload.words;
      return rest;
    }
    if (type === 'message.updated') this.#messages.set(payload.message.id, payload.message);
    if (ENDS.includes(type)) {
      const { job } = payload as { job: { turnId: string; error: { message: string } | null } };
      this.#ended.add(job.turnId);
      if (job.error) this.failed = job.error.message;
    }
    return '';
  }

  /** Whether all steps are taken and all of their pictures made. */
  get isOver(): boolean {
    if (!this.answer) return false;
    const message = this.#messages.get(this.answer.message.id) ?? this.answer.message;
    if (isUnfinished(message)) return false;
    return message.outcomes.every(({ turnIds = [] }) => turnIds.every((id) => this.#ended.has(id)));
  }
}
