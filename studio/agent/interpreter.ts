/**
 * Our own reader of messages: deterministic, English and Chinese, without a model and in milliseconds. A message is cut into
 * clauses and each is read by the rules of its language. What is not clear is a question with choices; a command or a question is
 * never drawn. Pure.
 */
import { type Quote, quotesOf } from '../quotes.ts';
import { isDrawing } from './action-kinds.ts';
import { type Action, MOST_STEPS, type Plan } from './actions.ts';
import * as chinese from './chinese/clauses.ts';
import { referencesOf as chineseReferences } from './chinese/references.ts';
import { type Clause, withSigns, written } from './clause.ts';
import * as english from './english/clauses.ts';
import { referencesOf as englishReferences, spelledOut } from './english/references.ts';
import { KINDS, type Kind } from './kinds/kinds.ts';
import { type Likely, likelyKinds } from './kinds/likely.ts';
import { settled } from './kinds/settled.ts';
import { unclear } from './rules/asking.ts';
import { withThings } from './rules/complaint.ts';
import { firstOf } from './rules/rule.ts';
import { Scene } from './scene.ts';
import type { MessageContext } from './seen-session.ts';
import { spelled } from './spelling.ts';
import { readByTable, WHOLE } from './table.ts';
import { inOneLanguage, simplified } from './two-languages.ts';

/** Longest message that is read for commands; a longer one is a description to draw. */
const LONGEST = 600;
/** Longest message that is read as one command of several clauses. */
const LONGEST_WHOLE = 120;
const HAN = /\p{Script=Han}/u;
/** Private characters, one for each quoted text while a message is read: no word in it is taken for a command. */
const FIRST_QUOTED = 0xe000;
const LAST_QUOTED = 0xefff;
const STANDS_FOR_QUOTED = /[\uE000-\uEFFF]/gu;

/** The plan of a message in a session. */
export function interpret(typed: string, context: MessageContext): Plan {
  const scene = new Scene(context);
  const { text, quoted } = plainText(typed);
  if (text.length > LONGEST || quoted.length > LAST_QUOTED - FIRST_QUOTED)
    return restored(asTyped(scene, text), quoted);
  const plan = readBoth(scene, text, quoted);
  // Nothing is drawn without words.
  const isBlank = plan.some((action) => 'prompt' in action && action.prompt.trim() === '');
  return restored(isBlank || plan.length === 0 ? [unclear(scene)] : plan, quoted);
}

/** A message as it is read: signs for its quoted texts, without faces and slips of the finger. A very long one is left as it is. */
export function plainText(typed: string): { text: string; quoted: string[] } {
  // Private characters are signs of ours while a message is read.
  const message = typed.replace(/[\uE000-\uF8FF]/gu, '');
  const quotes = quotesOf(message);
  const quoted = quotes.map(({ start, end }) => message.slice(start, end));
  const text = marked(message, quotes).trim();
  if (text.length > LONGEST) return { text, quoted };
  const plain = halfWidth(withoutFaces(text));
  return { text: HAN.test(plain) ? simplified(plain) : spelled(plain), quoted };
}

/** Letters and digits of full width as those of half. */
function halfWidth(text: string): string {
  return text.replace(/[\uFF10-\uFF19\uFF21-\uFF3A\uFF41-\uFF5A\uFF20\u3000]/gu, (sign) =>
    sign === '\u3000' ? ' ' : String.fromCharCode(sign.charCodeAt(0) - 0xfee0),
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
  // "🐱 and 🐶" is said in pictures.
  return /^(?:and|with|on|in|please|pls|plz|a|the|请|和|\W)*$/iu.test(left) ? text : left;
}

/** Whether it is the language of Chinese characters. */
const languageOf = (text: string) => (HAN.test(text) ? 'zh' : 'en') as Clause['language'];
const CLAUSES = { en: english, zh: chinese };
const REFERENCES = { en: englishReferences, zh: chineseReferences };

/** A text as rules read it. */
function clauseOf(scene: Scene, text: string, { language, quoted }: Written): Clause {
  const { text: polite, asked } = CLAUSES[language].withoutPoliteness(text);
  const questioned = /[?？]\s*$/u.test(polite);
  const plain = polite.replace(/[\s.。!！;；,，:?？~～]+$/u, '').replace(/\s+/g, ' ');
  const words = plain === '' ? polite : plain;
  const spelled = language === 'en' ? spelledOut(words) : words;
  return { language, quoted, asked, questioned, ...withSigns(spelled, REFERENCES[language](scene, spelled)) };
}

interface Written {
  language: Clause['language'];
  quoted: readonly string[];
}

/**
 * A message of both languages is read as one of one. Where that only draws, it is drawn from the words as they were typed.
 */
function readBoth(scene: Scene, text: string, quoted: readonly string[]): Plan {
  const one = inOneLanguage(text);
  if (one === text) return readPlan(scene, text, quoted);
  const plan = readPlan(scene, one, quoted);
  const isPlain = (action: Action) =>
    (action.type === 'new' || action.type === 'edit') &&
    Object.keys(action).every((key) => key === 'type' || key === 'prompt');
  if (!plan.every(isPlain)) return plan;
  const typed = readPlan(scene, text, quoted);
  if (typed.length === plan.length && typed.every(isPlain)) return typed;
  return plan.length === 1 ? [{ ...plan[0]!, prompt: text } as Action] : plan;
}

function readPlan(scene: Scene, text: string, quoted: readonly string[]): Plan {
  const language = languageOf(text);
  const how: Written = { language, quoted };
  const whole = likelyKinds(scene, text);
  const all = CLAUSES[language].clausesOf(text);
  if (isDescription(text, all, whole)) return joined(scene, whole, [text], how);
  if (all.length > 1 && text.length <= LONGEST_WHOLE) {
    // "first the balloon, then the hat": the word that orders is no politeness here.
    const clause = clauseOf(scene, text, how);
    const isFirst = /^(?:请|帮我|我想)*先/u.test(text) && !clause.text.startsWith('先');
    const plan = SEVERAL.test(text)
      ? undefined
      : firstOf(WHOLE, scene, isFirst ? { ...clause, text: `先${clause.text}` } : clause);
    if (plan) return plan;
  }
  // One clause is the text as it was typed: sentences that belong together keep their full stops.
  const isListed = /^\s*(?:[-*•–]|\d+[.)]|[a-d]\))\s/u.test(text);
  return joined(scene, whole, all.length > 1 || (isListed && all.length > 0) ? all : [text], how);
}

/** Sentences of this many signs that ask for nothing but drawing are a description, even where they could change a picture. */
const LONG = 140;
const HARDLY = 0.3;
/** What a further step begins with. */
const STEP =
  /^(?:(?:and|now|then|also|next|please|finally|instead) )*(?:draw|paint|sketch|make (?:it|him|her|them|the|a)|create|generate|combine|add|remove|delete|erase|replace|swap|change|turn (?:it|the)|give (?:it|him|her|the)|put (?:it|him|her|the|a)|undo|redo|go back|compare|download|export|save|rename|call|next|new|another|now)\b|^(?:请|再|也|还|然后|接着|最后|现在|帮我)*(?:画(?![面中上里作])|生成|加(?!入了)|添加|去掉|删|把|将(?!军)|给它|给他|给她|换成|改成|变成|撤销|下载|保存|导出|对比|换个|新画|新图|另外|下一)/iu;

const IN_ORDER = /\b(?:then|afterwards|after that)\b|然后|接着|之后再/iu;

/** Whether sentences are one picture: all that is said is what is to be seen. */
function isDescription(text: string, clauses: readonly string[], whole: Likely): boolean {
  if (clauses.length < 2 || IN_ORDER.test(text)) return false;
  if (clauses.slice(1).some((clause) => STEP.test(clause))) return false;
  const isOnly = (kinds: readonly Kind[]) =>
    KINDS.every((kind) => kinds.includes(kind) || whole.of(kind) < HARDLY);
  return whole.best() === 'new' ? isOnly(['new']) : text.length > LONG && isOnly(['new', 'edit']);
}

/** A long text is drawn as it stands. */
function asTyped(scene: Scene, text: string): Plan {
  return [{ type: scene.hasPicture ? 'edit' : 'new', prompt: text }];
}

/** The steps of all clauses; where one is a question, the whole plan waits for its answer. */
function joined(before: Scene, whole: Likely, said: readonly string[], how: Written): Plan {
  const clauses = withThings(how.language, said);
  const plans: Plan[] = [];
  let scene = before;
  for (const text of clauses.slice(0, MOST_STEPS)) {
    const clause = clauseOf(scene, text, how);
    const read = readByTable(scene, clause) ?? asTyped(scene, written(clause, clause.text));
    const likely = clauses.length === 1 ? whole : likelyKinds(scene, text).within(whole);
    const plan = settled(scene, clause, read, likely);
    plans.push(plan);
    if (!plan.every(isTalk) && !isUnclear(plan)) scene = scene.after(plan);
  }
  // "it's too empty, add some mushrooms": a remark before the change that it asks for.
  for (let k = plans.length - 2; k >= 0; k--)
    if (
      plans[k]!.every(({ type }) => type === 'edit') &&
      plans[k + 1]!.every(({ type }) => type === 'edit' || type === 'new') &&
      REMARK.test(clauses[k]!)
    )
      plans.splice(k, 1);
  // "oops, I meant blue": a change of mind that says itself what is wanted takes nothing back.
  for (let k = plans.length - 2; k >= 0; k--)
    if (
      plans[k]!.every(({ type }) => type === 'undo') &&
      SOFTLY.test(clauses[k]!) &&
      plans[k + 1]!.every(isDrawing)
    )
      plans.splice(k, 1);
  // "same layout, but with seed 7": the settings of the layout stand in the next clause.
  for (let k = plans.length - 2; k >= 0; k--) {
    const [layout, ...rest] = plans[k]!;
    const [next, ...others] = plans[k + 1]!;
    if (layout?.type !== 'same-layout' || next?.type !== 'repeat' || rest.length + others.length > 0)
      continue;
    plans.splice(k, 2, [{ ...layout, options: { ...layout.options, ...next.options } }]);
  }
  // Back to a version, and then forth or back again from it: one of the two was meant.
  if (plans.length === 2 && plans[0]![0]?.type === 'go-to' && ['undo', 'redo'].includes(plans[1]![0]!.type))
    plans.splice(1, 1);
  // Nobody undoes and redoes in one breath: these are words of what is drawn.
  const types = plans.flat().map(({ type }) => type);
  if (types.includes('undo') && types.includes('redo') && plans[0]!.every(isDrawing))
    return asTyped(before, written(clauseOf(before, clauses.join(', '), how), clauses.join(', ')));
  const isStopping = plans.some((plan) => plan.some(({ type }) => type === 'stop'));
  // "hello! I am Tom": what is said to us, and nothing that could be done.
  const talk = plans.find((plan) => plan.every(isTalk));
  if (talk && plans.every((plan) => plan.every(isTalk) || isUnclear(plan)) && isSpoken(whole)) return talk;
  const told =
    plans.length > 1
      ? plans.filter(
          (plan) => !plan.every((action) => isTalk(action) || (isStopping && action.type === 'undo')),
        )
      : plans;
  // "I don't like it, make it blue": what is not clear alone is clear beside what is to be done.
  const useful = told.some((plan) => !isUnclear(plan))
    ? told.filter((plan) => !isUnclear(plan))
    : told.slice(0, 1);
  const kept = useful.length > 0 ? useful : plans.slice(0, 1);
  const refused = kept.find((plan) =>
    plan.some((action) => action.type === 'answer' && action.reason === 'deletes'),
  );
  if (refused) return refused;
  const isOnlyOf = (type: Action['type']) =>
    kept.every((plan) => plan.every((action) => action.type === type));
  if (kept.length > 1 && (isOnlyOf('stop') || isOnlyOf('redo'))) return kept.at(-1)!;
  // Said twice in the same words it is done twice; in other words it is said again.
  const words = new Set(clauses.map((text) => text.toLowerCase().replace(/[^\p{L}]/gu, '')));
  if (kept.length > 1 && isOnlyOf('undo'))
    return words.size === 1 && kept.length === clauses.length
      ? [{ type: 'undo', times: kept.length }]
      : kept.at(-1)!;
  const at = kept.findIndex((plan) => plan.some(({ type }) => type === 'ask'));
  if (at < 0) return kept.length === 0 ? [scene.ask('what-to-do', [])] : kept.flat().slice(0, MOST_STEPS);
  const question = kept[at]!.find((action) => action.type === 'ask')!;
  const earlier = kept.slice(0, at).flat();
  const later = kept.slice(at + 1).flat();
  const isSimple = (action: Action) => action.type !== 'ask';
  const choices = question.choices.map((choice) => ({
    ...choice,
    plan: [...earlier, ...choice.plan, ...later].filter(isSimple) as typeof choice.plan,
  }));
  return [{ ...question, choices }];
}

const SOFTLY =
  /^(?:oops|ups|never ?mind|sorry|my mistake|(?:i )?changed my mind|wait|no|that was (?:wrong|a mistake)|算了|改主意了)\b.{0,12}$/iu;
/** How something is, not what is to be done. */
const REMARK =
  /^(?:(?:but|hm+|well|oh|so|and|ok|sorry),? )*(?:it|that|this|he|she|the [\w' ]+?)(?:'s|'re)? (?:is |are |looks? |seems? |still )*(?:a bit |a little |much |way |far |just )*too [\w ]+$|(?:^|有点|太).{0,4}太.{1,4}了?$|^有点.{1,3}$|不够.{1,3}$/iu;
/** One command and another of its own kind: they are read one by one. */
const SEVERAL =
  /\b(?:then|undo|rename|download|save|apply everything|apply all)\b.*\b(?:and|then)\b|\b(?:and|then|,)\b.*\b(?:rename|download|save|apply everything|apply all|undo)\b|然后|撤销.*[，,]/iu;

const isUnclear = (plan: Plan): boolean =>
  plan.every(
    (action) => action.type === 'ask' && (action.kind === 'what-to-do' || action.kind === 'what-to-draw'),
  );

const isSpoken = (whole: Likely): boolean => ['greeting', 'thanks', 'status'].includes(whole.best());

function isTalk(action: Action): boolean {
  return action.type === 'answer' && ['greeting', 'thanks', 'status'].includes(action.kind);
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
