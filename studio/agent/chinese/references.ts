/** How Chinese names a version: by number, by place, by what is in it. Finds all such names in a clause. Pure. */
import type { Found } from '../clause.ts';
import { CHINESE_NUMBER as N, numberOf } from '../numbers.ts';
import type { Scene } from '../scene.ts';
import { otherNames } from '../two-languages.ts';

const PICTURE =
  '(?:张图片|张图|张照片|张海报|张画|张|幅画|幅图|幅|个版本|版本|版|个图|个|号图|号|次编辑|次修改|次|个编辑|个修改|条指令|条消息|条|步)';
const CREATURE = '(?:只|条|匹|座|艘|辆|头|朵|棵)';

const NUMBER = new RegExp(
  `@v?(\\d+)|(?:版本|图片|图|第)?v\\s?(\\d+)(?:版|图)?|(?:版本|图片|图|照片)\\s?(\\d+)(?!\\s?[x×*]|步|\\d)|第(${N})(?!个(?!图|版|编|修|的|那|里|上|，|,|$|更|最|吧|好|比|加|换|改(?!成)|戴|变|穿|和|跟|与|再|为))${PICTURE}(?:图片?|照片|画|海报)?|(?<![\\p{Script=Han}\\d][一二三四五六七八九十])(${N})号(?:图|那张|版本)?|倒数第(${N})${PICTURE}`,
  'giu',
);
const CREATURES = new RegExp(`第(${N})${CREATURE}`, 'gu');
const SPELT = /(?<=^|[和跟与])[一二三四五六](?=[和跟与]|有什么|的?(?:区别|差别|不同)|$)/gu;
const BARE =
  /(?<=^|[选用要到看是和跟与、给把第从在说就比较把])(\d{1,2})(?=$|[和跟与、，,。.!！?？]|吧|放|的|合|比|最|好|并|上|里|再|加|改|换|戴)/gu;
const PLACE =
  /(?:最后|最新|最近|末尾)(?:的)?(?:那|这)?一?(?:张图片|张图|张照片|张|幅画|幅图|幅|个版本|版本?|个)(?:图|画)?|(?:最初|最早|最开始|一开始|开头|原来|原始)(?:的)?(?:那|这)?一?(?:张图片|张图|张照片|张|幅画|幅图|幅|个版本|版本?|个|图片?)|(?:最初|最早|最开始|一开始)的?(?=$|吧)|(?:上|前)一?(?:张图片|张图|张照片|张|幅画|幅图|幅|个版本|版|个(?=更|比|好|吧|$))|原图|原画|初始版本|原版|最初版/gu;

/** The names of versions in a clause; those that are surest first. */
export function referencesOf(scene: Scene, text: string): Found[] {
  return [...numbered(scene, text), ...described(scene, text), ...placed(scene, text)];
}

function at(match: RegExpMatchArray, versions: readonly number[], by: Found['by']): Found {
  return { text: match[0], start: match.index!, versions, by };
}

function numbered(scene: Scene, text: string): Found[] {
  const found: Found[] = [];
  const numbers = scene.session.versions.map(({ version }) => version);
  for (const match of text.matchAll(NUMBER)) {
    const [, ...groups] = match;
    const word = groups.find((group) => group !== undefined)!;
    const number = numberOf(word) ?? 0;
    const isFromEnd = match[0].startsWith('倒数');
    const version = isFromEnd ? numbers.at(-number) : number;
    // "第2步" beside "两步之前" and a number of steps: only a place in the order is a name.
    found.push(at(match, scene.versionsOf({ by: 'number', version: version ?? 0 }), 'number'));
  }
  for (const match of text.matchAll(CREATURES)) {
    const noun = saidFrom(scene, text, match.index + match[0].length);
    const place = numberOf(match[1]!)!;
    const versions = noun === '' ? numbers : scene.contents.withAll(noun);
    const version = versions[place - 1];
    const isSeveral =
      versions.length > 1 && scene.session.versions.filter(({ from }) => from === null).length > 1;
    if (version !== undefined && isSeveral)
      found.push({ text: match[0] + noun, start: match.index, versions: [version], by: 'number' });
  }
  for (const match of text.matchAll(BARE))
    if (scene.seen(Number(match[1]))) found.push(at(match, [Number(match[1])], 'number'));
  for (const match of text.matchAll(SPELT))
    if (/[和跟与]/u.test(text) && scene.seen(numberOf(match[0]) ?? 0))
      found.push(at(match, [numberOf(match[0])!], 'number'));
  return found;
}

function placed(scene: Scene, text: string): Found[] {
  return [...text.matchAll(PLACE)].map((match) => {
    const place = /^最[后新近]|^末/u.test(match[0])
      ? 'last'
      : /^[上前]/u.test(match[0])
        ? 'previous'
        : 'original';
    return at(match, scene.versionsOf({ by: 'place', place }), 'place');
  });
}

const HEAD =
  /(?:的|那|这)*(?:那|这)(?:一)?(?:张图片|张图|张照片|张海报|张|幅画|幅图|幅|个版本|版|个状态|个样子|个分支|分支|个|只|条|艘|时候|时|步)(?:图片?|照片|海报|版本)?|的(?:图片|图|照片|版本|海报|时候|状态|版|样子)|(?:照片|图片?|版本|海报)(?=里|中|上|的|再|加|改|$)|的?(?:时候)/gu;
const AROUND =
  /(?:之前|以前|之后|以后|前(?=的?那))(?:的)?(?:那张|那个版本|那个|那版|样子|版本|状态|图)?|(?<=加完.{1,6})(?=是什么样|的?样子|以?后)/gu;
const FILLER =
  /(?:没有|没|不带|不含|不是|有|带着?|戴着?|穿着?|是|还是|还|的|了|着|加上?|加完|完|在|换|里|上|中|写着?|写有|和|跟|变成|改成|变|换成|色|颜色|只|都|带|把|那|去掉|一|条|顶|张|个|时|且|并|但|但是|已经|、|又|既|也|删掉|拿掉|移除|没有?变)$/u;
/** Fillers that belong to a name where it begins with them. */
const STARTS = /^(?:没有|没|不带|不含|有|带着?|戴着?|穿着?|加上?|加完|写着?|写有|换|去掉|删掉|拿掉|移除)$/u;
const NEGATIVE = /没有|没加|没|不带|不含|不是|无/u;
const LONGEST_WORD = 6;

function isName(scene: Scene, word: string): boolean {
  if (/^[\uE000-\uEFFF]$/u.test(word)) return true;
  if (word.length === 1 && otherNames(word).length === 0) return false;
  return /^(?:\p{Script=Han}+|[a-z0-9]+)$/iu.test(word) && scene.contents.isSaid(word);
}

/** The longest name that some message says at a place. */
function saidFrom(scene: Scene, text: string, from: number): string {
  for (let length = LONGEST_WORD; length > 0; length--) {
    const word = text.slice(from, from + length);
    if (word.length === length && isName(scene, word)) return word;
  }
  return '';
}

/** Where the words that describe a head begin, and which of them some message says. */
function scan(scene: Scene, text: string, end: number): { start: number; words: string } {
  let from = end;
  let start = end;
  let words = '';
  while (from > 0) {
    let length = LONGEST_WORD;
    while (length > 0 && (from - length < 0 || !isName(scene, text.slice(from - length, from)))) length -= 1;
    const latin = length === 0 && /[a-z]+$/iu.exec(text.slice(0, from))?.[0];
    if (latin && scene.contents.isSaid(latin)) length = latin.length;
    if (length > 0) {
      from -= length;
      start = from;
      words = `${text.slice(from, from + length)} ${words}`;
      continue;
    }
    const filler = FILLER.exec(text.slice(0, from))?.[0];
    if (!filler) break;
    from -= filler.length;
    if (NEGATIVE.test(filler)) words = `! ${words}`;
    else if (/^但是?$/u.test(filler)) words = `+ ${words}`;
    if (STARTS.test(filler)) start = from;
  }
  return { start, words: words.trim() };
}

/** The versions that words mean; a "!" stands before what they must not have. */
function resolve(scene: Scene, words: string): number[] {
  let wanted = '';
  let unwanted = '';
  let isUnwanted = false;
  for (const word of words.split(/\s+/)) {
    if (word === '!' || word === '+') isUnwanted = word === '!';
    else if (isUnwanted) unwanted += ` ${word}`;
    else wanted += ` ${word}`;
  }
  [wanted, unwanted] = [wanted.trim(), unwanted.trim()];
  return wanted === '' && unwanted === '' ? [] : scene.described(wanted, unwanted);
}

function described(scene: Scene, text: string): Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(AROUND)) {
    const { start, words } = scan(scene, text, match.index);
    if (words === '') continue;
    const by = /^[之以]?前/u.test(match[0]) ? 'before' : 'after';
    // "before the hat was taken away": by the edit that took it.
    const isTaken = /去掉|删|拿掉|移除/u.test(text.slice(Math.max(0, start - 4), match.index));
    const removal = isTaken
      ? scene.session.versions.findLast(
          ({ prompt, from }) =>
            from !== null &&
            /\b(?:remove|delete|erase|take)\b|去掉|删|拿掉|移除/iu.test(prompt) &&
            scene.contents.editsThatSay(words, scene.session.versions).some((each) => each.prompt === prompt),
        )
      : undefined;
    const versions = removal
      ? [by === 'before' ? removal.from! : removal.version]
      : scene.versionsOf({ by, words });
    if (versions.length > 0)
      found.push({ text: text.slice(start, match.index + match[0].length), start, versions, by: 'content' });
  }
  for (const match of text.matchAll(HEAD)) {
    const { start: from, words } = scan(scene, text, match.index);
    if (words === '') continue;
    // "去掉" before a name is what is to be done with it.
    const start = from + (/^(?:去掉|删掉|拿掉|移除|换)/u.exec(text.slice(from))?.[0].length ?? 0);
    const versions = resolve(scene, words);
    if (versions.length > 0)
      found.push({ text: text.slice(start, match.index + match[0].length), start, versions, by: 'content' });
  }
  return found;
}

/** The versions that words of any kind describe, as far as some message says them. */
export function versionsSaid(scene: Scene, text: string): number[] {
  const around = /(之前|以前|之后|以后)/u.exec(text);
  const words = saidIn(scene, around ? text.slice(0, around.index) : text);
  if (words === '') return [];
  if (around)
    return scene.versionsOf({
      by: /前/u.test(around[0]) ? 'before' : 'after',
      words: words.replace(/[!+]/g, '').trim(),
    });
  return resolve(scene, words);
}

/** All words of a text that some message says, wherever they stand. */
function saidIn(scene: Scene, asked: string): string {
  const text = asked.replace(/有没有/gu, '有');
  let words = '';
  for (let from = 0; from < text.length; ) {
    const negative = /^(?:没有|没|不带|不含|无)/u.exec(text.slice(from))?.[0];
    const latin = /^[a-z]+/iu.exec(text.slice(from))?.[0];
    const word = latin && scene.contents.isSaid(latin) ? latin : saidFrom(scene, text, from);
    if (negative) words += ' !';
    else if (/^但/u.test(text.slice(from))) words += ' +';
    else if (word !== '') words += ` ${word}`;
    from += negative?.length ?? (word.length || 1);
  }
  return words.trim();
}
