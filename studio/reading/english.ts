/** Which parts of an English text ask for something that the list does not have. Pure. Where in doubt a part asks for nothing. */
import { BREAKS, CONTAINERS } from './ordinary.ts';
import type { Part } from './parts.ts';

/** What stands before a thing that is not asked for: "no hat", "like a bird", "for my blog", "to ride". */
const NOT_ASKED =
  /^(?:no|not|without|like|than|as|instead|for|to|i|you|we|they|he|she|it|who|can|could|would|will|don't|of)$/;
const ARTICLE = /^(?:a|an|the|my|your|our|his|her|its|their|this|that|some|any)$/;
/** Greetings and questions to a person, which ask for no picture. */
const CHAT =
  /^\W*(?:hi|hello|hey|yo|good (?:morning|evening|day))\W*$|\bwhat (?:can|could|do|are|is)\b.*\b(?:you|this|it)\b|\bwho (?:are|made) you\b|\bhow (?:are you|do(?:es)? (?:this|it|i|you))\b|\bhow to use\b|^\W*help(?: me)?\W*$|\bcan you (?:talk|speak|chat|code|hear)\b|你好[呀啊吗！!。.]*$|你(?:会|能|可以)(?:画|做)?(?:什么|些什么|哪些)|你是谁|怎么用|如何使用|^帮助$/iu;

/** Parts that name a thing outside the list, and looks outside of it. */
export function unknownParts(parts: readonly Part[]): Part[] {
  return parts.filter((part, at) => {
    if (part.sort === 'look') return !isDenied(parts, at);
    if (part.sort !== 'thing') return false;
    return !isModifier(parts, at) && !isContainer(parts, at) && !isDenied(parts, at);
  });
}

/** Whether a part stands before the name that it only describes: "chocolate cake", "a robot dog". */
function isModifier(parts: readonly Part[], at: number): boolean {
  const next = parts[at + 1];
  if (!next || next.start > parts[at]!.end + 1) return false;
  return (
    next.sort === 'thing' ||
    next.sort === 'look' ||
    (next.sort === 'known' && (next.sense.kind === 'subject' || next.sense.kind === 'look'))
  );
}

/** "A cup of coffee" asks for coffee. */
function isContainer(parts: readonly Part[], at: number): boolean {
  if (!CONTAINERS.has(parts[at]!.text.replace(/s$/, '')) || parts[at + 1]?.text !== 'of') return false;
  return parts.slice(at + 2, at + 6).some((part) => part.sort === 'known' && part.sense.kind === 'subject');
}

/** Whether the words before a part say that it is not to be seen, or that it does something: the nearest break decides. */
function isDenied(parts: readonly Part[], at: number): boolean {
  for (let before = at - 1; before >= 0; before--) {
    const part = parts[before]!;
    if (part.sort === 'sign') return false;
    if (part.text === 'of') return false;
    if (NOT_ASKED.test(part.text)) return true;
    if (BREAKS.has(part.text) && !ARTICLE.test(part.text)) return false;
    if (part.sort === 'thing' || (part.sort === 'known' && part.sense.kind === 'subject')) return false;
    if (at - before > 4) return false;
  }
  return false;
}

/** Whether a text greets or asks something, where it asks for no picture. */
export const isChat = (text: string): boolean => CHAT.test(text.trim());
