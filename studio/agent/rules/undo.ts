/** Undo and redo in all their forms. Pure. */
import type { Plan } from '../actions.ts';
import { about, type Clause, referencesIn } from '../clause.ts';
import { versionsSaid } from '../described.ts';
import { AMOUNT, CHINESE_NUMBER, numberOf } from '../numbers.ts';
import { any, isOnly, type Rule, type Said, whole } from './rule.ts';

const EDIT = '(?:edit|step|change|instruction|part|one|thing|picture|message|bit|modification)';
const UNDO_EN = any(
  String.raw`\b(?:undo|undid|undone|undoing|revert(?:ed)?|roll(?:ed|ing)? ?back|rewind|ctrl[-+ ]?z|step back|back one|one back|(?:take|took|taking|put|turn|change|changed|bring|get|set|switch) (?:it|that|this|everything|the last \w+|my last \w+) back|take back|put back|(?:one|a|two|three|a few) (?:step|edit|version|picture)s? back|like before|as before|it was before|(?:how|the way|what|as|like) it (?:was|looked)|we had (?:it )?before|back to (?:before|how|what|the way)|changed? my mind|(?:by|a) (?:mistake|accident)|(?:i )?didn'?t (?:want|mean|ask for) (?:that|this|it)|never ?mind|scratch that|forget (?:it|that)|oops|go back|back up|(?:that|it|this) was (?:wrong|worse)|(?:this|that|it)(?:'s| is) worse|(?:i )?(?:liked|preferred) (?:it|the (?:old|earlier)|what)|mess(?:ed)? (?:it )?up|scrap (?:that|it|this)|strike that|pretend (?:that|it|this) (?:never|didn'?t)|as if (?:that|it|this) (?:never|hadn'?t)|put (?:things|everything|stuff) back|don'?t (?:want|like) (?:that|the|my|this|your) last)\b`,
  String.raw`\b(?:get rid of|cancel|remove|undo|revert|take back|take away|lose|drop) (?:what|whatever) (?:you|i|we) (?:just )?(?:did|made|changed)`,
  String.raw`\b(?:get rid of|lose|take away|cancel|remove|discard|drop|reverse|forget|reject|delete|erase|take back|throw out) (?:the |that |my |your )?(?:very )?(?:last|latest|previous|most recent) ${EDIT}`,
  String.raw`\bbefore\b.*\b(?:better|nicer|prettier)\b|\b(?:better|nicer|liked|preferred|prefer|prettier)\b.*\bbefore\b|\b(?:one|a) (?:version|step|picture) (?:earlier|before|back)\b|\b(?:\d|two|three|four) (?:steps?|versions?|edits?) back\b|\breverse (?:it|that|this)\b`,
  `^(?:back|before|no,? back|backwards?|restore(?: it| that)?|(?:the )?previous (?:state|look)|back please|go back|step back|not that|don'?t do that)$`,
);
const UNDO_WORDS =
  /^(?:undo|never|about|we|undone|undoing|undid|revert|reverted|roll|rolled|rollback|rewind|ctrl-?z|z|mind|nevermind|scratch|mistake|cancel|remove|discard|drop|reverse|forget|reject|mess|messed|wrong|bad|worse|ugly|didn't|didnt|rid|twice|couple|two|three|four|five|\d+|was|how|way|message|messages|accident|before|earlier|delete|erase|took|backwards?|restore|looked|previous|preferred|throw|horrible|terrible|awful|oops|yuck|prettier|modification|bit|scrap|strike|pretend|lose|what|whatever|happen|happened|hadn't|things|stuff|don't|dont|last|than|regret|undoes|versions?)$/i;
const UNDO_ZH =
  /撤销|撤回|撤消|撤掉|撤了|回退|后退|退回|退掉|倒退|倒回|退[一二两三四五\d]?步|退一步|上一步|还原|恢复|取消(?:刚才|刚刚|上|最后|这)|不要(?:刚才|刚刚|这次|上次|最后|这步)|(?:刚才|刚刚|上次|上一次|这次|这步)(?:那|这)?(?:个|一?步|次)?(?:修改|编辑|改动|操作)?(?:的)?(?:不要|不算|不好|不行|错)|(?:之前|以前|原来|刚才|原先|前面)(?:的|那样|那个|那张)?(?:样子|效果|状态)?(?:更|比较|还|就)?(?:好|漂亮|顺眼|行)|(?:变|改|换|弄|恢复|退|撤|倒|调)回(?:去|来|原)|(?:像|跟|和)(?:之前|以前|原来|刚才)(?:那样|一样)|回到(?:之前|刚才|原来|修改之?前)|后悔|改错了|弄错了|手滑|往回退?|连撤|撤[一二两三四五\d]+步|退回来|退一下|^(?:返回|算了|回去|退|退回|undo)$|当我没说|别改了|还是(?:之前|原来|刚才)|(?:之前|原来|刚才)的?样子|上一?个.*好/u;
const UNDO_WORDS_ZH =
  /撤销|撤回|撤消|撤掉|撤|回退|后退|退回|倒退|倒回|退|上|还原|恢复|取消|最后|原来|原先|之前|以前|后悔|点|修改|编辑|操作|改动|最近|\d+|[一二两三四五六七八九十]+|那样|一样|像|手滑|往回|掉|undo|刚刚|次|别|当|说|哎呀|快|连|我|不对|哎|一步|前面|还|算|回/giu;

const REDO_EN =
  /\b(?:redo|un-?undo|(?:undo|revert|take back|cancel|reverse) (?:the|that|my)?(?: last)? ?undo|the undo (?:was|again)|undo(?:ing)? (?:that|it) was|(?:i|just|what i) (?:just )?(?:undid|took back|reverted)|step forward|go forward|forwards?|re-?apply|undone (?:edit|step|change|one))\b|^ctrl[-+ ]?y$/i;
const REDO_WORDS =
  /^(?:redo|un-?undo|undid|undone|undo|forwards?|re-?apply|took|take|cancel|revert|reverted|bring|restore|twice|two|three|\d+|ctrl-?y)$/i;
const REDO_ZH =
  /重做|恢复(?:刚才|刚刚|被)?(?:撤销|撤回)|取消撤销|撤销撤销|前进|再恢复|(?:撤销|撤回)的(?:那?一?步)?(?:恢复|弄回|找回|要回|拿回)|(?:恢复|找回|要回|拿回)(?:刚才|刚刚)?(?:撤销|撤回)的?|(?:撤销|撤回|还原|取消).{0,4}(?:撤销|撤回)|不撤了|别撤了?|不撤销了|重新应用|^(?:下一步|redo)$/iu;
const REDO_WORDS_ZH =
  /重做|恢复|撤销|撤回|取消|前进|找回|要回|拿回|步|哎|撤|应用|别|redo|重新|回来|一步|下/giu;

/** How many times something is undone or redone; none where it is not said. */
export const timesIn = (clause: Clause, text: string): number | undefined => {
  const again = text.match(/\bundo\b/gi)?.length ?? 0;
  if (again > 1) return again;
  if (clause.language === 'zh') {
    const amount = new RegExp(`(${CHINESE_NUMBER})(?:步|次)`, 'u').exec(
      text.replace(/[上这那后]一[步次]|一步/gu, ''),
    )?.[1];
    return amount ? numberOf(amount) : undefined;
  }
  const amount = new RegExp(String.raw`\b(${AMOUNT}|twice|couple)\b`, 'i').exec(
    text.replace(/\bone\b/gi, ' '),
  )?.[1];
  return amount ? (/twice|couple/i.test(amount) ? 2 : numberOf(amount)) : undefined;
};
const repeated = (times: number | undefined) => (times && times > 1 ? { times } : {});

const goTo = (version: number): Plan => [{ type: 'go-to', version }];

function toUndo({ scene, clause, text }: Said): Plan | undefined {
  const [reference] = referencesIn(clause, text);
  const bare = text.replace(
    /\b(?:the |my |your )?(?:very )?(?:last|latest|previous|most recent) (?:\w+ )?(?:edits?|steps?|changes?|ones?|things?|messages?|pictures?|bit)\b/gi,
    ' ',
  );
  if (!isOnly(clause, bare, { en: UNDO_WORDS, zh: UNDO_WORDS_ZH })) return undefined;
  if (reference && !/^(?:the )?(?:last|latest|previous)|^[上前]/i.test(reference.text))
    return about(scene, reference, goTo);
  if (reference && /\bback to\b|回到|返回/iu.test(text) && reference.by !== 'content')
    return about(scene, reference, goTo);
  // "back to the red boat" is a version.
  if (
    /\b(?:back|return|revert|reset) to (?!before|how|what|the way|as|like|where|it|that|this|normal|previous|the (?:last|previous|old))/i.test(
      text,
    )
  )
    return undefined;
  if (
    scene.session.canRedo &&
    /\brestore\b|恢复|找回|弄回|要回/iu.test(text) &&
    !/\bbefore\b|之前|以前|原来|原样/iu.test(text)
  )
    return [{ type: 'redo' }];
  if (/\bstep back (?:so|a little|a bit|to see|from|further|and)\b/i.test(text)) return undefined;
  if (!scene.session.canUndo) return [scene.nothingThere()];
  return [{ type: 'undo', ...repeated(timesIn(clause, text)) }];
}

const EVERYTHING = whole(
  `(?:undo|revert|reset|take back) (?:everything|all(?: of (?:it|that|them))?|all (?:the |my )?(?:${EDIT}s|edits)|it all)(?: .{0,20})?`,
  '(?:全部|都|所有)(?:的)?(?:修改|编辑)?(?:都)?(?:撤销|还原)|(?:撤销|还原)(?:所有|全部)(?:的)?(?:修改|编辑|步骤|操作)?|(?:回到|返回|退回|回)(?:到)?(?:最?开始|起点|开头|原点|最初|一开始)(?:的?(?:状态|样子|地方))?',
);

export const BACK: readonly Rule[] = [
  {
    action: 'redo',
    en: REDO_EN,
    zh: REDO_ZH,
    read: ({ scene, clause, text }) => {
      if (
        !isOnly(clause, text, { en: REDO_WORDS, zh: REDO_WORDS_ZH }) ||
        referencesIn(clause, text).some(({ text: name }) => !/last|previous|[上前最]/i.test(name))
      )
        return undefined;
      if (!scene.session.canRedo)
        return /\bredo (?:it|this|that)\b/i.test(text) ? undefined : [scene.nothingThere()];
      return [{ type: 'redo', ...repeated(timesIn(clause, text.replace(/\bundo\b/gi, ' '))) }];
    },
  },
  {
    // What was just undone comes back: by these words or by what it brought.
    action: 'redo',
    en: /\b(?:put|bring|get|give|take|want|have|add)\b.*\b(?:back|again)\b|\bdo want\b|^restore\b/i,
    zh: /(?:弄|拿|加|找|放|要|变|改|恢复)(?:回来|回去|回)|恢复|不撤|还是要|要的/u,
    not: /\b(?:to|from|before|like|how|was)\b|回到|之前/i,
    read: ({ scene, clause, text }) => {
      const { canRedo, current, versions } = scene.session;
      if (!canRedo) return undefined;
      const undone = versions.filter(({ from }) => from === current);
      const references = referencesIn(clause, text);
      const isIt =
        references.length === 1 && undone.some(({ version }) => references[0]!.versions.includes(version));
      const words = {
        en: /^(?:bring|change|changes|edit|back|again|want)$/i,
        zh: /恢复|弄|拿|加|找|放|撤|哎|哦|等等|修改|编辑/gu,
      };
      if (isIt || (references.length === 0 && isOnly(clause, text, words))) return [{ type: 'redo' }];
      const said = versionsSaid(scene, clause, text);
      return said.some((version) => undone.some((each) => each.version === version))
        ? [{ type: 'redo' }]
        : undefined;
    },
  },
  {
    action: 'go-to',
    en: EVERYTHING,
    zh: EVERYTHING,
    read: ({ scene }) => {
      const [first] = scene.versionsOf({ by: 'place', place: 'original' });
      return first === undefined ? [scene.nothingThere()] : goTo(first);
    },
  },
  {
    action: 'undo',
    en: UNDO_EN,
    zh: UNDO_ZH,
    not: /\b(?:sign|says|saying|button|write|arrow)\b|^(?:let|make|have) (?:it|him|her|them|the \w+) (?:go|step|look|move|walk|turn|lean|come|fly|swim|run)|按钮|写/i,
    read: toUndo,
  },
];
