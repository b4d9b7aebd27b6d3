/** What an edit does to the subjects of a picture, as far as its words say so plainly. Pure. */
import type { Reading, Understood } from './reading.ts';

/** Subjects by the English names of the list. */
export interface Change {
  removed: Understood[];
  /** Taken out for something else. */
  replaced: Understood[];
  added: Understood[];
  /** Something takes the place of the only subject: "make it a dog". */
  isInstead: boolean;
}

/** A subject stands in the text as a number between these. */
const [OPEN, CLOSE] = ['\uE000', '\uE001'];
const ONE = `${OPEN}\\d+${CLOSE}`;
const VERB = 'add|put|make|draw|place|replace|change|move|give|turn|with|and|keep';
const ITEM = `(?:(?:the|a|an|that|this|my|both|all|any)\\s+)?(?:(?!${VERB})[a-z]+\\s+){0,2}?${ONE}`;
const LIST = `(${ITEM}(?:(?:\\s*,\\s*(?:and\\s+)?|\\s+and\\s+|\\s*&\\s*)${ITEM})*)`;
const CHINESE_LIST = `(${ONE}(?:\\s*[和与跟、]\\s*${ONE})*)`;

const REMOVED = [
  `\\b(?:remove|delete|erase|drop|take (?:away|out|off)|get rid of|without|no|cut out|lose)\\s+${LIST}`,
  `\\b(?:take|throw|cut)\\s+${LIST}\\s+(?:away|out|off)\\b`,
  `${LIST}\\s+(?:has|have|must|needs?|should)\\s+(?:to\\s+)?(?:go|disappear|leave)\\b`,
  `(?:去掉|去除|移除|删除|删掉|拿掉|擦掉|不要)(?:那?[个只头匹条辆座棵朵]?)?${CHINESE_LIST}`,
  `把${CHINESE_LIST}(?:都)?(?:去掉|去除|移除|删除|删掉|拿掉|擦掉|删)`,
].map((source) => new RegExp(source, 'giu'));

/** The first group is taken out for the second. */
const REPLACED = [
  `\\b(?:replace|swap|exchange|switch|change|turn|convert|transform|make)\\s+${LIST}\\s+(?:with|for|by|to|into|in)\\s+${LIST}`,
  `\\b(?:make)\\s+${LIST}\\s+(?:an?\\s+)${LIST}`,
  `把${CHINESE_LIST}(?:换成|变成|改成|替换成|替换为|换为)[一]?[个只头匹条辆座棵朵]?${CHINESE_LIST}`,
].map((source) => new RegExp(source, 'giu'));
/** The second group is taken out for the first. */
const INSTEAD_OF = new RegExp(`${LIST}\\s+(?:instead of|in place of|rather than)\\s+${LIST}`, 'giu');
const INSTEAD =
  /\binstead\b|\b(?:make|turn|change)\s+(?:it|this|that)\s+(?:into\s+|to\s+)?an?\b|(?:换成|变成|改成)/iu;
/** "Swap the cat and the dog": they change places. */
const PLACES = /\b(?:swap|switch|exchange)\s+(?:the\s+)?\S+\s+and\s/iu;

/** The change that a message asks for; its subjects as they were understood. */
export function changeOf(prompt: string, { understood }: Reading): Change {
  const subjects = understood.filter(({ kind }) => kind === 'subject');
  const text = marked(prompt, subjects);
  const subjectsIn = (part: string | undefined): Understood[] =>
    [...(part ?? '').matchAll(new RegExp(`${OPEN}(\\d+)${CLOSE}`, 'gu'))].map(
      (match) => subjects[Number(match[1])]!,
    );
  const removed = REMOVED.flatMap((form) =>
    [...text.matchAll(form)].flatMap((match) => subjectsIn(match[1])),
  );
  const swaps = [
    ...REPLACED.flatMap((form) => [...text.matchAll(form)].map((match) => [match[1], match[2]])),
    ...[...text.matchAll(INSTEAD_OF)].map((match) => [match[2], match[1]]),
  ];
  const replaced = swaps.flatMap(([before]) => subjectsIn(before));
  const gone = new Set([...removed, ...replaced]);
  const added = subjects.filter((subject) => !gone.has(subject));
  const isInstead = swaps.length === 0 && added.length > 0 && INSTEAD.test(text) && !PLACES.test(prompt);
  return { removed: [...new Set(removed)], replaced: [...new Set(replaced)], added, isInstead };
}

function marked(prompt: string, subjects: readonly Understood[]): string {
  let text = '';
  let from = 0;
  subjects.forEach(({ start, end }, index) => {
    if (start < from) return;
    text += prompt.slice(from, start) + OPEN + index + CLOSE;
    from = end;
  });
  return text + prompt.slice(from);
}
