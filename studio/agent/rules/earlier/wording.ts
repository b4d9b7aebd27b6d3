/** Other words for an earlier edit. Pure. */
import type { Plan } from '../../actions.ts';
import { referencesIn, V, written } from '../../clause.ts';
import { describing, says } from '../../contents.ts';
import { isOfEdits, type Rule, type Said } from '../rule.ts';
import { EDIT_WORD_ZH, editIn, isEdit } from './earlier-edit.ts';

function toReword({ scene, clause, text }: Said): Plan | undefined {
  if (
    /^(?:(?:go|back|undo|revert|show|compare|use|take|give me|start|branch|redo(?!.*\binstead\b)|repeat|download|save|export|draw|what|which|how|leave|skip|drop|move)\b|从|用|回)/iu.test(
      text,
    )
  )
    return undefined;
  const command =
    /^(?:change|turn) (?:the )?([\uF000-\uF0FF]) (?:to|into) ((?:give|add|put|make|remove|draw|write|paint|turn|replace)\b.+)$/iu.exec(
      text,
    );
  const within =
    /^(?:swap|replace|exchange|change) .+? (?:in|of) ([\uF000-\uF0FF]) (?:for|with|by|to|into) (.+)$/iu.exec(
      text,
    );
  const said = command ?? (within && isOfEdits(clause) ? within : null);
  const target =
    said && referencesIn(clause, said[1]!)[0]?.versions.find((version) => isEdit(scene, version));
  if (said && target) return [{ type: 'reword', edit: target, prompt: written(clause, said[2]!).trim() }];
  const quoted = QUOTED_EDIT.exec(text);
  if (quoted) {
    const said = clause.quoted[(quoted[1] ?? quoted[3])!.charCodeAt(0) - 0xe000]
      ?.slice(1, -1)
      ?.toLowerCase()
      .replace(/[.!。！]$/u, '');
    const found = scene.edits.find(({ prompt }) => prompt.toLowerCase() === said);
    if (found)
      return [
        { type: 'reword', edit: found.version, prompt: written(clause, (quoted[2] ?? quoted[4])!).trim() },
      ];
  }
  const wrong = SHOULD_HAVE.exec(text);
  if (wrong) {
    const found = editIn(scene, clause, (wrong[1] ?? wrong[3])!);
    if (isEdit(scene, found))
      return [{ type: 'reword', edit: found, prompt: written(clause, (wrong[2] ?? wrong[4])!).trim() }];
  }
  const other = INSTEAD_OF.exec(text);
  const [named] = referencesIn(clause, text);
  if (other && named && named.by !== 'content') {
    const found = named.versions.find((version) => isEdit(scene, version));
    const before = scene.seen(found ?? null)?.prompt ?? '';
    const unwanted = describing((other[2] ?? other[3])!);
    if (found !== undefined && unwanted.length > 0 && unwanted.every((word) => says(before, word)))
      return [{ type: 'reword', edit: found, prompt: written(clause, (other[1] ?? other[4])!).trim() }];
  }
  const match = clause.language === 'en' ? REWORD.exec(text) : REWORD_ZH.exec(text);
  if (!match) return undefined;
  const [, , by, words] = match as unknown as [string, string, string, string];
  const what = text.slice(0, text.length - words.length);
  const references = referencesIn(clause, what);
  const isNumbered = references.some((reference) => reference.by !== 'content');
  const names = references.map((reference) => reference.text).join(' ');
  const isOfEdit =
    clause.language === 'en'
      ? /\b(?:step|edit|change|instruction|message)\b/i.test(names) ||
        /\b(?:step|edit|instruction|prompt|message|wording|words|text|request|command)\b/i.test(what)
      : EDIT_WORD_ZH.test(names) || /步|编辑|修改|提示词|指令|描述|那句?话|文字|内容/u.test(what);
  const isInstead =
    /\binstead\b|\brather than\b|而是|而不是|应该|不要.*要/iu.test(text) || /should|say|read|应该/iu.test(by);
  if (!(isNumbered || isOfEdit) || !(isOfEdit || isInstead)) return undefined;
  if (clause.language === 'zh' && !isOfEdit && !/应该|而是/u.test(text)) return undefined;
  const edit = editIn(
    scene,
    clause,
    what.replace(/\b(?:words?|wording|prompt|message|text)\b|文字|提示词|描述|内容|指令|话/giu, ' '),
  );
  if (edit === undefined)
    return references[0] && isOfEdit
      ? [scene.nothingThere({ by: 'content', words: references[0].text })]
      : undefined;
  const prompt = written(clause, words)
    .replace(/^[\s:：,，"]+|,? (?:instead|rather)(?: (?:of|than) .*)?$|(?:吧|才对|就好|而不是.*)$/giu, '')
    .replace(/^(?:改成|改为|换成|写成|应该是|应该|成|为|是)/u, '')
    .trim();
  return prompt === '' ? undefined : [{ type: 'reword', edit, prompt }];
}

/** An edit by its own words, and what it should say instead. */
const QUOTED_EDIT =
  /^(?:(?:change|replace|reword|rewrite|edit|correct|turn|make) )?(?:the (?:edit|step|message) )?([\uE000-\uEFFF]) (?:to|with|by|into|should (?:be|say|read|have been)|->) (.+)$|^(?:把|将)?([\uE000-\uEFFF])(?:这一?步)?(?:改成|换成|改为|应该是)(.+)$/iu;
/** "in v2, a crown instead of a hat". */
const INSTEAD_OF =
  /^.*?[\uF000-\uF0FF](?:'s)?[,:]? ?(?:should (?:be|have)|has|gets?|make it|it should be|use|with|is)? ?(.+?),? (?:instead of|rather than|and not|not) (.+)$|^.*?[\uF000-\uF0FF](?:里|中)?(?:应该)?(?:不要|不是)(.+?)[，,]?(?:而是|改成|换成|要)(.+)$/iu;
const SHOULD_HAVE =
  /^(?:the |that )?(.+?) should have (?:been|said|read) (.+)$|^(?:当初|当时|本来|原来)(?:的)?(.+?)应该是?(.+)$/iu;
const REWORD = new RegExp(
  `^(.*?${V}.*?|.*?\\b(?:edit|step|prompt|wording|message)\\b.*?)\\s*(\\bto (?:say|read|be)\\b|\\bshould (?:have (?:been|said)|say|be|read)\\b|\\bshould\\b|\\bto\\b|\\binto\\b|\\bas\\b|\\bwith\\b|\\bby\\b|\\bsays?\\b|:|,|(?=\\b(?:make|give|add|put|use|let|write|remove|draw|turn)\\b))\\s*(.+)$`,
  'iu',
);
const REWORD_ZH = new RegExp(
  `^(.*?(?:${V}|提示词|指令|那句话?|描述|的?编辑|的?修改))(?:里面?|中|那步|那张)?(?:的[^，,。改换变写应]{0,8})?([，,：:]|应该是?|重写成|改写成|重写为|换成|改成|改为|写成|变成|替换成|替换为|说成|不要|不是.+?而是|把.+(?=改成|换成))+(.+)$`,
  'iu',
);

export const WORDING: Rule = {
  action: 'reword',
  en: /./u,
  zh: /重写|改写|改成|改为|换成|写成|替换|应该|而是|变成|说成/u,
  read: toReword,
};
