/** Answers about versions: what is known of one, and which ones a question asks for. Pure. */
import type { Plan } from '../actions.ts';
import { type Clause, type Reference, referencesIn, written } from '../clause.ts';
import { versionsSaid } from '../described.ts';
import type { Scene } from '../scene.ts';
import type { Said } from './rule.ts';
import { answer } from './talk.ts';

const SIZE = /\b(?:sizes?|resolution|dimensions|big|large|wide|high|tall)\b|多大|尺寸|大小|分辨率/iu;

export function about({ scene, clause, text }: Said): Plan {
  const references = referencesIn(clause, text);
  if (
    references.length === 0 &&
    /\b(?:originally|at first|initially|in the beginning)\b|最初|一开始|最早/iu.test(text)
  )
    return answer('about', { pictures: scene.versionsOf({ by: 'place', place: 'original' }) });
  const said: readonly Reference[] =
    references.length > 0 ? references : [{ text: '', versions: spoken(scene, clause, text), by: 'content' }];
  const versions = said.at(-1)!.versions;
  const first =
    /^(?:is|did|does|was) [\uF000-\uF0FF]|^[\uF000-\uF0FF](?:是|从).*[\uF000-\uF0FF]|^(?:what|how) did .* to (?:get|make)/iu.test(
      text,
    )
      ? references[0]?.versions
      : undefined;
  const pictures =
    first ?? (versions.length > 0 ? versions : scene.versionsOf({ by: 'place', place: 'current' }));
  const reason = /\bseed\b|种子|随机数/iu.test(text) ? 'seed' : SIZE.test(text) ? 'size' : undefined;
  return answer('about', { ...(reason && { reason }), pictures });
}

/** The one version that a question names by a thing that the current picture has not. */
function spoken(scene: Scene, clause: Clause, text: string): readonly number[] {
  const found = versionsSaid(scene, clause, text.replace(/\bwhat\b.*?\b(?:the|my)\b/i, ''));
  return found.length === 1 &&
    scene.session.current !== null &&
    !scene.contents.has(scene.session.current, scene.contents.saidAtAll(text))
    ? found
    : [];
}

const ASKED_WORDS =
  /\b(?:which|where|when|what|number|any|one|ones|of|them|these|those|did|do|does|have|has|had|we|i|you|ever|try|tried|version|picture|step|edit|introduced|appear(?:ed)?|first)\b/gi;

/** "which ones were made from v3": what another version became. */
const OF_VERSION =
  /^(?:which|what)\b(?!.*\b(?:this|it)\b).*\b(?:made|comes?|came|drawn|derived|based|built|branch\w*|descend\w*) (?:from|on|off|upon|out of) [\uF000-\uF0FF]$/iu;
const BEFORE = /\b(?:came|comes|come|is|was|happened) (?:right |just )?before (.+)$/i;

/** The versions that a question asks for. */
export function which({ scene, clause, text }: Said): Plan | undefined {
  const placed = byPlace(scene, text);
  if (placed) return answer('which', { params: { words: text }, pictures: placed });
  const references = referencesIn(clause, text);
  const words = written(clause, text);
  const made = OF_VERSION.test(text) ? references[0]?.versions : undefined;
  if (made)
    return answer('which', {
      params: { words },
      pictures: scene.session.versions
        .filter(({ from }) => made.includes(from ?? 0))
        .map(({ version }) => version),
    });
  const earlier = BEFORE.exec(words)?.[1];
  const before =
    earlier === undefined ? [] : scene.versionsOf({ by: 'before', words: scene.saidIn(earlier) });
  if (before.length > 0) return answer('which', { params: { words }, pictures: before });
  const next =
    /\b(?:came|comes|come|is|was|happened|(?:did|do|made|make|added|drew) (?:i|we|you)?|(?:i|we|you) (?:did|do|made|make|added|drew)) (?:right |just )?after (.+)$/i.exec(
      words,
    )?.[1] ?? /^(.+?)(?:之后|以后)(?:是|的是)?哪/u.exec(words)?.[1];
  const behind =
    next === undefined
      ? []
      : scene.session.versions
          .filter(({ from }) => from !== null && scene.editsOf({ by: 'content', words: next }).includes(from))
          .map(({ version }) => version);
  if (behind.length > 0) return answer('which', { params: { words }, pictures: behind });
  const found =
    removalOf(scene, clause, words) ??
    references[0]?.versions ??
    versionsSaid(scene, clause, clause.language === 'en' ? words.replace(ASKED_WORDS, ' ') : words);
  const isAsked = /\bwhich\b|\bwhere\b|哪|第几|几号/iu.test(text);
  const said = found.length > 0 ? found : edited(scene, words);
  if (said.length === 0 && !isAsked) return undefined;
  return answer('which', { params: { words }, pictures: said });
}

function edited(scene: Scene, words: string): number[] {
  return scene.contents
    .editsThatSay(scene.saidIn(words), scene.session.versions)
    .map(({ version }) => version)
    .reverse();
}

/** "when was the hat taken away": the edit that took it. */
function removalOf(scene: Scene, clause: Clause, words: string): number[] | undefined {
  if (
    !/\b(?:remov|delet|eras|taken? (?:away|off|out)|took|disappear|vanish|gone|lost)|去掉|删|移除|拿掉|没了|不见/iu.test(
      words,
    )
  )
    return undefined;
  const said =
    clause.language === 'en'
      ? scene.contents.saidAtAll(
          words.replace(/\b(?:remov\w*|delet\w*|eras\w*|taken?|took|away|off)\b/gi, ' '),
        )
      : words;
  const isTaking =
    /\b(?:remove|delete|erase|take (?:away|off|out)|get rid|lose|without)\b|去掉|删|移除|拿掉/iu;
  const found = scene.session.versions.filter(({ prompt, from }) => from !== null && isTaking.test(prompt));
  const named =
    clause.language === 'en'
      ? found.filter(({ prompt }) =>
          said.split(' ').some((word) => word !== '' && prompt.toLowerCase().includes(word.toLowerCase())),
        )
      : found;
  return named.length > 0 ? named.map(({ version }) => version) : undefined;
}

/** Versions that a question names by their place or their kind. */
function byPlace(scene: Scene, words: string): number[] | undefined {
  const { versions } = scene.session;
  const all = (found: (seen: (typeof versions)[number]) => boolean) =>
    versions.filter(found).map(({ version }) => version);
  if (/\b(?:upload(?:ed|s)?|my own|added (?:by me|myself)|files?)\b|上传|我自己的/iu.test(words))
    return all(({ mode }) => mode === null);
  const { branch } = scene;
  if (/\bother branch\b|另(?:一|外)(?:个|条)分支/iu.test(words))
    return all(({ version, from }) => from !== null && !branch.some((each) => each.version === version));
  if (/\b(?:undid|undone|took back|taken back)\b|撤销(?:掉|了)?的/iu.test(words))
    return all(({ from }) => scene.session.canRedo && from === scene.session.current);
  if (
    /\b(?:left out|leave out|left it out|disabled|skipped|(?:switched|turned) off|inactive)\b|被(?:跳过|去掉|忽略)/iu.test(
      words,
    )
  )
    return all(({ state }) => state === 'disabled');
  if (/\b(?:current|active|now|selected|am i|are we|we at)\b|当前|现在/iu.test(words))
    return scene.versionsOf({ by: 'place', place: 'current' });
  if (/\b(?:latest|newest|most recent)\b|\blast$|最新/iu.test(words))
    return scene.versionsOf({ by: 'place', place: 'last' });
  if (/\b(?:original|oldest)\b|最早|原图|最初/iu.test(words))
    return scene.versionsOf({ by: 'place', place: 1 });
  return undefined;
}
