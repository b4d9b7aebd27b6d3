/** Another order of earlier edits. Pure. */
import type { Plan } from '../../actions.ts';
import { referencesIn, written } from '../../clause.ts';
import type { Scene } from '../../scene.ts';
import type { Rule, Said } from '../rule.ts';
import { EDIT_WORD_ZH, editIn, inWords, isEdit, saysEdit } from './earlier-edit.ts';

/** An edit right behind another version, or right before another edit. */
function moved(
  scene: Scene,
  edit: number | undefined,
  beside: number | undefined,
  isBefore: boolean,
): Plan | undefined {
  if (!isEdit(scene, edit) || beside === undefined || edit === beside) return undefined;
  if (!isBefore) return [{ type: 'move', edit, after: beside }];
  const from = scene.seen(beside)?.from;
  return from === null || from === undefined || from === edit
    ? undefined
    : [{ type: 'move', edit, after: from }];
}

const NO_ORDER =
  /^(?:(?:please|can you|could you) )*(?:add|remove|draw|paint|replace|go|back|show|compare|revert|undo|take me|return|give|turn|delete|what|which|how|make it|let me|i (?:want|'d like) (?:to see|it))\b|\b(?:see|show|looks?|looked|better|nicer|worse|liked|preferred)\b/i;

function toMove({ scene, clause, text: signed }: Said): Plan | undefined {
  const text = inWords(clause, signed);
  const edit = (phrase: string) => editIn(scene, clause, phrase);
  if (NO_ORDER.test(text) || scene.edits.length < 2) return undefined;
  const toEnd =
    /^(.+?) (?:to|at) the (very )?(end|beginning|start)$/i.exec(text) ??
    /^(.+?)(?:移到|放到|挪到|放在)(最)(后|前)(?:面|边)?$/u.exec(text);
  if (toEnd && saysEdit(clause, text)) {
    const what = edit(toEnd[1]!);
    const isEnd = /end|后/u.test(toEnd[3]!);
    const beside = isEnd ? scene.branch.at(-1)?.version : scene.edits[0]?.version;
    return moved(scene, what, beside, !isEnd);
  }
  const asPlaceZh =
    /^(?:把|将)?(.+?)(?:那一?步|的修改)?(?:作为|放到?|变成|移到|排到?|当作?)(最后|最前面?|第一步?|[\uF000-\uF0FF])(?:做|去|一步)?$/u.exec(
      text,
    );
  if (asPlaceZh && scene.edits.length > 1) {
    const place = written(clause, asPlaceZh[2]!);
    const isFirst = /第一|最前/u.test(place);
    const what = edit(asPlaceZh[1]!);
    if ((isFirst || /最后/u.test(place)) && (saysEdit(clause, text) || isFirst))
      return moved(scene, what, isFirst ? scene.edits[0]?.version : scene.branch.at(-1)?.version, isFirst);
  }
  const asPlace =
    /^(?:make|put|do|move|have|let|place) (.+?)(?: as| be| come)? (?:the )?(last|first|[\uF000-\uF0FF])(?: (?:edit|step))?$/iu.exec(
      text,
    );
  if (asPlace && saysEdit(clause, text)) {
    const place = written(clause, asPlace[2]!);
    const isFirst = /first/i.test(place);
    if (isFirst || /last/i.test(place))
      return moved(
        scene,
        edit(asPlace[1]!),
        isFirst ? scene.edits[0]?.version : scene.branch.at(-1)?.version,
        isFirst,
      );
  }
  const firstThen =
    /^(?:change the order:? |reorder:? |order:? )?(?:first |do |start with |begin with |apply )*(.+?)(?:,| and| first)+ (?:then|after that|and then|only then)(?: do| apply)? (.+)$|^(?:do|apply) (.+?) first(?:,? (?:and )?(?:then )?(.+))?$/i.exec(
      text,
    ) ??
    /^(?:调整|换|改)?(?:一下)?(?:顺序)?[：:，]?(?:先|首先|应该先|我想先)(.+?)[，,]?(?:再|然后再?|之后再|才|后)(.+)$/u.exec(
      text,
    );
  if (firstThen && (saysEdit(clause, text) || /\border\b|顺序|\bfirst\b|先/iu.test(text))) {
    const [what, then] = firstThen.slice(1).filter((group) => group !== undefined);
    const one = edit(what!.replace(/\border\b|\bfirst\b/gi, ' '));
    const other = then === undefined ? scene.edits[0]!.version : edit(then);
    if (one !== undefined && other !== undefined && one > other) return moved(scene, one, other, true);
  }
  const english =
    /^(.*?)\b(?:(before|ahead of|earlier than|prior to|in front of)|(after|behind|later than))\b(.*)$/i.exec(
      text,
    );
  if (english) return moved(scene, edit(english[1]!), edit(english[4]!), english[2] !== undefined);
  const chinese =
    /^(.+?)(?:移到|放到|挪到|放在|移动到|提到|调到|排到|排在|应该在|作为|安排在|改到|提前到|安排到|放|在)(.+?)(?:(之?前面?|以前)|(之?后面?|以后))(?:去|做|执行|进行|吧|加|换|变|再做|应用)?$/u.exec(
      text,
    );
  if (chinese) return moved(scene, edit(chinese[1]!), edit(chinese[2]!), chinese[3] !== undefined);
  const isSwapped =
    /\b(?:swap|switch|exchange|reverse|flip|change)\b.*\border\b|\b(?:swap|switch|exchange)\b.*\b(?:edits|steps|changes)\b/i.test(
      text,
    ) ||
    (/交换|调换|对调|互换|换一下|颠倒|反过来|调整/u.test(text) &&
      (/顺序/u.test(text) || EDIT_WORD_ZH.test(written(clause, text)))) ||
    (/^(?:swap|switch|exchange|flip|reverse)\b/i.test(text) &&
      referencesIn(clause, text).length === 2 &&
      saysEdit(clause, text));
  if (!isSwapped) return undefined;
  const parts = text
    .replace(/^.*?\b(?:swap|switch|exchange|reverse|flip|change)\b|的?顺序.*$/iu, '')
    .split(/\band\b|\bwith\b|和|与|跟/iu)
    .map(edit)
    .filter((each) => each !== undefined);
  const [one, other] = parts.length >= 2 ? parts : scene.edits.slice(-2).map(({ version }) => version);
  if (one === undefined || other === undefined) return undefined;
  return moved(scene, Math.max(one, other), Math.min(one, other), true);
}

export const ORDER: Rule = { action: 'move', en: /./u, zh: /./u, read: toMove };
