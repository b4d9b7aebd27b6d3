/** Greetings, thanks and praise: the clause says nothing else. Pure. */
import type { AnswerKind, Plan } from '../actions.ts';
import { isOnly, type Rule, whole } from './rule.ts';

export const answer = (
  kind: AnswerKind,
  more: { reason?: string; params?: Record<string, string>; pictures?: readonly number[] } = {},
): Plan => {
  const { pictures, ...others } = more;
  return [{ type: 'answer', kind, ...others, ...(pictures && { pictures: [...pictures] }) }];
};

const PRAISE =
  /^(?:thanks?|thx|ty|tysm|cheers|great|nice|cool|perfect|awesome|lovely|beautiful|wow|wonderful|amazing|excellent|fantastic|brilliant|super|superb|neat|sweet|cute|cutest|gorgeous|stunning|love|loves|adorable|impressive|incredible|pretty|fun|funny|job|work|exactly|appreciate|appreciated|bye|goodbye|magnificent|yay|hooray|haha|lol|impressed|spot|gold|legend|thank|grateful|happy|pleased|satisfied|best|ever|needed|imagined|absolutely|truly|totally|done|today|wanted|hoped|helpful|help|turned|result|masterpiece|ciao|later|night|day|aw+|wo+w|mate|had|mind|hi|hello|asked|pleasure|bravo|well|rock|rocks|rule|bunch|will|yes|omg)$/i;
const PRAISE_KEY =
  /\b(?:thanks?|thx|ty|tysm|cheers|great|nice|cool|perfect|awesome|lovely|beautiful|wo+w|wonderful|amazing|excellent|fantastic|brilliant|superb|neat|gorgeous|stunning|adorable|impressive|incredible|appreciate|bye|goodbye|yay|haha|lol|impressed|love (?:it|this|that|how)|well done|good job|happy|satisfied|thank|aw+|so cute|masterpiece|exactly (?:what|how|right)|what i (?:needed|wanted|had in mind|meant))\b/i;
const NO_PRAISE =
  /\b(?:but|make|add|another|again|more|instead|back|before|better|best|not|don't|didn't|isn't|wasn't|picture \d|v\d|though|only|except|something|could|would be|if)\b|[@\uF000-\uF0FF]/iu;
const CHINESE_PRAISE =
  /完全|就是|可爱|好看|漂亮|美|棒|赞|完美|厉害|喜欢|满意|酷|牛|妙|不错|优秀|精彩|惊艳|绝|谢谢|感谢|多谢|谢啦|谢|辛苦|哇|哈|爱|画得|做得|干得|帅|萌|给力|太|超|极|想要|啦|喔|耶|正是|我/gu;
const CHINESE_PRAISE_KEY =
  /可爱|好看|漂亮|美|棒|赞|完美|厉害|喜欢|满意|酷|牛|妙|不错|优秀|精彩|惊艳|绝了|谢|辛苦|哇|哈哈|帅|萌|给力|就是我想要的|正是我/u;
const NO_CHINESE_PRAISE =
  /[\uF000-\uF0FF]|第|v\d|@|那张|更|改|换|变|弄|比较|之前|但|再|一点|难|不(?!错|得了|愧)|没(?!得说)|太.{1,2}了.*[一点]|最/u;

export const TALK: readonly Rule[] = [
  {
    action: 'answer',
    en: whole(
      `(?:hi+|hello+|hey+|yo|hiya|howdy|greetings|sup|good (?:morning|evening|afternoon|day)|what'?s up)(?: (?:there|all|everyone|again|palimpsest|bot|you|friend|guys|partner|team|folks|buddy|mate|world))*`,
      `(?:it'?s me|i(?:'m| am) (?:back|new here|new|here)|my name is \\w+|(?:hi|hello|hey),? (?:i am|i'm|this is) \\w+)(?: (?:again|here))*`,
      `(?:hel+o+|he+y+|hi+|hola|bonjour|hallo|salut|ciao|namaste|aloha|morning|evening|hullo|'?ello|yo+|salutations)(?: (?:there|again|all|you|studio))*`,
      `(?:hi|hello|hey|hiya|howdy|greetings|good (?:morning|day|evening|afternoon))\\b(?!.*\\b(?:an?|some|the|draw|make|paint|with|in|on)\\b).{0,40}`,
      `(?:hi|hello|hey)?(?: there)?[, ]*(?:how are you|how(?:'s| is) it going|how are things|how do you do|what'?s new|how have you been|how(?:'s| is) your day)(?: doing| going)?(?: today)?`,
      `nice to meet you|heya|hello world|good to see you`,
    ),
    zh: whole(
      '(?:大家|你们?|您)好(?:呀|啊|吗|哦)?|[嗨嘿喂]+|哈[喽罗啰]|早呀|hello呀|哈啰|hello|hi|早上好|早安|早|中午好|下午好|晚上好|在吗|在不在|有人吗|你好你好|最近怎么样|你(?:今天)?怎么样|(?:我是|我叫)(?!要|想|说|觉得|不)\\p{Script=Han}{1,4}',
    ),
    read: () => answer('greeting'),
  },
  {
    action: 'answer',
    en: whole(
      `(?:ok(?:ay)?,? |no,? |great,? |oh,? |wow,? )?(?:many )?(?:thanks?|thank you|thx|ty|cheers|tysm)(?: (?:a lot|so much|you|very much|again|a bunch|for (?:the|your|this|all|that) .+|for everything))*`,
      `(?:very |so |really |oh )?(?:great|nice|cool|perfect|awesome|lovely|beautiful|wow|wonderful|amazing|excellent|fantastic|brilliant|super|good|neat|sweet|cute|pretty|gorgeous)(?: (?:job|work|one|picture|result|stuff))?`,
      `(?:(?:wow|hm+|hey|ok|oh),? )?(?:(?:that|this|it|these|they)(?:'s|'re| is| are| was| looks?)? )?(?:not|isn't|aren't|ain't) (?:too |so |half |all that |that )?(?:bad|shabby|ugly|terrible)(?: at all| actually| either)?`,
      `(?:now )?that(?:'s| is) (?:much |way |a lot )?(?:more like it|better|the spirit)|well done|good job|bravo|(?:i )?(?:really )?(?:love|like) (?:it|this|that|them)(?: a lot| so much| very much)?|love it`,
      `(?:that|this|it)(?:'?s| is| looks?) (?:very |so |really |just |pretty |absolutely )?(?:great|perfect|nice|good|lovely|it|awesome|beautiful|cute|wonderful|amazing|fine|cool|gorgeous|excellent|exactly right|exactly what i wanted|what i wanted)(?: now)?`,
      `looks (?:very |so |really )?(?:great|good|nice|perfect|amazing)|ok(?:ay)?|fine|alright|bye(?: bye)?|goodbye|good ?night|see you(?: later)?|haha+|lol|yay|👍+|❤️?|😀|🙏`,
      `(?:ok(?:ay)?,? |bye,? )?88[68]?|(?:that|this|it)(?:'ll| will) do|(?:10|ten) ?(?:\\/|out of) ?(?:10|ten)|spot on|nailed it|you nailed it|bingo|exactly|chef'?s kiss|(?:yes,? )?that'?s (?:it|the one)(?: exactly)?|(?:yes,? )?exactly (?:that|this|like that)|(?:this|that|you) made my day|i(?:'m| am) in love(?: with (?:it|this|that))?|you(?:'re| are) an? (?:star|genius|legend|hero|artist)|you (?:rock|rule|are the best|are great|are awesome)|you're (?:the best|great|awesome|amazing)|that(?:'s| is) all(?: for (?:today|now))?|i(?:'m| am) (?:done|happy(?: with (?:it|this|that))?)`,
    ),
    zh: whole(
      '(?:好的?，?|哇，?|嗯，?|太好了，?|非常|十分|多)?(?:谢谢|感谢|多谢|谢了|谢啦|辛苦了|辛苦)(?:你|您|啦|了|帮忙|你的帮助|你帮忙|！|~)*',
      '(?:真|太|很|好|非常|挺|超|超级|特别|这个|这张|画得|做得|看起来|它)*(?:不错|好看|漂亮|可爱|棒|赞|完美|好|厉害|美|喜欢|满意|酷|牛|妙|行)(?:了|啊|呀|极了|哦|的|耶|！|吧|这张|这个|它)*',
      '我?(?:很|好|非常|太|超)?(?:喜欢|爱|满意)(?:这张|这个|它|了|这幅画|这幅)*|就(?:是)?这样(?:吧|了|就好|很好)?|可以(?:了|的)?|行(?:了|吧)?|好(?:的|吧|了|嘞|哒)?|嗯+|哦+|哈+|哇+|再见|拜拜|晚安|没事了|没了|就这些|👍+|点赞|牛逼|nice|ok|OK',
    ),
    read: () => answer('thanks'),
  },
  {
    action: 'answer',
    en: PRAISE_KEY,
    zh: CHINESE_PRAISE_KEY,
    read: ({ clause, text }) => {
      const isMore = clause.language === 'en' ? NO_PRAISE.test(text) : NO_CHINESE_PRAISE.test(text);
      if (isMore || clause.questioned) return undefined;
      const isSaidToMe =
        clause.language === 'en' &&
        text.split(' ').length <= 9 &&
        /\b(?:you|this|that|i|i'm|me|my|it)\b/i.test(text) &&
        !/\b(?:an?|want|need|like|should|more|less|with|now|go|show|the)\b/i.test(text);
      return isSaidToMe || isOnly(clause, text, { en: PRAISE, zh: CHINESE_PRAISE })
        ? answer('thanks')
        : undefined;
    },
  },
];
