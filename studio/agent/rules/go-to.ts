/** To another version, and a second way on from one. Pure. */
import type { Action, Plan } from '../actions.ts';
import { about, referencesIn, V } from '../clause.ts';
import { GO_WORDS, GO_WORDS_ZH, isAllSaid, versionsSaid } from '../described.ts';
import type { Scene } from '../scene.ts';
import { isOnly, type Rule, type Said } from './rule.ts';

const goTo = (version: number): Plan => [{ type: 'go-to', version }];

const FRESH_EN =
  /\b(?:branch|fork|start (?:over|again|fresh|anew|from)|something (?:else|different|new)|differently|another (?:way|direction)|try)\b/i;
const EDITS_EN =
  /\b(?:make|add|remove|put|replace|swap|draw|paint|write|recolor|colou?r|wear|more|another|variations?|style|styled|combine|merge|instead of)\b|\b(?:use|take|give)\b.* (?:for|to|as)\b/i;
const LIKES_EN =
  /\b(?:(?:i|we|really|also) (?:\w+ )?(?:like|liked|love|prefer)|prefer|preferred|favou?rite|best|better|nicest|nicer|wins?|winner|loved|choose|pick|take|go with|stick with|stay with|keep|want|back|return|switch|see|show|open|say|vote|decided|continue|carry on|work(?:ing)? on|friendliest|cutest|[a-z]{3,}iest|[a-z]{2,}ier|cuter|cooler|finer|neater|the most|use|select|vote|look at|it is|going with|going for|chosen|good|right)\b/i;

const LIKES_ZH =
  /喜欢|最好|更?好看|更[可酷好美漂合顺满]|最[可酷好美漂合顺]|选|就|要|看|回|去|还给我|打开|切|继续|胜/u;
const EDITS_ZH =
  /加|添|换(?!到|回|成V)|改|变(?!回)|去掉|删|移|涂|写|画(?!得|的|面)|让(?!我)|戴|穿|调|放|合|比(?!较)|存|下载|导|风格|再来|重|多|少|不要(?!这)|[，,：:]|大|小|颜色|吗|什么/u;

function toGo({ scene, clause, text }: Said): Plan | undefined {
  const references = referencesIn(clause, text);
  // "not this one, the last one": the last named.
  const reference = references.at(-1);
  if (!reference || references.length > 2) return undefined;
  if (
    references.length === 2 &&
    !/\b(?:better|nicer|cuter|cooler|[a-z]{2,}ier|but|prefer|rather|than|not|instead of|over)\b|不要|比|但|更/iu.test(
      text,
    )
  )
    return undefined;
  const chosen =
    references.length === 2 && /\b(?:than|over|instead of|rather than)\b|比/iu.test(text)
      ? references[0]!
      : reference;
  if (/^[\uF000-\uF0FF] (?:could|should|needs?|would|must|gets)\b/iu.test(text)) return undefined;
  if (/\b(?:the look|style|layout|composition|seed|size|prompt)\b|风格|画风|一样|布局|构图/iu.test(text))
    return undefined;
  const isOnlyGoing = isOnly(clause, text, { en: GO_WORDS, zh: GO_WORDS_ZH });
  const isChosen =
    clause.language === 'en' &&
    LIKES_EN.test(text) &&
    !EDITS_EN.test(text) &&
    !/[:;]/.test(text) &&
    text.length < 70 &&
    !/,.*\b(?:with|without|in|on)\b/i.test(text);
  const isChosenZh =
    clause.language === 'zh' &&
    LIKES_ZH.test(text) &&
    !EDITS_ZH.test(
      text.replace(new RegExp(V, 'gu'), ' ').replace(references.length === 2 ? /[，,]/gu : /^$/u, ' '),
    );
  if (!isOnlyGoing && !isChosen && !isChosenZh) return undefined;
  if (
    /\b(?:like|look)\b/i.test(text) &&
    /\b(?:make|draw|paint|more|it)\b.*\b(?:like|look)/i.test(text) &&
    !isChosen
  )
    return undefined;
  const isFresh =
    (FRESH_EN.test(text) && /\b(?:from|at|of|with|on|off)\b/i.test(text)) ||
    new RegExp(`^(?:branch|fork|start over|try) ${V}$`, 'iu').test(text) ||
    (/分支|分叉|重新开始|从.*开始|换个|重新来|试试别的|重来|另起/u.test(text) && /从|以|基于/u.test(text));
  return about(scene, chosen, (version): Plan => [{ type: isFresh ? 'branch' : 'go-to', version } as Action]);
}

/** The newest picture that still had what a first picture shows, where a later edit replaced it: "back to the cat". */
function lastWith(scene: Scene, version: number, words: string): number {
  const { branch, contents } = scene;
  if (scene.seen(version)?.from !== null || !branch.some((each) => each.version === version)) return version;
  if (words === '' || contents.has(scene.end, words)) return version;
  return branch.findLast((each) => contents.has(each.version, words))?.version ?? version;
}

export const GO: readonly Rule[] = [
  {
    action: 'branch',
    en: /\b(?:branch|fork|direction|another way|different way|alternative|new path|other path|another path|start(?:ing)? (?:over|afresh|anew|fresh|again)|from scratch|split off|diverge|something (?:else|different|new))\b/i,
    zh: /分支|分叉|另一条路|(?:另一?|别的?|换一?)个?(?:方向|思路|路子)|重新开始|重头|从头|另起/u,
    not: /\b(?:make|add|remove|put|replace|swap|draw|paint|write|with the|with a|go to the|switch to the|other branch)\b|去掉|加|换成|改成|变成|去|切|看/i,
    read: ({ scene, clause, text }) => {
      const references = referencesIn(clause, text);
      if (references.length !== 1 || text.length > 60) return undefined;
      return about(scene, references[0]!, (version): Plan => [{ type: 'branch', version }]);
    },
  },
  { action: 'go-to', en: new RegExp(V, 'u'), zh: new RegExp(V, 'u'), read: toGo },
  {
    action: 'go-to',
    en: /^\d{1,3}$/,
    zh: /^\d{1,3}$/,
    read: ({ scene, text }) => (scene.seen(Number(text)) ? goTo(Number(text)) : undefined),
  },
  {
    // By what is in it, beside nothing but words of going there.
    action: 'go-to',
    en: /^(?:(?:let me|let's|can (?:i|we)|could (?:i|we)|i want to|please|now|again|take me|bring me|i prefer|i liked|hmm|no) )*(?:(?:go|get|switch|jump|return|come|move|change|roll|revert|reset|take|bring|start|rewind)?(?: it| me| us| over| all the way)* ?\b(?:back )?to|show me|show|see|open|view|load|display|look at|give me back|bring back|get back|i want|i'd like|back to|restore|start from|start with|starting from|start over from|continue with|go with|take(?= the)|branch from|branch off from|use)(?: again)?(?: to)? (?:when |where |how )?(?:it was |there was )?((?:the|my|our|that|just|summer|winter|night|day|when|before|after|it|a time)\b.*?|[a-z]+)(?: (?:again|back|please|once more|picture|photo|version|one|state))*$/i,
    zh: /^(?:还是|我?更?喜欢|我要|要|想看|让我看看?|给我看看?|请)*(?:回到|返回|看一?下|看看?|打开|切换到?|切回|切到|显示|选|要回|用回|跳到|转到|退回到?|恢复到?|换回|变回|改回|展示|就用|还是)(.+?)(?:吧|那里|好看|更?好|了|的?那个)*$/u,
    not: /\b(?:make|add|remove|put|replace|swap|draw|paint|something|style|anything|other|another|from|white background|new)\b.*$|加|换成|改成|变成|去掉|删|移|涂|画(?!得)|写|把|给(?!我看)|戴上|穿上|调|风格|[\uF000-\uF0FF]/iu,
    read: ({ scene, clause, match }) => {
      const words = match[1]!;
      const found = versionsSaid(scene, clause, words);
      const prefix = match[0].slice(0, match[0].indexOf(words));
      const isGoing =
        /\b(?:back|return|revert|restore|reset|rewind|switch|jump|go to|get to)\b|回|切|跳|返/iu.test(prefix);
      if (/\b(?:away|off|out)$/i.test(words)) return undefined;
      if (/\btake $/i.test(prefix) && scene.contents.has(scene.end, scene.contents.saidAtAll(words)))
        return undefined;
      if (found.length === 0) {
        if (/^(?:just|the|my|that) (?:beginning|start)$/i.test(words)) return undefined;
        return isGoing &&
          scene.session.versions.length > 0 &&
          clause.language === 'en' &&
          /\bto (?:the|v)/i.test(match[0])
          ? [scene.nothingThere({ by: 'content', words })]
          : undefined;
      }
      // What is shown need not be a version: "show me a lighthouse" is drawn.
      if (/^(?:an?|some) /i.test(words)) return undefined;
      if (!isAllSaid(scene, clause, words) && !isGoing) return undefined;
      if (
        found.length > 1 &&
        scene.session.current !== null &&
        !isGoing &&
        found.includes(scene.session.current)
      )
        return undefined;
      return found.length === 1
        ? goTo(lastWith(scene, found[0]!, scene.saidIn(words)))
        : [scene.whichPicture(found, goTo)];
    },
  },
  {
    // "how it was with the hat", "right before the balloon", "it was better with the cup", "the red boat looked better".
    action: 'go-to',
    en: /^(?:(?:i|we|let me|let's|please|show|see|want|to|me|go|back|jump|undo|revert|rewind|us|could|can|you|what|how|it|that|this|was|were|is|looked|looks?|like|the way|as|much|way|a lot|better|nicer|prettier|liked|preferred|of|right|just|take|return|again|state|prefer|at|think|i think) ?)*\b((?:with|without|when|before|after)\b .+)$|^(?:the|that|my) (.+?) (?:was|is|looks?|looked) (?:so |much |way |a lot )*(?:my |the )?(?:better|best|nicer|nicest|prettier|cuter|cooler|favou?rite|good|right)\b(?: than .*|,? let'?s .*|,? go .*|,? take .*)?$/i,
    not: /\b(?:make|add|remove|put an?|replace|swap|draw|paint|same)\b|[\uF000-\uF0FF]/iu,
    read: ({ scene, clause, text, match }) => {
      const words = (match[1] ?? match[2])!;
      // "with a hat" alone is a change; "with the hat" of what was there before is not.
      if (/^(?:with|without|when|as)\b/i.test(text) || /^(?:after|before) (?:that|this|it)?$/i.test(words))
        return undefined;
      if (/^(?:with|without) (?:an?|some|more|two|three)\b/i.test(words)) return undefined;
      const found = versionsSaid(scene, clause, words);
      if (found.length === 0 || !isAllSaid(scene, clause, words)) return undefined;
      const { canRedo, current } = scene.session;
      const undone = scene.session.versions.filter(({ from }) => canRedo && from === current);
      if (undone.some(({ version }) => found.includes(version))) return [{ type: 'redo' }];
      return found.length === 1 ? goTo(found[0]!) : [scene.whichPicture(found, goTo)];
    },
  },
  {
    // A thing that no picture of the branch has, and one version has: "the lighthouse".
    action: 'go-to',
    en: /^(?:the|that|my) (?!same\b)((?:(?!\bwithout\b)[\w' -]){2,40})$/i,
    read: ({ scene, clause, match }) => {
      const found = versionsSaid(scene, clause, match[1]!);
      if (found.length !== 1 || !isAllSaid(scene, clause, match[1]!)) return undefined;
      return scene.contents.has(scene.end, match[1]!) ? undefined : goTo(found[0]!);
    },
  },
];
