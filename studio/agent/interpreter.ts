/**
 * Our own reader of messages: deterministic, English and Chinese, without a model and in milliseconds. A message is cut into
 * clauses and each is read by the rules of its language. What is not clear is a question with choices; a command or a question is
 * never drawn. Pure.
 */
import { type Quote, quotesOf } from '../quotes.ts';
import { type Action, MOST_STEPS, type Plan } from './actions.ts';
import * as chinese from './chinese/chinese.ts';
import { describing } from './contents.ts';
import * as english from './english/english.ts';
import { ORDINAL } from './numbers.ts';
import { Scene } from './scene.ts';
import type { MessageContext } from './seen-session.ts';
import { spelled } from './spelling.ts';
import { simplified } from './two-languages.ts';

const ORDERED = new RegExp(`\\bthe (${ORDINAL}|last) ([a-z]+)\\b`, 'giu');
/** Longest message that is read for commands; a longer one is a description to draw. */
const LONGEST = 600;
const HAN = /\p{Script=Han}/u;
/** Private characters, one for each quoted text while a message is read: no word in it is taken for a command. */
const FIRST_QUOTED = 0xe000;
const LAST_QUOTED = 0xf8ff;
const STANDS_FOR_QUOTED = /[\uE000-\uF8FF]/gu;

/** The plan of a message in a session. */
export function interpret(message: string, context: MessageContext): Plan {
  const scene = new Scene(context);
  const quotes = quotesOf(message);
  const quoted = quotes.map(({ start, end }) => message.slice(start, end));
  const text = marked(message, quotes).trim();
  if (text.length > LONGEST || quotes.length > LAST_QUOTED - FIRST_QUOTED)
    return restored(asTyped(scene, text), quoted);
  const plain = withoutFaces(text);
  const isChinese = HAN.test(plain);
  const language = isChinese ? chinese : english;
  return restored(
    readPlan(scene, isChinese ? simplified(plain) : ordered(scene, spelled(plain)), language),
    quoted,
  );
}

/** Faces and other small pictures beside words say nothing that is read. */
function withoutFaces(text: string): string {
  const left = text
    .replace(
      /(?:\p{Extended_Pictographic}|\u200d|\ufe0f|\p{Emoji_Modifier})+|(?<=\s|^)(?:[:;=]-?[()DPpo/|]|\^_?\^|<3|xD+)(?=\s|$)/gu,
      ' ',
    )
    .replace(/\s{2,}/g, ' ')
    .trim();
  return left === '' ? text : left;
}

/** "the second owl" is the second version where a message made several pictures of an owl. */
function ordered(scene: Scene, text: string): string {
  return text.replace(ORDERED, (all, place: string, noun: string) => {
    const first = scene.session.versions.filter(({ from }) => from === null);
    const of = first.filter(({ prompt }) =>
      describing(noun).every((word) => describing(prompt).includes(word)),
    );
    return of.length > (place === 'last' ? 0 : 1) && describing(noun).length > 0 ? `the ${place} one` : all;
  });
}

type Language = typeof english | typeof chinese;

function readPlan(scene: Scene, text: string, language: Language): Plan {
  const talk = language.readOrder(scene, text) ?? language.readTalk(scene, text);
  return talk ?? joined(scene, language.clausesOf(text), language.readClause);
}

/** A long text is drawn as it stands. */
function asTyped(scene: Scene, text: string): Plan {
  return [{ type: scene.hasPicture ? 'edit' : 'new', prompt: text }];
}

/** The steps of all clauses; where one is a question, the whole plan waits for its answer. */
function joined(
  scene: Scene,
  clauses: readonly string[],
  read: (scene: Scene, clause: string) => Plan,
): Plan {
  const plans: Plan[] = [];
  for (const clause of clauses.slice(0, MOST_STEPS)) {
    const isOnPicture = plans
      .flat()
      .some(({ type }) => ['new', 'edit', 'go-to', 'style', 'identity'].includes(type));
    plans.push(read(isOnPicture ? scene.withPicture() : scene, clause));
  }
  const said = plans.length > 1 ? plans.filter((plan) => !plan.every(isTalk)) : plans;
  // "I don't like it, make it blue": what is not clear alone is clear beside what is to be done.
  const isUnclear = (plan: Plan) =>
    plan.every(
      (action) => action.type === 'ask' && (action.kind === 'what-to-do' || action.kind === 'what-to-draw'),
    );
  const useful = said.some((plan) => !isUnclear(plan))
    ? said.filter((plan) => !isUnclear(plan))
    : said.slice(0, 1);
  const kept = useful.length > 0 ? useful : plans.slice(0, 1);
  const refused = kept.find((plan) =>
    plan.some((action) => action.type === 'answer' && action.reason === 'deletes'),
  );
  if (refused) return refused;
  const isOnlyOf = (type: Action['type']) =>
    kept.every((plan) => plan.every((action) => action.type === type));
  if (kept.length > 1 && (isOnlyOf('stop') || isOnlyOf('undo'))) return kept.at(-1)!;
  const at = kept.findIndex((plan) => plan.some(({ type }) => type === 'ask'));
  if (at < 0) return kept.length === 0 ? [scene.ask('what-to-do', [])] : kept.flat().slice(0, MOST_STEPS);
  const question = kept[at]!.find((action) => action.type === 'ask')!;
  const before = kept.slice(0, at).flat();
  const after = kept.slice(at + 1).flat();
  const isSimple = (action: Action) => action.type !== 'ask';
  const choices = question.choices.map((choice) => ({
    ...choice,
    plan: [...before, ...choice.plan, ...after].filter(isSimple) as typeof choice.plan,
  }));
  return [{ ...question, choices }];
}

function isTalk(action: Action): boolean {
  return action.type === 'answer' && ['greeting', 'thanks'].includes(action.kind);
}

/** The message with one private character in the place of each quoted text. */
function marked(message: string, quotes: readonly Quote[]): string {
  let text = '';
  let at = 0;
  quotes.forEach(({ start, end }, k) => {
    text += message.slice(at, start) + String.fromCharCode(FIRST_QUOTED + k);
    at = end;
  });
  return text + message.slice(at);
}

/** The plan with the quoted texts in the places that stand for them. */
function restored(plan: Plan, quoted: readonly string[]): Plan {
  if (quoted.length === 0) return plan;
  const fill = (value: unknown, bare = false): unknown => {
    if (typeof value === 'string')
      return value.replace(STANDS_FOR_QUOTED, (sign) => {
        const text = quoted[sign.charCodeAt(0) - FIRST_QUOTED] ?? sign;
        return bare ? text.slice(1, -1) : text;
      });
    if (Array.isArray(value)) return value.map((each) => fill(each));
    if (typeof value === 'object' && value !== null)
      // A title and a query are words themselves, without their quotes.
      return Object.fromEntries(
        Object.entries(value).map(([name, each]) => [name, fill(each, name === 'title' || name === 'query')]),
      );
    return value;
  };
  return fill(plan) as Plan;
}
