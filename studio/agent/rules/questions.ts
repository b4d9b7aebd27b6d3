/** Questions about the studio, the model and the session: each is answered in words, and none is ever drawn. Pure. */
import type { AnswerKind, Plan } from '../actions.ts';
import { referencesIn, written } from '../clause.ts';
import { canBeDrawn } from '../known-subject.ts';
import { isQuestion, STATUS } from './question.ts';
import { any, type Rule, type Said, whole } from './rule.ts';
import { answer } from './talk.ts';
import { about, which } from './which-version.ts';

/** A rule that reads questions alone. */
const asks = (en: RegExp, zh: RegExp, read: (said: Said) => Plan | undefined): Rule => ({
  action: 'answer',
  en,
  zh,
  read: (said) => (isQuestion(said.clause) ? read(said) : undefined),
});
const says = (kind: AnswerKind) => () => answer(kind);

const CAPABILITIES = whole(
  `what (?:all |else )?(?:can|could|do|would) (?:you|this|it|i|we|this (?:thing|app|studio|tool)|palimpsest) do(?: here| with (?:this|it|you)| for me)?`,
  `help(?: me)?|i need help|commands|what (?:commands|features|functions) .*|what is (?:this|palimpsest)(?: for| thing| place)?|what(?:'s| is) this(?: app| thing| for| all about)?`,
  `how does (?:this|it|palimpsest)(?: app| thing| studio| all)? work|who are you|what are you|what are (?:my|the|your) (?:options|abilities|capabilities|features)|what(?:'s| is) possible(?: here)?|what kind of things can you do|tell me (?:about yourself|what you can do)|show me what you can do|how can you help(?: me)?|introduce yourself|what can i (?:say|ask|type|write|tell you)(?: here| to you)?|what (?:all )?(?:are you able to|can you help (?:me )?with).*|what (?:am i|are we) supposed to .*|what should i (?:type|say|write|do)(?: here)?|how do (?:i|we) (?:begin|start|get started)|explain (?:to me )?how (?:this|it|that) works|how (?:this|it) works`,
);
const CAPABILITIES_ZH = any(
  '^(?:你|这个|这|这里|我)?(?:都|还|到底)*(?:能|会|可以|可)(?:做|干|帮我做|帮我干|帮我|在这里做|帮到我)(?:些|点)?(?:什么|啥|哪些|哪些事)(?:事情|事)?',
  '^(?:帮我)?做(?:些|点)?(?:什么|啥)(?:呀|啊|呢)?$|^你?都?会(?:些|点)?(?:什么|啥|哪些)(?:呢|呀)?$|(?:有|都有)(?:什么|哪些|啥)(?:功能|本领|能力|用|作用|用处)|^(?:你|这)是(?:谁|什么|干什么的|做什么的|啥|什么东西|什么应用)(?:呀|啊|呢)?$|^(?:帮助|help|功能)$|^(?:这个|它|这|你)?(?:东西|工具|应用)?(?:应该)?(?:是)?(?:怎么|如何|咋)(?:用|使用|工作|玩)(?:的|呢|啊|你|它|这个)*$|(?:该|要|可以)?(?:输入|说|打)(?:些)?什么$|怎么开始|介绍一?下(?:你)?自己|自我介绍|有(?:什么|哪些)(?:命令|指令)',
);
const KNOWS = any(
  String.raw`^what (?:\w+ ){0,4}?(?:can|could|do|are|should) (?:you|it|i|the model|this model|we)(?: (?:best|able to|actually|even))? (?:draw|paint|make|know(?: how to draw)?|create|generate|ask for|render|good at(?: drawing)?|depict|handle|understand|ask you to draw|do well)(?: well| best| here| for me)?$`,
  String.raw`^(?:which|what)(?: kinds? of| sorts? of| types? of| other)? (?:styles?|animals?|things?|subjects?|colou?rs?|backgrounds?|objects?|words|places|sizes|scenes|stuff)\b.*\b(?:know|draw|have|there|can|available|support(?:ed)?|offer|paint|learn(?:t|ed)?|understand|use|possible|work)`,
  `^(?:give|show|tell|list)(?: me)? (?:a list of |all )?(?:the |your )?(?:things|subjects|animals|styles|everything|what)\\b.*\\b(?:you can|you know)\\b|^list (?:the |your |all )*(?:subjects|animals|styles|things)\\b|^how many .*\\b(?:do you know|can you)`,
  `^what do you know|in your (?:repertoire|vocabulary)|what (?:have|did) you learn|what were you trained on|what are you good at|\\b(?:any|other|more) (?:styles|animals|subjects)\\b`,
  `^(?:can|could) you (?:also )?(?:do|speak|understand|handle)\\b(?! (?:that|this|it)$)`,
  `^(?:do|does) (?:you|it|the model|this model) (?:also )?(?:know|understand|recogni[sz]e|support|draw|do|speak|handle|paint)\\b(?! (?:that|this|it|me)$)`,
  `^(?:are|is) (?:you|it|the model) (?:also )?(?:able to|good at|capable of|familiar with)\\b`,
  `\\byou (?:can't|cannot|can not|couldn't) (?:draw|paint|do)\\b|\\bsomething you (?:know|can draw|could draw)\\b|\\bwhat (?:can't|cannot) you\\b`,
  `^(?:have|has) (?:you|it|the model) (?:ever )?(?:learn(?:t|ed)|seen|drawn)\\b`,
);
const KNOWS_ZH = any(
  '(?:能|会|可以|擅长|能够)(?:画|画出|生成|绘制|创作)(?:些|点|出|得了)?(?:什么|哪些|啥|哪种|多少种)',
  '(?:认识|知道|懂|学过|支持|会|有|听得懂|看得懂)(?:什么|哪些|多少种?|啥)(?:东西|动物|风格|颜色|背景|物体|词|主题|场景|画风|题材|尺寸)?',
  '(?:什么|哪些|几种)(?:风格|动物|颜色|背景|东西|画风|题材|主题|场景|物体|尺寸)|(?:风格|动物|颜色|背景|画风|题材)(?:都)?(?:有|能|可以|会)(?:选|画|用)?(?:什么|哪些|啥)|都能选什么|列出?(?:你)?(?:会|能)画的',
  '你?(?:不会|画不了|不能画|画不出)(?:画)?(?:什么|啥|哪些)|能力范围|你(?:会|能)画(?:吗|么|的)|你(?:知道|认识)是?(?:什么)?|有.*(?:风格|画风)吗',
  '^(?:你|这个模型|模型|它)(?:会不会|会|懂得|懂|认识|知道|学过|了解|听得懂|听懂|支持|擅长)(?!不会)(?!做|干|用|这么|怎么).*(?:吗|么|不)?$',
);
const MODEL = any(
  String.raw`\b(?:model|gpt|chatgpt|stable diffusion|midjourney|dall-?e|gemini|claude|flux|glm|neural|weights|checkpoint)\b`,
  String.raw`\bwhat(?:'s| is) your name\b|\b(?:which|what)\b.*\b(?:ai|engine|network)\b|\bare you (?:an? |really |based on )?(?:ai|robot|bot|human|person|real|machine|program|computer|local|running|open source|free)\b|\bwho (?:made|built|created|trained|wrote|developed) (?:you|this)\b|what version (?:are you|is this)|what are you running|under the hood|who am i (?:talking|speaking|chatting)|behind (?:this|you)|do you (?:run|use)\b.*\b(?:cloud|internet|gpu|local)`,
);
const MODEL_ZH =
  /模型|引擎|gpt|人工智能|stable ?diffusion|midjourney|(?<![a-z])ai(?![a-z])|你叫(?:什么|啥)|是真人|你的名字|谁(?:做|开发|训练|创造|造)|真人|机器人吗|本地(?:运行|跑)/iu;
const STATUS_ZH =
  /(?:画|做|弄|生成|完成|处理)?(?:好|完|完成|结束)了?(?:吗|没有|没|么)$|多久|多长时间|什么时候(?:能|会|才能|可以|画完|完成|好)|进度|(?:现在)?(?:是什么)?状态|在(?:干|做|画|忙)(?:什么|啥|吗)|到哪(?:里|儿|一步)?了|(?:怎么|为什么)(?:还没|这么慢|这么久|还没有|那么慢)|卡住|还在(?:画|跑|运行)|排队|还剩|是不是卡|等(?:好久|半天|了)|快点|(?:怎么样|如何|咋样)了$/u;
const HOW = any(
  String.raw`^how (?:do|can|could|would|should|to|does one|might|about)\b|^how does (?!.*\b(?:compare|differ)\b)`,
  `^where (?:do|can|should|is the button|are the|is the (?:\\w+ )?(?:button|setting|menu|option))`,
  String.raw`^(?:can|could|may) (?:i|we|one)\b(?! (?:have|get|see)\b)`,
  String.raw`^is (?:it|there) (?:possible|a way|any way|an option|a button|a shortcut)\b`,
  `^what(?:'s|s| is) the (?:trick|way|best way|easiest way|difference between)\\b|^what (?:does|do) .* (?:do|mean|button)$|^what happens (?:if|when) |^what(?:'s| is) an? (?!.*\\b(?:picture|version)\\b)|^explain (?:how|what|the) |^do (?:i|you|we) (?:have|need) to `,
);
const HOW_ZH = any(
  '(?:怎么|如何|怎样|咋)(?!样|这么|还|画(?:的|出|成)|来的|得到|生成的|改(?:出|成|来)|说|写)(?:才能|能|可以|去|做|弄|操作|办|用|搞|来|把|让|改|下载|撤|给|只|设|保存|导|选|换|调|加|上传|比|合|分享|回|画|重)?',
  '^(?:我|我们)?(?:能|可以|能不能|可不可以)(?:撤销|导出|下载|上传|分享|对比|比较|重做|改名|回到|保存|恢复|涂|打印|编辑自己|用自己|自己上传)',
  '诀窍|窍门|技巧|在哪(?:里|儿)?(?:设置|改|调|选|下载|上传)|有(?:没有)?办法|(?:草稿|质量|种子|步数).*(?:区别|意思)|(?:区别|意思).*(?:草稿|质量|种子|步数)',
  '(?:按钮|功能|设置|文件|下载|上传|菜单).*在哪|是什么意思|有(?:没有)?(?:办法|什么办法|快捷键)|干什么用',
);
const COUNT = any(
  String.raw`^(?:tell me |show me )?how many\b(?!.*\b(?:steps?|seconds|minutes|use[ds]?|know|can you)\b)|^(?:count|number of)\b|what(?:'s| is) the (?:total )?number of\b`,
);
const COUNT_ZH =
  /(?:几|多少)(?:张|个|幅|次|只|条)(?!.*(?:种子|步数))|(?:图片|图|版本|编辑|修改)(?:一共|总共)?(?:有)?(?:多少|几)/u;
const HISTORY = any(
  `^what (?:have|has|did|all did|all have) (?:we|i|you|been) (?:already )?(?:do(?:ne)?|changed?|made?|draw|drawn|edit(?:ed)?|tr(?:y|ied)|been doing)(?: here| so far| until now| already| up to now| today| together| to (?:it|this|the .*))*$`,
  String.raw`\b(?:history|summary|recap|overview|so far)\b|\b(?:list|show|tell|summari[sz]e|sum up|explain|remind)\b.*\b(?:edits|changes|steps|versions|prompts|messages|everything|what (?:we|i|you)(?:'ve| have)? (?:did|done|made|changed))\b|what happened|^(?:what|which) (?:are|were) (?:the|my|all|our) (?:edits|changes|steps|versions)|^(?:which|what) (?:edits|changes|steps|versions)\b(?!.*\b(?:has|have|had|with|show|contain)\b)|how did we get here|walk me through|in (?:which|what) order|timeline|what did (?:i|we) just do|last (?:things?|changes?|edits?|three|few)\b.*\b(?:i|we) (?:did|made)|what (?:was|were) (?:my|the|our) last (?:\w+ )?(?:edits?|changes?|steps?)|where are we$|what (?:i|we)(?:'ve| have) done`,
);
const HISTORY_ZH =
  /历史|回顾|总结|概括|(?:列|显示|看看?|查看).{0,4}(?:所有|全部)?(?:的)?(?:版本|步骤|修改|记录)|(?:做|改|画|编辑|干|修改|变)(?:了|过)(?:些|哪些|一些)?(?:什么|啥)$|(?:做|改|有)(?:了|过)?(?:哪些|什么)(?:修改|编辑|步骤|改动|版本)|(?:做|改|画|变|动)(?:了|过)(?:哪些|什么)(?:地方|东西|内容|部分)?$|发生了什么|哪些步骤|都(?:改|做|画)(?:了|过)/u;
const ABOUT = any(
  String.raw`\b(?:prompt|wording|seed|resolution|settings?|guidance|dimensions|recipe|parameters|metadata|details|info)\b|\bhow (?:big|large|wide|high|tall|old)\b|\bhow many steps\b|\bsizes?\b|\b(?:did|have) (?:i|we) (?:say|said|ask|asked|write|written|type|typed|prompt|use)\b|\bi (?:ask(?:ed)?|said|typed|wrote|say|type|write) (?:for|in|here|to)\b`,
  String.raw`^(?:describe|inspect|info|details)\b|\b(?:made|make|come about|come from|created?|generated?|based on|get)\b|^what(?:'s| is| are| do you see| can you see)?\b.*\b(?:in|on)\b|^where am i$|^why\b|\bwhat(?:'s|s| is| was| does| did)\b.*(?:[\uF000-\uF0FF]|\b(?:this|that|it|the (?:picture|image|poster|sign|text))\b)|^(?:tell|show|give) me (?:more )?(?:about|on)\b|^is [\uF000-\uF0FF]`,
  `^(?:which|what) (?:version|picture|one|number)(?: is)? (?:is )?(?:this|that|it|current|active|the current one|the active one|am i (?:on|in|at)|are we (?:on|in|at))(?: now)?$`,
);
const ABOUT_ZH =
  /种子|随机数|多大|尺寸|大小|分辨率|用.{0,3}[词字]|提示词|描述|原话|参数|设置|步数|多少步|怎么(?:画|做|来|得到|生成|改|说|写)|我(?:当时)?(?:是)?(?:怎么)?(?:说|写|输入|打)|根据什么|从哪(?:张|个|里)?(?:改|来|画)|(?:是|有|画)(?:了)?(?:些)?(?:什么|啥)|改了(?:什么|啥)|为什么|为啥|第几(?:张|版|个版本)了?$/u;
const WHICH = any(
  String.raw`\b(?:which|where|when|what number|what version|what picture)\b|\bin (?:what|which)\b|\b(?:is|are|was) there\b|^(?:do|did|have|has|had) (?:we|i|you)\b|\bany of (?:them|these|those)\b|^what(?:'s|s| is| was) [\uF000-\uF0FF]$|^what(?:'s| is| was) the (?:one|version|picture|number)\b`,
);
const WHICH_ZH = /哪|第几|几号|有没有|有.*吗$|过.*吗$|什么时候/u;

/** "can you draw a wolf": asked for where the model can, a question where it cannot. */
const CAN_DRAW: Rule = {
  action: 'answer',
  en: /^(?:draw|paint|make|do|render|write|create|sketch|handle)(?: (?:also|even))? (.+)$/i,
  zh: /^(?:你|它|模型)?(?:能|可以|能不能|会|可不可以)?(?:画|写|生成)(.+)$/u,
  read: ({ scene, clause, match }) => {
    if (!clause.asked) return undefined;
    const words = match[1]!;
    if (clause.language === 'zh') {
      const isRequest =
        /^(?:一|两|几|个|张|幅|只|条|头|朵|我|给|得|出|在|点)/u.test(words) &&
        canBeDrawn(scene.context.knows, words);
      return isRequest || /[，,]/u.test(words) || scene.hasPicture
        ? undefined
        : answer('knows', { params: { words } });
    }
    if (/\b(?:instead|now|next|too|also|as well)\b/i.test(words)) return undefined;
    if (/^(?:(?:an?) [\w -]+)$/i.test(words) && /^(?:draw|paint|render|create|sketch)/i.test(clause.text))
      return canBeDrawn(scene.context.knows, words) ? undefined : answer('knows', { params: { words } });
    const isKind =
      /^(?!(?:me|us|it|this|that|the|him|her|them|an?|some|one|two|three|four|my|his|her)\b)(?:[^,]*s(?: too| well| as well)?|chinese(?: \w+)?|text|writing|anime|line art|3d)$/i.test(
        words,
      );
    return isKind && !/^make\b/i.test(clause.text) ? answer('knows', { params: { words } }) : undefined;
  },
};

const isAboutHere = ({ scene, clause, text }: Said): boolean =>
  referencesIn(clause, text).length > 0 ||
  /\b(?:seed|prompt|size|settings|describe|resolution)\b|种子|提示词|尺寸|参数|描述|分辨率|步数/iu.test(
    text,
  ) ||
  /\b(?:it|this|that|picture|image|here|i|we)\b|这|它|图|我/iu.test(text) ||
  scene.contents.saidAtAll(written(clause, text)) !== '';

export const QUESTIONS: readonly Rule[] = [
  CAN_DRAW,
  {
    action: 'answer',
    en: /\b(?:can|could|do|would) you (?:also |even )?(?:draw|paint|know|do|make) (?:that|those|these|them|such|it)\b/i,
    read: ({ clause }) =>
      clause.questioned ? answer('knows', { params: { words: clause.text } }) : undefined,
  },
  { action: 'answer', en: CAPABILITIES, zh: CAPABILITIES_ZH, read: says('capabilities') },
  asks(MODEL, MODEL_ZH, ({ text }) =>
    /\bmodel\b.*\b(?:know|draw)|模型(?:会|能|认识|知道)/iu.test(text)
      ? answer('knows', { params: { words: text } })
      : answer('model'),
  ),
  {
    action: 'answer',
    en: /\bpart of (?:the|an?) (?:image|picture|photo)$/i,
    zh: /只(?:画|改)一部分|一部分.*怎么/u,
    read: ({ clause }) => (clause.asked && clause.questioned ? answer('how') : undefined),
  },
  {
    action: 'answer',
    en: /\b(?:don't know|do not know|not sure|teach me|need to know|wondering|forgot|no idea) how (?:to|i|do|one)\b|\bcan(?:'t|not) find (?:the|out|a) .*\b(?:button|option|setting|menu|how)\b|^(?:i )?need help (?:with|to)\b|^help me (?:with|to (?:undo|find|download|export|mask|upload|compare))\b/i,
    zh: /不知道(?:怎么|如何|在哪)|教(?:教)?我|找不到.*(?:按钮|功能|设置|选项)|不会用|不懂怎么|忘了怎么/u,
    read: ({ text }) => (/画(?:一|个|只)/u.test(text) ? undefined : answer('how')),
  },
  asks(HOW, HOW_ZH, ({ text }) => (/(?:为什么|为啥)/u.test(text) ? undefined : answer('how'))),
  asks(KNOWS, KNOWS_ZH, ({ text, clause }) => {
    if (
      referencesIn(clause, text).length > 0 ||
      /(?:画|做|改)(?:了|过)|怎么|多久/u.test(text) ||
      /\b(?:did i|i used?|have i)\b/i.test(text)
    )
      return undefined;
    const words =
      /^(?:do|does|are|is|have|has) \w+ (?:also )?(?:\w+ to|know|understand|recogni[sz]e|support|draw|do|speak|handle|paint)? ?(.+)$/i.exec(
        text,
      )?.[1] ?? /(?:画|写|认识|知道|懂|支持)(.+?)(?:吗|么)?$/u.exec(text)?.[1];
    const isList = /\b(?:what|which|list|any)\b|什么|哪|啥/iu.test(text);
    return answer('knows', isList || !words ? {} : { params: { words } });
  }),
  asks(STATUS, STATUS_ZH, ({ scene, text, clause }) =>
    referencesIn(clause, text).length > 0 || (/怎么样了$/u.test(text) && scene.session.underWay.length === 0)
      ? undefined
      : answer('status'),
  ),
  asks(COUNT, COUNT_ZH, ({ clause, text }) =>
    referencesIn(clause, text).length > 0 || /第几|哪/u.test(text) ? undefined : answer('count'),
  ),
  asks(ABOUT, ABOUT_ZH, (said) => {
    const isWhich =
      /^(?:in |on |at )?(?:which|when|where|what step|what version|what picture)\b(?! am i| are we)|^what(?:'s|s| is| was) (?:the )?(?:first )?[\uF000-\uF0FF]$|^(?:have|did|do) we\b|哪|什么时候|\bwhich of\b/iu.test(
        said.text,
      ) &&
      !/\b(?:prompt|seed|size|settings|words|wording|based on|come from|number is this|version is this|picture is this|version am|this)\b|哪些词|根据|从哪|种子|尺寸|提示词/iu.test(
        said.text,
      );
    const isOfAll =
      /\bso far\b|\b(?:edits|changes|versions)\b|总共|一共|^(?:请|帮我|给我|麻烦)*(?:总结|回顾|概括)|多少(?:张|只|个)|做过的|都(?:改|做)/iu.test(
        said.text,
      ) && referencesIn(said.clause, said.text).length === 0;
    const isDone =
      /^what (?:have|did) (?:we|i) (?:do|done|change|changed|made|make)(?: \w+){0,3}$/i.test(said.text) &&
      referencesIn(said.clause, said.text).length === 0;
    const isThere =
      /^(?:which|what) (?:version|picture|one|number)(?: is)? (?:is )?(?:this|that|it|am i|are we)/i.test(
        said.text,
      );
    const isPlace =
      (/第几/u.test(said.text) && said.scene.withoutSaid(said.text) !== said.text) ||
      /^有没有/u.test(said.text);
    if (
      isPlace ||
      (isWhich && !isThere) ||
      isOfAll ||
      isDone ||
      HISTORY.test(said.text) ||
      /\bever\b/i.test(said.text)
    )
      return undefined;
    return isAboutHere(said) && said.scene.session.versions.length > 0 ? about(said) : undefined;
  }),
  asks(HISTORY, HISTORY_ZH, ({ clause, text }) =>
    referencesIn(clause, text).length > 0 ? undefined : answer('history'),
  ),
  asks(WHICH, WHICH_ZH, which),
  // What is no question about here is still a question: it is never drawn.
  asks(/./u, /./u, (said) => {
    const { clause, scene, text } = said;
    if (referencesIn(clause, text).length > 0) return about(said);
    if (/^(?:how|can i|could i|may i|where do i|is there|is it possible)\b|怎么|如何/iu.test(text))
      return answer('how');
    const isSaid =
      clause.language === 'en' ? scene.contents.saidAtAll(text) !== '' : scene.withoutSaid(text) !== text;
    const isOfMany = /\b(?:which|where|when|any|ever|one)\b|哪|有没有|什么时候/iu.test(text);
    const isHere =
      scene.session.versions.length > 0 &&
      /\b(?:it|this|here|picture|image|he|she|they)\b|这|它|图里|画里/iu.test(text) &&
      !/\b(?:you|your|world|weather|today|life)\b|你/iu.test(text);
    if (isSaid) return (isOfMany ? which(said) : undefined) ?? about(said);
    return isHere ? about(said) : answer('declined', { reason: 'question' });
  }),
];
