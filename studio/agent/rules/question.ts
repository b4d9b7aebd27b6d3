/** Whether a clause is a question. Pure. */
import type { Clause } from '../clause.ts';
import { any } from './rule.ts';

/** Questions about what is being drawn. */
export const STATUS = any(
  String.raw`^(?:is|are|was|were) (?:it|you|that|this|the (?:\w+ ?){1,3}|they|we|something|anything|any jobs?)(?: all)? (?:done|ready|finished|still .+|drawing.*|working.*|stuck|there|busy|complete|almost.*|nearly.*|frozen|coming|running)(?: yet| now| already)?$`,
  String.raw`\bhow (?:long|much longer|much time)\b(?!.*\b(?:hair|ears|tail|legs?)\b)|\bhow far (?:is it|are you|along)|\btak(?:e|es|ing) (?:so|that|this) long|\bso (?:slow|long)\b|^(?:still|almost|nearly|any) (?:busy|drawing|working|running|there|done|ready|news|progress)|\bare we there\b|\bwhen (?:will|is|does|are) (?:it|this|that|the|you)\b.*\b(?:ready|done|finish(?:ed)?|end)|^(?:the )?(?:status|progress|eta)\b|what are you (?:doing|drawing|making|working on)|\b(?:in the queue|waiting|queued?)\b|\bhurry(?: up)?\b|\bi(?:'m| am) (?:still )?waiting\b|anything happening|still not (?:done|ready|finished)|what(?:'s| is) (?:the )?(?:status|progress|running|happening|eta)\b|^done(?: yet)?$|^did (?:it|that) (?:work|fail|finish)|has it (?:finished|failed|started)|\bcoming along\b|^(?:are )?you (?:still )?(?:there|alive|awake)|\bcrash(?:ed)?\b|how much (?:is left|longer|more)|any update|how(?:'s| is) (?:it|the \w+|that|my \w+) (?:going|doing|coming)`,
);

const ASKS =
  /^(?:(?:so|and|but|well|ok|okay|hey|please|sorry|wait|actually|now) )*(?:(?:which|what(?:'s|s)?|where(?:'s|s)?|when|who(?:'s)?|whose|why|how(?:'s|s)?)\b(?! about\b| if\b|ever\b| it (?:was|looked)\b| (?:the )?\w+ looked\b)|(?:in|on|at|from|since) (?:which|what)\b|(?:is|are|was|were|does|did|has|am)\b(?! not)|(?:do|have) (?:you|we|i|they|any)\b|(?:can|could) you (?:also )?(?:do|see|speak|understand|hear|handle)\b|(?:got|have you got|you got) any\b|any (?:idea|news|progress|chance)\b|(?:tell|remind|show|give) (?:me|us) (?:again )?(?:which|what|how|where|when|who|why|(?:more )?(?:about|on)|(?:a|an|the) (?:quick |short |brief |full )?(?:overview|summary|recap|list|history))\b|(?:describe|list|summari[sz]e|sum up|recap|explain|count|inspect|info|details|history|status|progress|eta|summary|help|commands|overview)\b|(?:can|could) (?:i|we|one)\b(?! (?:please )?(?:have|get|see)\b)|who |(?:show|list|give)(?: me)? all (?:the |my |our )?(?:versions|edits|steps|changes|prompts)|(?:i wonder|i(?:'d| would) like to know|i want to know|do you know|do you remember|let me know) )/i;
const ASKS_ZH =
  /[?？]\s*$|(?:吗|(?<![什怎多])么|呢)$|什么(?!都)|(?<!那个)啥(?!都)|(?<!在)哪(?!怕)|在哪|第几|几[号版]|(?:有|画了|是|改了|做了|一共|总共|现在|共)几|几[张个步次幅]了|^有?几[张个]$|多少|多大|多久|多长时间|怎么(?!样$|都)|怎样(?!$)|如何(?!$)|为什么|为啥|咋|谁|是不是|有没有|(?:好|完|成|画)了?没(?:有)?$|来着$|^(?:请|帮我|给我|麻烦)*(?:总结|回顾|列(?:一下|出)|列|描述|介绍|说说|说明|概括|讲讲|历史|进度|状态|帮助|功能|查看.*(?:历史|参数|记录))|(?:怎么样|如何)了$|真人还是|还是机器|列出来|列一下|^(?:显示|看看?)(?:一下)?(?:编辑)?(?:历史|记录)/u;
/** What is asked for politely, or thought aloud, is no question. */
const NO_QUESTION_ZH = /[一这那]点(?:行|好|可以)?[吗吧]|怎么样$|如何$/u;

/** Whether a clause asks for words. */
export function isQuestion(clause: Clause): boolean {
  const { text, language, asked, questioned } = clause;
  if (language === 'zh')
    return (
      ASKS_ZH.test(text) &&
      !(asked && !/什么|哪|多少|怎么|谁|有没有/u.test(text)) &&
      !NO_QUESTION_ZH.test(text)
    );
  if (asked)
    return /^(?:tell|explain|describe|list|summari[sz]e|sum up|recap|remind|show me (?:which|what|how)|give (?:me|us) (?:an? )?(?:overview|summary|recap|list))\b/i.test(
      text,
    );
  if (/^(?:show|give) (?:me|us) (?:what|how) (?:an?|some) /i.test(text)) return false;
  if (ASKS.test(text) || (questioned && STATUS.test(text))) return true;
  return (
    questioned &&
    /\b(?:you|we|i|which|what|who|where|when|how|why|is|are|does|did|was)\b/i.test(text) &&
    !/^(?:can|could|may|should|shall|would|will|must|and|maybe|perhaps|how about|what about|what if|make|add|put)\b/i.test(
      text,
    )
  );
}
