/** Earlier edits left out, taken in again, or applied all as one. Pure. */
import type { Plan } from '../../actions.ts';
import { about, referencesIn, written } from '../../clause.ts';
import { CHINESE_NUMBER } from '../../numbers.ts';
import { any, isOnly, type Rule, type Said } from '../rule.ts';
import {
  EDIT_WORD,
  EDIT_WORD_ZH,
  editIn,
  FILLERS,
  FILLERS_ZH,
  inWords,
  isEdit,
  isOnlySaid,
  saysEdit,
} from './earlier-edit.ts';
import { ORDER } from './order.ts';
import { WORDING } from './wording.ts';

const AS_ONE =
  /\b(?:at once|all at once|in one (?:go|step|edit|pass|shot)|as one|into one(?: (?:edit|step|instruction))?|into a single(?: one)?|(?:in|as|into) a single (?:edit|step|pass|go|instruction|one)|squash|flatten|collapse|one single edit|in a single)\b/i;
const AS_ONE_ZH =
  /一次性|一次(?:做完|完成|应用|搞定)|一步(?:做完|完成|到位|搞定)|合(?:并|成|起来)?(?:为|成|到)?一(?:步|次|个)|合并(?:所有|全部|这些)?(?:的)?(?:修改|编辑|步骤)|并成一|并为一/u;

function toApplyAsOne({ scene, clause, text }: Said): Plan | undefined {
  const isChinese = clause.language === 'zh';
  const isOfEdits = isChinese
    ? EDIT_WORD_ZH.test(text) && !/图片?合|张.*合/u.test(text)
    : EDIT_WORD.test(text) ||
      (/\b(?:all|everything|them|whole|instructions)\b/i.test(text) &&
        !/\b(?:pictures?|images?|versions|owls?|photos?)\b/i.test(text));
  if (!isOfEdits || (!isChinese && /\b(?:new|draw|an?) (?:picture|image)\b/i.test(text))) return undefined;
  if (scene.edits.length === 0) return [scene.nothingThere()];
  const from = referencesIn(clause, text).find(
    ({ text: name }) =>
      !EDIT_WORD_ZH.test(name) &&
      !/\b(?:one|edit|step)$/i.test(name.replace(/^the (?:first|original) one$/i, '')),
  );
  return from
    ? about(scene, from, (version): Plan => [{ type: 'apply-as-one', from: version }])
    : [{ type: 'apply-as-one' }];
}

const LEAVE_OUT = any(
  String.raw`\b(?:without|leave|leaving|left|skip|omit|drop|ignore|forget|disable|exclude|take|cut|remove|undo|cancel|delete|revert|reverse|switch off|turn off|except|apart from|but|deactivate|get rid of|ditch|don't want|do without|no longer|scrap|kill|lose)\b`,
);
const LEAVE_OUT_ZH =
  /去掉|跳过|略过|忽略|不要|别要|取消|撤销|撤回|撤掉|删|省略|排除|禁用|拿掉|去除|不算|除了|抽掉|剔除|不用|作废|不想要|拿走/u;

function toLeaveOut({ scene, clause, text: signed }: Said): Plan | undefined {
  const text = inWords(clause, signed);
  const isChinese = clause.language === 'zh';
  const isKept = isChinese
    ? /(?:其他|其它|其余|别的|剩下).*(?:保留|不变|不动|留|不要动|别动)|只(?:撤销|取消|去掉)/u.test(text)
    : /\b(?:keep|leave|save)\b.*\b(?:rest|everything|others?|all)\b|\b(?:everything|all)\b.*\b(?:but|except|apart from|without)\b|\bundo (?:just|only)\b|\bonly undo\b/i.test(
        text,
      );
  const isOut =
    (/^(?:skip|undo|revert|take back) (?:the |that |my )?[a-z]/i.test(text) && isOnlySaid(scene, text)) ||
    /\bleav(?:e|ing)\b.*\bout\b|\bleave out\b|\bskip\b|\bomit\b|\bleft out\b/i.test(text) ||
    /跳过|略过|忽略/u.test(text);
  if (!saysEdit(clause, text) && !isOut && !(isKept && /undo|revert|edit|撤销|取消|drop|leave/iu.test(text)))
    return undefined;
  if (!isChinese && /\b(?:what|which|how)\b/i.test(text)) return undefined;
  const bare = isChinese
    ? text.replace(/[，,](?:但|不过)?(?:其他|其它|其余|别的|剩下).*$/u, '')
    : text
        .replace(/,? ?\b(?:but|and) (?:keep|leave|the rest|everything else|not)\b.*$/i, '')
        .replace(/,? (?:keep|leave) the (?:rest|others?).*$/i, '');
  // The newest one is undone.
  if (
    /\b(?:last|latest|previous|most recent) (?:\w+ )?(?:edit|step|change|instruction)s?\b/i.test(
      written(clause, bare),
    ) ||
    /(?:上一|刚才|刚刚|最后一?|这一?)(?:步|次|个)(?!.{0,2}(?:去掉|拿掉|不要|取消|跳过|删))/u.test(
      bare.replace(/[^，,]{1,8}这一?[步个]/u, ''),
    ) ||
    new RegExp(`(?<!第)${CHINESE_NUMBER}[步次]`, 'u').test(bare.replace(/[这那上]一[步次]/gu, ''))
  )
    return undefined;
  const references = referencesIn(clause, bare).filter(({ by }) => by !== 'content');
  if (references.length > 1) {
    const edits = references.flatMap(({ versions }) => versions.slice(0, 1));
    return edits.every((edit) => isEdit(scene, edit))
      ? edits.map((edit) => ({ type: 'leave-out' as const, edit }))
      : [scene.nothingThere()];
  }
  const parts = bare.split(/,| and |&|、|和|跟|以及/iu).map((part) => editIn(scene, clause, part));
  if (parts.length > 1 && parts.every((part) => isEdit(scene, part)) && new Set(parts).size === parts.length)
    return parts.map((edit) => ({ type: 'leave-out' as const, edit: edit! }));
  const edit = editIn(scene, clause, bare);
  if (isEdit(scene, edit)) return [{ type: 'leave-out', edit }];
  return saysEdit(clause, text) && references.length === 1 && isOut ? [scene.nothingThere()] : undefined;
}

const TAKE_IN =
  /\b(?:bring|put|take|get|give|add|want|have|switch|turn|use|apply|activate|do)\b.*\b(?:back(?: in| on)?|again|on again|in again|on)\b|\bdo want\b|\b(?:bring back|re-?enable|enable|restore|include|take in|reinstate|put back|add back|re-?activate)\b/i;
const TAKE_IN_ZH =
  /(?:加|放|弄|找|拿|要|改|用|装|捡)(?:回来|回去|回)|恢复|还原|重新(?:启用|加上|应用|打开|用上)|启用|找回|再用上/u;

function toTakeIn({ scene, clause, text }: Said): Plan | undefined {
  const out = scene.session.versions.filter(({ state }) => state === 'disabled');
  const [reference] = referencesIn(clause, text);
  if (reference && reference.by !== 'content') {
    const found = out.find(({ version }) => reference.versions.includes(version));
    return found && [{ type: 'take-in', edit: found.version }];
  }
  const edit = editIn(scene, clause, text, out);
  if (edit !== undefined) return [{ type: 'take-in', edit }];
  if (
    out.length === 1 &&
    saysEdit(clause, text) &&
    /\b(?:left out|skipped|disabled)\b|跳过|去掉|忽略/iu.test(text)
  )
    return [{ type: 'take-in', edit: out[0]!.version }];
  if (
    out.length === 1 &&
    isOnly(clause, text, {
      en: /^(?:bring|back|restore|include|enable)$/i,
      zh: /加|放|弄|找|拿|要|回|来|恢复|启用/gu,
    })
  )
    return [{ type: 'take-in', edit: out[0]!.version }];
  if (
    reference ||
    !/\b(?:back|restore|again)\b|回|恢复|还原/iu.test(text) ||
    /\b(?:go|show|to|as|how)\b|回到/iu.test(text)
  )
    return undefined;
  // What a later edit took away comes back without that edit.
  const words = written(clause, text)
    .replace(clause.language === 'en' ? FILLERS : FILLERS_ZH, ' ')
    .replace(/回来|回去|恢复|还原|戴|给它|它/gu, ' ')
    .trim();
  const [removal] =
    words === ''
      ? []
      : scene.contents
          .editsThatSay(words, scene.edits)
          .filter(({ prompt }) =>
            /\b(?:remove|delete|erase|take (?:away|off)|get rid|lose|without|no)\b|去掉|删|移除|拿掉|擦掉/iu.test(
              prompt,
            ),
          );
  return removal && [{ type: 'leave-out', edit: removal.version }];
}

export const EDITS: readonly Rule[] = [
  { action: 'apply-as-one', en: AS_ONE, zh: AS_ONE_ZH, read: toApplyAsOne },
  ORDER,
  WORDING,
  { action: 'leave-out', en: LEAVE_OUT, zh: LEAVE_OUT_ZH, read: toLeaveOut },
  { action: 'take-in', en: TAKE_IN, zh: TAKE_IN_ZH, read: toTakeIn },
];
