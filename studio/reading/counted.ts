/**
 * How many drawings a text asks for: known subjects with the numbers before them. Pure. Where in doubt it counts too few: a subject
 * that is named again is the one that was named before.
 */
import type { ChinesePart } from './chinese.ts';
import { BREAKS, MEASURES } from './ordinary.ts';
import type { Part } from './parts.ts';

export interface Counted {
  subject: string;
  /** As the user wrote it, with its number. */
  asked: string;
  count: number;
  start: number;
  end: number;
}

const CHINESE_DIGITS = '零一二三四五六七八九';
const CHINESE_AMOUNT = new RegExp(`(\\d+|[一二两三四五六七八九十]+)\\s*[${MEASURES}]`, 'gu');

/** The subjects of an English text with their numbers. */
export function countedEnglish(parts: readonly Part[]): Counted[] {
  const found: Counted[] = [];
  let amount: Extract<Part, { sort: 'number' }> | null = null;
  for (const part of parts) {
    if (part.sort === 'number') amount = part;
    else if (
      part.sort === 'sign' ||
      (part.sort === 'ordinary' && BREAKS.has(part.text) && part.text !== 'of')
    )
      amount = null;
    else if (part.sort === 'known' && part.sense.kind === 'subject') {
      found.push({
        subject: part.sense.name,
        count: amount?.count ?? 1,
        asked: amount ? `${amount.text} ${part.text}` : part.text,
        start: amount?.start ?? part.start,
        end: part.end,
      });
      amount = null;
    } else if (part.sort === 'thing') amount = null;
  }
  return found;
}

/** The subjects of a Chinese text with their numbers. */
export function countedChinese(text: string, parts: readonly ChinesePart[]): Counted[] {
  let after = 0;
  return parts.flatMap((part): Counted[] => {
    if (part.sense?.kind !== 'subject') return [];
    const amount = [...text.slice(after, part.start).matchAll(CHINESE_AMOUNT)].at(-1);
    const start = amount ? after + amount.index : part.start;
    after = part.end;
    return [
      {
        subject: part.sense.name,
        count: amount ? chineseNumber(amount[1]!) : 1,
        asked: (amount?.[0] ?? '') + part.text,
        ...{ start, end: part.end },
      },
    ];
  });
}

/** Each subject once, with the largest of its numbers. */
export function eachOnce(counted: readonly Counted[]): Counted[] {
  const most = new Map<string, Counted>();
  for (const each of counted)
    if (each.count > (most.get(each.subject)?.count ?? 0)) most.set(each.subject, each);
  return [...most.values()];
}

function chineseNumber(said: string): number {
  if (/^\d+$/.test(said)) return Number(said);
  const digit = (character: string | undefined) =>
    CHINESE_DIGITS.indexOf(character === '两' ? '二' : character!);
  if (!said.includes('十')) return digit(said.at(-1));
  const [tens, ones] = said.split('十');
  return (tens ? digit(tens) : 1) * 10 + (ones ? digit(ones) : 0);
}
