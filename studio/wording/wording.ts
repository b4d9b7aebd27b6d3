/**
 * What a checkpoint understands best of what was typed, by its own list and without a model: known names instead of other names and
 * slips, and for a new picture the look and the ground named where none is. What is to be written, and mentions, stay as they are. Pure.
 */
import type { Knows, Named } from '../known.ts';
import { namesOf } from '../reading/names.ts';
import { readMessage, type Understood, type UnknownKind } from '../reading/reading.ts';
import { formIn } from '../reading/tokens.ts';
import type { TurnMode } from '../vocabulary.ts';
import { keepsTexts } from './keeps-texts.ts';

const HAN = /\p{Script=Han}/u;
/** Plain names alone get an ending; of others the plural is not a matter of letters. */
const REGULAR = /^[a-z ]+[^fsxyz]$/;

/** The wording of a typed prompt; the prompt itself where nothing is to be said otherwise. */
export function wordingOf(prompt: string, knows: Knows | null, mode: TurnMode): string {
  if (!knows) return prompt;
  const named = withKnownNames(prompt, knows);
  const wording = mode === 'new' ? described(named, knows) : named;
  return keepsTexts(prompt, wording) ? wording : prompt;
}

/** Known names in the place of other names of the same, and of slips. */
function withKnownNames(prompt: string, knows: Knows): string {
  let text = '';
  let at = 0;
  for (const understood of readMessage(prompt, knows).understood) {
    const name = knownName(understood, knows);
    if (name === undefined || understood.start < at) continue;
    text += withArticle(prompt.slice(at, understood.start), name) + name;
    at = understood.end;
  }
  return text + prompt.slice(at);
}

/** The name of the list in the language and number of what was written; undefined where that says it already. */
function knownName({ kind, name, asked }: Understood, knows: Knows): string | undefined {
  if (kind !== 'subject') return undefined;
  const entry = namesOf(knows).subjects.get(name);
  if (!entry || isEmoji(asked, entry)) return undefined;
  if (HAN.test(asked)) return asked === entry.zh ? undefined : entry.zh;
  const plain = asked.toLowerCase();
  const [one, all] = [entry.en.toLowerCase(), new Set([entry.en.toLowerCase()])];
  if (formIn(plain, all) === one) return undefined;
  const isSeveral = formIn(plain, namesOf(knows).english) !== plain && plain.endsWith('s');
  if (!isSeveral) return entry.en;
  return REGULAR.test(one) ? `${entry.en}s` : undefined;
}

const isEmoji = (asked: string, { emoji }: Named): boolean =>
  asked === emoji || /\p{Extended_Pictographic}/u.test(asked);

/** A text whose article at its end is that of the name behind it. */
function withArticle(before: string, name: string): string {
  return before.replace(/(?<![\p{L}\p{N}])(a)n?(\s+)$/iu, (_, a: string, space: string) => {
    return `${a}${/^[aeiou]/i.test(name) ? 'n' : ''}${space}`;
  });
}

/** With these nobody knows what the picture is to be; others are about how many, or which letters. */
const UNCLEAR: ReadonlySet<UnknownKind> = new Set(['thing', 'look', 'language', 'nothing']);

/** A new picture with its look and its ground named, where it names none and nothing in it is unknown. */
function described(prompt: string, knows: Knows): string {
  const { understood, unknown } = readMessage(prompt, knows);
  const has = (kind: Understood['kind']) => understood.some((each) => each.kind === kind);
  if (unknown.some(({ kind }) => UNCLEAR.has(kind)) || !has('subject')) return prompt;
  const isChinese = HAN.test(prompt);
  const ground = has('ground') ? undefined : plainGround(knows, isChinese);
  const look = has('look') ? undefined : knows.styles[0];
  const [, body = prompt, end = ''] = /^(.*?)([\s.。!！]*)$/su.exec(prompt) ?? [];
  const grounded = ground === undefined ? body : `${body}${isChinese ? '，' : ' '}${ground}`;
  if (!look) return grounded + end;
  return isChinese ? `${look.zh}风格，${grounded}${end}` : `${look.en} style, ${grounded}${end}`;
}

/** A white ground, where the list has grounds of a colour. */
function plainGround({ backgrounds = [] }: Knows, isChinese: boolean): string | undefined {
  const ground = backgrounds.find(({ en }) => en === 'on a COLOUR background');
  if (!ground) return undefined;
  return isChinese ? ground.zh.replace('某色', '白色') : ground.en.replace('COLOUR', 'white');
}
