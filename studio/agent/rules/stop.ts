/** What is being drawn is to end. Pure. */
import type { Scene } from '../scene.ts';
import { any, isOnly, type Rule } from './rule.ts';
import { answer } from './talk.ts';

const STOP_EN = any(
  String.raw`^(?:(?:oh|ok|okay|please|no|wait|hey|sorry|actually|just|now|can|could|you|hmm|i|want|to|would|like|let's)[, ]+)*(?:stop|cancel|abort|halt|quit|kill (?:it|the|this|that)|interrupt)\b`,
  String.raw`\b(?:don'?t|do not|no need to|needn'?t|please don'?t) (?:draw|finish|continue|make|go on|do)\b`,
  `^(?:hold on|hold it|wait(?: a (?:minute|second|moment))?|enough|(?:please )?forget (?:about )?(?:the|that) .+)$`,
);
const STOP_WORDS =
  /^(?:stop|abort|cancel|halt|interrupt|quit|kill|drawing|draw|finish|job|generation|generating|rendering|render|run|process|task|don't|immediately|forget|need|running|working|hold|enough|needn't|anymore|wrong|thing|mistake|oops)$/i;
const STOP_ZH =
  /^(?:请|快|等等|等一下|算了|好了|先|那|不|麻烦|赶紧|哎|喂|[，,！!\s])*(?:停|停止|停下|取消|中止|终止|别(?:再)?画|不要(?:再)?画|不用画|不画|先不要画|打住|暂停|先别画|住手|等等$|等一?下$)|不要了[，,]?停|[，,]停(?:下|止)?$|(?:不要了|不画了|别画了|不用画了)$/u;

/** What is being drawn is not wanted: "no dragon please". */
const UNWANTED: Rule = {
  action: 'stop',
  en: /^(?:no|not|without|don't|do not|i don't|i do not|never mind|nevermind|forget|skip|drop|lose|leave|scrap|we don't|there's no need)\b/i,
  zh: /不要|不想要|别要|算了|不用|不画|别画|不需要/u,
  not: /[\uF000-\uF0FF]/u,
  read: ({ scene, clause, text }) => {
    const left = withoutSaid(scene, text);
    const isOfIt = scene.session.underWay.length > 0 && left !== text;
    return isOfIt && isOnly(clause, left, { en: STOP_WORDS, zh: /不|要|想|别|用|算|画|需/gu })
      ? [{ type: 'stop' }]
      : undefined;
  },
};

const ENDS: Rule = {
  action: 'stop',
  en: STOP_EN,
  zh: STOP_ZH,
  not: /\bstop(?:s|ping)? (?:sign|motion|watch)|停车|取消(?:刚才|刚刚|上|最后|第|加|那)|[\uF000-\uF0FF]|\b(?:edit|step|change)s?\b|\b(?:add|put)\b/iu,
  read: ({ scene, clause, text, match }) => {
    const isBusy = scene.session.underWay.length > 0;
    // What is being drawn may be named.
    const words = isBusy ? withoutSaid(scene, text) : text;
    if (
      !isOnly(clause, words, {
        en: STOP_WORDS,
        zh: /停|止|取消|中|终|画|住手|打住|暂停|任务|生成|绘制|当前|下来|等|别|不要|快|立刻|马上|用|赶紧|了|完|意思|错/gu,
      })
    )
      return undefined;
    if (isBusy) return [{ type: 'stop' }];
    if (/^(?:(?:please )?forget|don't|do not|enough)|不要|不画|不用/i.test(match[0])) return undefined;
    return answer('status');
  },
};

/** A text without the words of what is being drawn. */
function withoutSaid(scene: Scene, text: string): string {
  let left = text;
  for (const prompt of scene.session.underWay)
    for (const word of prompt.split(/\s+/)) {
      if (word.length > 2)
        left = left.replace(new RegExp(`\\b${word.replace(/[^\p{L}\p{N}]/gu, '.')}\\b`, 'giu'), ' ');
      for (const other of scene.otherNames(word)) left = left.replaceAll(other, ' ');
    }
  return left;
}

export const STOP: readonly Rule[] = [UNWANTED, ENDS];
