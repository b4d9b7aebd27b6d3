/**
 * The Chinese parts of a text: the longest names of the list, of our own lists, and of ordinary words, from left to right. Pure. What
 * stands in no list is a thing only behind a measure word.
 */
import type { Names, Sense } from './names.ts';
import { LOOKS, MEASURES, ORDINARY_CHINESE } from './ordinary.ts';
import { CHINESE_THINGS } from './things.ts';

export interface ChinesePart {
  sort: 'known' | 'thing' | 'look' | 'ordinary';
  text: string;
  start: number;
  end: number;
  /** Of a known name. */
  sense?: Sense;
}

const HAN = /\p{Script=Han}/u;
/** Most characters of a name. */
const LONGEST = 8;
const ORDINARY: ReadonlySet<string> = new Set(ORDINARY_CHINESE);
/** Before one character that is a name by itself, and behind it: elsewhere it may be a part of a word. */
const BEFORE_ONE = new RegExp(
  `[${MEASURES}的和与跟加画个张上里在换成把掉删有只棵是骑吃戴抱、，。！？,.!\\s]$`,
  'u',
);
const BEHIND_ONE =
  /^(?:[、，。！？,.!?\s和与跟在的换变删去加放移上里下吧吗呢也都站坐戴穿睡跑跳吃骑看拿抱飞游左右正喝写说向往到从是不要追玩旁前后]|$)/u;
const DENIED = /(?:不要|没有|别|无)(?:任何|有)?$/u;

/** The parts of a run of Chinese characters that stands at a place of its text. */
export function chineseParts(text: string, names: Names): ChinesePart[] {
  const parts: ChinesePart[] = [];
  let lone = '';
  const closeLone = (end: number, next: string) => {
    const start = end - lone.length;
    const isThing =
      lone.length >= 2 && lone.length <= 4 && MEASURES.includes(text[start - 1] ?? ' ') && next !== '的';
    if (isThing) parts.push({ sort: 'thing', text: lone, start, end });
    lone = '';
  };
  for (let at = 0; at < text.length; ) {
    const part = HAN.test(text[at]!) ? partAt(text, at, names) : undefined;
    if (part) {
      closeLone(at, text[at] ?? '');
      parts.push(part);
      at = part.end;
    } else {
      const character = text[at]!;
      if (HAN.test(character)) lone += character;
      else closeLone(at, character);
      at += 1;
    }
  }
  closeLone(text.length, '');
  return parts.filter(
    ({ sort, start }) => sort === 'known' || !DENIED.test(text.slice(Math.max(0, start - 6), start)),
  );
}

function partAt(text: string, at: number, names: Names): ChinesePart | undefined {
  for (let size = Math.min(LONGEST, text.length - at); size > 0; size--) {
    const name = text.slice(at, at + size);
    const span = { text: name, start: at, end: at + size };
    const sense = names.chinese.get(name);
    const isFree =
      size > 1 || ((at === 0 || BEFORE_ONE.test(text[at - 1]!)) && BEHIND_ONE.test(text[at + 1] ?? ''));
    if (sense && sense.kind !== 'plain' && isFree) return { ...span, sort: 'known', sense };
    if (sense || ORDINARY.has(name)) return { ...span, sort: 'ordinary' };
    if (LOOKS.has(name)) return { ...span, sort: 'look' };
    if (isFree && CHINESE_THINGS.has(name)) return { ...span, sort: 'thing' };
  }
  return undefined;
}
