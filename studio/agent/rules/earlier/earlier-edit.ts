/** Which earlier edit a phrase names, and whether a clause is about edits at all. Pure. */
import { type Clause, referencesIn, written } from '../../clause.ts';
import { describing, says } from '../../contents.ts';
import type { Scene } from '../../scene.ts';
import type { SeenVersion } from '../../seen-session.ts';

export const EDIT_WORD = /\b(?:edits?|steps?|changes?|instructions?|modifications?)\b/i;
export const EDIT_WORD_ZH = /步|步骤|编辑|修改|改动|操作|指令/u;
export const saysEdit = ({ language, references }: Clause, text: string): boolean => {
  const names = references.map((reference) => reference.text).join(' ');
  return language === 'en'
    ? EDIT_WORD.test(text) || EDIT_WORD.test(names)
    : EDIT_WORD_ZH.test(text) || EDIT_WORD_ZH.test(names);
};

export const FILLERS =
  /\b(?:do|apply|move|put|make|run|have|place|swap|the|edits?|steps?|changes?|instructions?|should|would|come|comes|go|goes|happen|happens|be|been|was|were|is|done|applied|i|we|want|please|instead|right|just|first|you|can|could|to|so|that|switch|order|reorder|of|let|let's|need|it|rather|version|number|must|without|leave|leaving|left|out|skip|omit|drop|ignore|forget|about|disable|exclude|take|cut|remove|undo|cancel|delete|revert|reverse|turn|off|except|apart|from|chain|branch|where|added|only|again|everything|keep|all|but|thing|bad|idea|bring|back|on|in|re-?enable|enable|restore|include|use|activate|get|give|add|a|an|my|me|part|i'd|like|rest|others?|ditch|don't|want|anymore|any more|no longer|scrap|kill|lose|get rid|rid)\b/gi;
export const FILLERS_ZH =
  /把|将|那|这|一?步骤?|编辑|修改|操作|改动|先|做|放|移|挪|排|调|提|到|在|的|应该|要|我想|想|让|请|再|之?前面?|以前|之?后面?|以后|顺序|交换|调换|对调|互换|一下|吧|改成|成|了|加上?|换成?|变成?|进行|完成|才|去掉|跳过|略过|忽略|不要|取消|撤销|撤回|删除|删掉|删|省略|排除|禁用|拿掉|去除|不算|除了|抽掉|剔除|只|别|个|都|弄|回来|恢复|重新|启用|我|之|作废|想|那次|次/gu;

/** The edit that a phrase names: by a reference, or by the words that its message says. */
export function editIn(
  scene: Scene,
  clause: Clause,
  phrase: string,
  among: readonly SeenVersion[] = scene.branch,
): number | undefined {
  const references = referencesIn(clause, phrase);
  for (const reference of references) {
    const found = reference.versions.find((version) => among.some((each) => each.version === version));
    if (found !== undefined) return found;
  }
  if (references.some(({ by }) => by !== 'content')) return undefined;
  if (/\b(?:last|latest)\b/i.test(phrase) || /最后|最近/u.test(phrase)) return among.at(-1)?.version;
  const words = written(clause, phrase)
    .replace(/[\uE000-\uEFFF]/gu, (sign) => clause.quoted[sign.charCodeAt(0) - 0xe000] ?? ' ')
    .replace(clause.language === 'en' ? FILLERS : FILLERS_ZH, ' ')
    .replace(/[,.:;，。：；]/gu, ' ')
    .trim();
  return words === '' ? undefined : bestEdit(words, among);
}

/** Whether an undoing names nothing but what some edit says: "undo the balloon". */
export const isOnlySaid = (scene: Scene, text: string): boolean =>
  scene.withoutSaid(text) !== text &&
  scene
    .withoutSaid(text)
    .replace(
      /\b(?:undo|revert|take|back|the|that|my|please|edit|only|just|thing|bit|stuff|skip|removal|of|adding|addition)\b/gi,
      '',
    )
    .trim() === '';

/** The edit that says most of some words, at least one; among equals the one that brought it about, then the first. */
function bestEdit(words: string, among: readonly SeenVersion[]): number | undefined {
  const wanted = /\p{Script=Han}/u.test(words)
    ? words.split(/\s+/).flatMap((word) => [word, ...describing(word)])
    : describing(words);
  const scored = among
    .filter(({ from }) => from !== null)
    .map(({ version, prompt }) => {
      const said = wanted.filter((word) => says(prompt, word));
      const isTaken =
        /\b(?:remove|delete|erase|take (?:away|off)|get rid|without|no)\b|去掉|删|移除|拿掉/iu.test(prompt);
      const wantsTaken = /\b(?:remov|delet|eras|tak)/i.test(words) || /去掉|删|移除/u.test(words);
      return { version, score: said.length - (isTaken && !wantsTaken ? 0.5 : 0) };
    })
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score || one.version - other.version);
  return scored[0]?.version;
}

/** A text in which only numbers and places are references: what is described is said in words. */
export function inWords(clause: Clause, text: string): string {
  return [...text]
    .map((sign) => (referencesIn(clause, sign)[0]?.by === 'content' ? written(clause, sign) : sign))
    .join('');
}

export const isEdit = (scene: Scene, version: number | undefined): version is number =>
  version !== undefined && scene.edits.some((each) => each.version === version);
