/**
 * A session as a reading of a message looks at it: versions by number, place and content, the active branch, and what is the
 * current picture while the steps of a plan are read. What is not clear becomes a question whose choices are whole plans. Pure.
 */
import { isDrawing } from './action-kinds.ts';
import type { Action, Choice, Plan, QuestionKind } from './actions.ts';
import { Contents, describing } from './contents.ts';
import type { MessageContext, SeenSession, SeenVersion } from './seen-session.ts';
import { otherNames } from './two-languages.ts';

/** A version as words name it. */
export type Named =
  | { by: 'number'; version: number }
  | { by: 'place'; place: number | 'last' | 'previous' | 'original' | 'current' }
  | { by: 'content'; words: string }
  | { by: 'before' | 'after'; words: string };

/** Most choices of one question. */
const MOST_CHOICES = 6;

export class Scene {
  readonly session: SeenSession;
  readonly context: MessageContext;
  readonly contents: Contents;
  /** Steps of the plan so far that draw, by their numbers. */
  readonly drawn: readonly number[];
  /** How many steps the plan has so far. */
  readonly #steps: number;
  /** Whether the current picture is one that a step of the plan draws. */
  readonly isOnStep: boolean;

  constructor(context: MessageContext, drawn: readonly number[] = [], steps = 0, isOnStep = false) {
    this.context = context;
    this.drawn = drawn;
    this.#steps = steps;
    this.isOnStep = isOnStep;
    this.session = context.session;
    this.contents = new Contents(context.session);
  }

  /** Whether there is a picture to go on from, or one is being drawn. */
  get hasPicture(): boolean {
    return this.isOnStep || this.session.current !== null || this.session.underWay.length > 0;
  }

  /** Whether steps of the plan come before. */
  get isPlanned(): boolean {
    return this.#steps > 0;
  }

  /** The session as it is behind the steps of a plan. */
  after(plan: Plan): Scene {
    let { current, canUndo, canRedo } = this.session;
    const drawn = [...this.drawn];
    let { isOnStep } = this;
    plan.forEach((action, k) => {
      if (isDrawing(action)) {
        drawn.push(this.#steps + k + 1);
        isOnStep = true;
        canUndo = true;
      } else if (action.type === 'undo') {
        canRedo = true;
        if (isOnStep) isOnStep = false;
        else
          for (let times = action.times ?? 1; times > 0; times--)
            current = this.seen(current)?.from ?? current;
      } else if (action.type === 'redo') {
        canUndo = true;
        current = this.session.versions.findLast(({ from }) => from === current)?.version ?? current;
      } else if (action.type === 'go-to' || action.type === 'branch') {
        isOnStep = false;
        current = action.version;
      }
    });
    const session = { ...this.session, current, canUndo, canRedo };
    return new Scene({ ...this.context, session }, drawn, this.#steps + plan.length, isOnStep);
  }

  /** The names of a thing in the other language. */
  otherNames(word: string): readonly string[] {
    return otherNames(word);
  }

  /** The words of a text that some message of the session says. */
  saidIn(text: string): string {
    if (!/\p{Script=Han}/u.test(text)) return this.contents.saidAtAll(text);
    const words: string[] = [];
    for (let at = 0; at < text.length; ) {
      let length = Math.min(6, text.length - at);
      while (length > 0 && !this.#isName(text.slice(at, at + length))) length -= 1;
      if (length > 0) words.push(text.slice(at, at + length));
      at += length || 1;
    }
    return words.join(' ');
  }

  /** A text without the words that some message of the session says. */
  withoutSaid(text: string): string {
    if (!/\p{Script=Han}/u.test(text))
      return text.replace(/[\p{L}'’-]+/gu, (word) =>
        describing(word).length > 0 && this.contents.isSaid(word) ? ' ' : word,
      );
    let left = '';
    for (let at = 0; at < text.length; ) {
      let length = Math.min(6, text.length - at);
      while (length > 0 && !this.#isName(text.slice(at, at + length))) length -= 1;
      left += length > 0 ? ' ' : text[at];
      at += length || 1;
    }
    return left;
  }

  #isName(word: string): boolean {
    return (
      /^\p{Script=Han}+$/u.test(word) &&
      (word.length > 1 || otherNames(word).length > 0) &&
      this.contents.isSaid(word)
    );
  }

  /** The versions that words describe, with what they must not have. */
  described(words: string, unwanted = ''): number[] {
    if (unwanted !== '' && words === '') return this.#without(unwanted);
    if (unwanted !== '') return this.contents.withoutAny(words, unwanted);
    return this.#withContent(words);
  }

  /** What is before a thing came; where first pictures show it from the beginning, the first pictures that do not. */
  #without(unwanted: string): number[] {
    const firsts = this.session.versions.filter(({ from, state }) => from === null && state === 'active');
    const others = firsts.filter(({ version }) => !this.contents.has(version, unwanted));
    return others.length > 0 && others.length < firsts.length
      ? others.map(({ version }) => version)
      : this.versionsOf({ by: 'before', words: unwanted });
  }

  seen(version: number | null): SeenVersion | undefined {
    return this.session.versions.find((each) => each.version === version);
  }

  /** The active branch, oldest first. While its end is being drawn: up to the newest version. */
  get branch(): SeenVersion[] {
    const branch: SeenVersion[] = [];
    for (let each = this.seen(this.end); each; each = this.seen(each.from)) branch.unshift(each);
    return branch;
  }

  get end(): number | null {
    const { current, versions } = this.session;
    return current ?? versions.at(-1)?.version ?? null;
  }

  /** The edits of the active branch, oldest first. */
  get edits(): SeenVersion[] {
    return this.branch.filter(({ from }) => from !== null);
  }

  /** The versions that a name can mean. */
  versionsOf(named: Named): number[] {
    switch (named.by) {
      case 'number':
        return this.#existing(named.version);
      case 'place':
        return this.#byPlace(named.place);
      case 'content':
        return this.#withContent(named.words);
      case 'before':
        return this.#beforeAndAfter(named.words).map(({ from }) => from!);
      case 'after':
        return this.#beforeAndAfter(named.words).map(({ version }) => version);
    }
  }

  /** The edits of the active branch that words name: by a version's number, by its place, or by what their message says. */
  editsOf(named: Named): number[] {
    if (named.by === 'content') {
      const said = this.#bringing(named.words, this.edits);
      return said.slice(0, 1).map(({ version }) => version);
    }
    const versions = this.versionsOf(named);
    return versions.filter((version) => this.edits.some((edit) => edit.version === version));
  }

  /** A plan about one version; a question where the name means none or several. */
  about(named: Named, plan: (version: number) => Plan): Plan {
    const [first, ...others] = this.versionsOf(named);
    if (first === undefined) return [this.nothingThere(named)];
    if (others.length === 0) return plan(first);
    return [this.whichPicture([first, ...others], plan)];
  }

  whichPicture(versions: readonly number[], plan: (version: number) => Plan): Action {
    const choices = versions.slice(0, MOST_CHOICES).map((version) => ({
      label: 'version',
      params: { version },
      picture: version,
      plan: plan(version) as Choice['plan'],
    }));
    return { type: 'ask', kind: 'which-picture', choices };
  }

  /** A question: nothing is there that a name could mean. The newest versions are offered to be gone to. */
  nothingThere(named?: Named): Action {
    const words = named && ('words' in named ? named.words : 'version' in named ? `v${named.version}` : '');
    const choices = this.session.versions.slice(-MOST_CHOICES).map(({ version }) => ({
      label: 'version',
      params: { version },
      picture: version,
      plan: [{ type: 'go-to' as const, version }],
    }));
    return { type: 'ask', kind: 'nothing-there', ...(words ? { params: { words } } : {}), choices };
  }

  ask(kind: QuestionKind, choices: readonly (Choice | undefined)[], params?: Record<string, string>): Action {
    return {
      type: 'ask',
      kind,
      ...(params && { params }),
      choices: choices.filter((each) => each !== undefined),
    };
  }

  /** The versions with all words; where none has, those with all words that any message says. */
  #withContent(words: string): number[] {
    const found = this.contents.withAll(words);
    return found.length > 0 ? found : this.contents.withAll(this.contents.saidAtAll(words));
  }

  #existing(version: number): number[] {
    return this.seen(version) ? [version] : [];
  }

  #byPlace(place: number | 'last' | 'previous' | 'original' | 'current'): number[] {
    const { versions } = this.session;
    if (typeof place === 'number') return this.#existing(place);
    if (place === 'last') return versions.slice(-1).map(({ version }) => version);
    const { branch } = this;
    const found = place === 'original' ? branch[0] : place === 'current' ? branch.at(-1) : this.#previous();
    return found ? [found.version] : [];
  }

  /** The version that the current one changes; for a first picture, the one before it in number. */
  #previous(): SeenVersion | undefined {
    const end = this.seen(this.end);
    if (!end) return undefined;
    return this.seen(end.from) ?? this.session.versions.findLast(({ version }) => version < end.version);
  }

  /** The newest edit of the branch (else of all) whose message says the words. */
  #beforeAndAfter(words: string): SeenVersion[] {
    const isEdit = ({ from }: SeenVersion) => from !== null;
    const [onBranch] = this.#bringing(words, this.edits);
    const found = onBranch ?? this.#bringing(words, this.session.versions.filter(isEdit))[0];
    return found ? [found] : [];
  }

  /** Edits that say the words, those that brought it about before those that took it away. */
  #bringing(words: string, among: readonly SeenVersion[]): SeenVersion[] {
    const brought = this.contents.withAll(words);
    const said = this.contents.editsThatSay(words, among);
    return said.toSorted(
      (one, other) => Number(brought.includes(other.version)) - Number(brought.includes(one.version)),
    );
  }
}
