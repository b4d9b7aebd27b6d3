/** English messages that are answered in words: greetings, thanks, questions, and what the studio does not do. Pure. */
import type { AnswerKind, Plan } from '../actions.ts';
import { canBeDrawn } from '../known-subject.ts';
import { type Rule, whole } from '../rules.ts';
import type { Scene } from '../scene.ts';
import { NAME, nameOf } from './names.ts';
import { isOnly } from './words.ts';

const answer = (
  kind: AnswerKind,
  more: { reason?: string; params?: Record<string, string>; pictures?: number[] } = {},
): Plan => [{ type: 'answer', kind, ...more }];
const says = (kind: AnswerKind, reason?: string) => (): Plan => answer(kind, reason ? { reason } : {});

const PICTURES =
  '(?:pictures?|images?|versions?|pics?|edits?|tries|drawings?|photos?|steps?|changes|variations?|turns)';
const EVERYTHING = `(?:everything|it all|all(?: of (?:it|them|this))?(?: (?:the |my )?(?:pictures|images|versions|sessions|chats))?|(?:this|the|my|that|these|all my|our) (?:whole |entire )?(?:session|chat|conversation|pictures?|images?|history|versions?|project|sessions|chats)|${NAME}|(?:the )?(?:older|other|old) (?:versions|pictures|ones))`;

/** Greetings, thanks and praise: the whole message is one. */
export const SMALL_TALK: readonly Rule[] = [
  [
    whole(
      `(?:hi+|hello+|hey+|yo|hiya|howdy|greetings|sup|good (?:morning|evening|afternoon|day)|what'?s up)(?: (?:there|all|everyone|again|palimpsest|bot|you|friend|guys))?`,
      `(?:hi|hello|hey)?,? ?how are you(?: doing| today)?`,
      `nice to meet you|(?:hi|hello|hey)?[, ]*(?:how(?:'s| is) it going|how are things|how do you do|what'?s new|how have you been)(?: today)?|hi+ya|heya|hello world|good to see you`,
    ),
    says('greeting'),
  ],
  [
    whole(
      `(?:ok(?:ay)?,? |no,? |great,? |oh,? |wow,? )?(?:many )?(?:thanks?|thank you|thx|ty|cheers|tysm)(?: (?:a lot|so much|you|very much|again|a bunch|for (?:the|your|this|all|that) .+|for everything))*`,
      `(?:very |so |really |oh )?(?:great|nice|cool|perfect|awesome|lovely|beautiful|wow|wonderful|amazing|excellent|fantastic|brilliant|super|good|neat|sweet|cute|pretty|gorgeous)(?: (?:job|work|one|picture|result|stuff))?`,
      `well done|good job|bravo|(?:i )?(?:really )?(?:love|like) (?:it|this|that|them)(?: a lot| so much| very much)?|love it`,
      `(?:that|this|it)(?:'?s| is| looks?) (?:very |so |really |just |pretty |absolutely )?(?:great|perfect|nice|good|lovely|it|awesome|beautiful|cute|wonderful|amazing|fine|cool|gorgeous|excellent|exactly right|exactly what i wanted|what i wanted)(?: now)?`,
      `looks (?:very |so |really )?(?:great|good|nice|perfect|amazing)|ok(?:ay)?|fine|alright|bye(?: bye)?|goodbye|good ?night|see you(?: later)?|haha+|lol|yay|👍+|❤️?|😀|🙏`,
      `that(?:'s| is) all(?: for (?:today|now))?|i(?:'m| am) (?:done|happy(?: with (?:it|this|that))?)`,
    ),
    says('thanks'),
  ],
];

/** Questions about the studio, the model and the session. */
export const QUESTIONS: readonly Rule[] = [
  // What it can do, what it knows.
  [
    whole(
      `what (?:all |else )?(?:can|could|do|would) (?:you|this|it|i|we|this (?:thing|app|studio|tool)|palimpsest) do(?: here| with (?:this|it|you)| for me)?`,
      `help(?: me)?|i need help|commands|what (?:commands|features|functions) .*|what is (?:this|palimpsest)(?: for| thing| place)?|what(?:'s| is) this(?: app| thing| for| all about)?`,
      `how does (?:this|it|palimpsest)(?: app| thing| studio| all)? work|who are you|what are you|what are (?:my|the|your) (?:options|abilities|capabilities|features)|what(?:'s| is) possible(?: here)?|what kind of things can you do|tell me (?:about yourself|what you can do)|show me what you can do|how can you help(?: me)?|introduce yourself|what can i (?:say|ask|type|write|tell you)(?: here| to you)?`,
    ),
    says('capabilities'),
  ],
  [
    whole(
      String.raw`what (?:\w+ ){0,4}?(?:can|could|do|are|should) (?:you|it|i|the model|this model|we)(?: (?:best|able to|actually|even))? (?:draw|paint|make|know(?: how to draw)?|create|generate|ask for|render|good at(?: drawing)?|depict|handle|understand|ask you to draw|do well)(?: well| best| here| for me)?`,
      String.raw`(?:which|what)(?: kinds? of| sorts? of| types? of| other)? (?:styles?|animals?|things?|subjects?|colou?rs?|backgrounds?|objects?|words|places|sizes|scenes|stuff)\b.*\b(?:know|draw|have|there|can|available|support(?:ed)?|offer|paint|learn(?:t|ed)?|understand|use|possible|work).*`,
      `(?:give|show|tell) me (?:a list of |all )?(?:the )?(?:things|subjects|animals|styles|everything|what) (?:that )?you (?:can|know).*`,
      `what do you know(?: about drawing)?|what(?:'s| is) in your (?:repertoire|vocabulary)|what (?:have|did) you learn(?:ed|t)?(?: to draw)?|what were you trained on|list (?:your |the |all )?(?:subjects|styles|animals|things).*|what are you good at`,
      `are there any (?:styles|animals|subjects).*`,
    ),
    says('knows'),
  ],
  [
    whole(
      `(?:do|does) (?:you|it|the model|this model) (?:also )?(?:know|understand|recogni[sz]e|support|draw|do|speak|have)(?: how to draw| what)? (.+)`,
      `(?:are|is) (?:you|it|the model) (?:also )?(?:able to|good at|capable of) (?:draw|paint|make|do|drawing|painting|making|write|writing)? ?(.+)`,
      `(?:have|has) (?:you|it|the model) (?:ever )?(?:learn(?:t|ed)|seen|drawn) (.+)`,
      String.raw`(?:can|could) (?:you|it|the model) (?:also |even )?(?:draw|paint|make|do|render|write|create|sketch|handle) (?!(?:me|us|it|this|that|the|him|her|them)\b)((?!an? |some |one |two |three |four )[^,]*s|chinese(?: \w+)?|text|people|hands|faces|humans|words|letters|writing|anime|cartoons?|line art|3d)(?: too| well| as well)?`,
    ),
    (_, groups) => answer('knows', { params: { words: groups.slice(1).find((group) => group !== '')! } }),
  ],
  [
    /^(?:can|could) (?:you|it|the model) (?:also |even )?(?:draw|paint|make|do|render|create|sketch) (an? [\w -]+)$/i,
    (scene, [, words]) =>
      canBeDrawn(scene.context.knows, words!) ? undefined : answer('knows', { params: { words: words! } }),
  ],
  [
    whole(
      String.raw`(?:which|what)(?: kind of| ai| image)* (?:model|engine|ai|network|weights|checkpoint|neural network)\b.*`,
      `are you (?:an? |really |based on )?(?:chatgpt|gpt.*|dall.*|ai|robot|bot|human|person|real|midjourney|stable diffusion|glm.*|flux|gemini|claude|machine|program|computer|local|running (?:locally|on my (?:machine|computer))).*`,
      `(?:who|what company) (?:made|built|created|trained|wrote|develops?|developed) (?:you|this).*|what version (?:are you|is this)|what are you running(?: on)?|what(?:'s| is) (?:running|under the hood|your name)|how big is (?:the|your) model|are you (?:open source|free)`,
      `(?:do|does) (?:you|it|this) (?:use|run)(?: on)? (?:chatgpt|gpt|dall-?e|stable diffusion|glm.*|the internet|the cloud|my gpu|a gpu|gpu).*`,
    ),
    says('model'),
  ],
  [
    whole(
      "(?:the )?(?:model|engine)(?: (?:name|info|version))?|(?:name of )?(?:the|your) model|who am i (?:talking|speaking|chatting) (?:to|with)|(?:tell me )?about (?:the|this|your) model|what(?:'s| is) (?:the|this|your) model.*",
    ),
    says('model'),
  ],
  [
    whole(
      `(?:any |what(?:'s| is) the |show |give me )?(?:the )?(?:progress|status|eta)(?: (?:update|report|please|now|yet|on (?:it|this|that)))*|any news|(?:almost|nearly) (?:done|ready|there)`,
    ),
    says('status'),
  ],
  [
    whole(
      `(?:is|are|was) (?:it|you|that|this|the (?:picture|drawing|image|edit|new one|dragon)|they|we)(?: all)? (?:done|ready|finished|still .+|drawing.*|working.*|stuck|there|busy|complete|almost (?:done|ready)|nearly (?:done|ready|finished)|frozen)(?: yet| now| already)?`,
      String.raw`how (?:long|much longer|much time)\b(?!.*\b(?:hair|ears|tail|legs?)\b).*|how far (?:is it|are you|along).*|what'?s taking (?:so|that) long.*|are we there(?: yet)?|when (?:will|is|does|are) (?:it|this|that|the|you).*(?:ready|done|finish(?:ed)?|end)|(?:status|progress|eta)(?: please)?|(?:is|are) (?:something|anything|any jobs?) .*|what are you (?:doing|drawing|making|working on)(?: (?:right )?now)?|how many .*(?:queue|waiting|running|left)|what(?:'s| is) (?:the )?(?:status|progress|in the queue|running|happening)(?: now)?|still (?:drawing|working|running|there)|why (?:is it (?:so slow|taking so long)|does (?:it|this) take so long)|done(?: yet)?`,
      `what(?:'s| is) the eta|did (?:it|that) (?:work|fail|finish)|has it (?:finished|failed|started)(?: yet)?`,
    ),
    says('status'),
  ],
  [
    whole(
      String.raw`how many (?:${PICTURES})(?: \w+)*`,
      String.raw`(?:count|number of) (?:the |my |all )?${PICTURES}(?: \w+)*`,
      `what(?:'s| is) the number of ${PICTURES}.*`,
      'how many(?: (?:are|do we have|did we make|have (?:we|you) made)(?: (?:there|so far|now|already))*)?',
    ),
    (_, __, text) =>
      /\b(?:v\d|@\d|did (?:it|v|the)|use[ds]?)\b|@/i.test(text) ? undefined : answer('count'),
  ],
  [
    whole(
      `what (?:have|has|did|all did|all have) (?:we|i|you|been) (?:already )?(?:do(?:ne)?|changed?|made?|draw|drawn|edit(?:ed)?|tr(?:y|ied)|been doing)(?: here| so far| until now| already| up to now| today| together| to (?:it|this|the (?:picture|image|original)))*`,
      `(?:show|list|tell|summari[sz]e|give|recap|explain)(?: me| us)?(?: the| my| our| a)?(?: full| whole| complete| edit)* ?(?:history|summary|recap|(?:all |of )*(?:the |my |our )?(?:edits|changes|steps|versions|prompts|messages)|what (?:we|i|you)(?:'ve| have)? (?:did|done|made|changed).*|everything (?:we|i) did)(?: so far| until now| of (?:this|the) (?:picture|session)| we(?:'ve)? (?:made|did))*`,
      String.raw`(?:edit )?history|what happened(?: so far| here| until now)?|(?:what|which) (?:are|were) (?:the|my|all|our) (?:edits|changes|steps|versions)(?: so far)?|(?:what|which) (?:edits|changes|steps|versions)\b.*|summary|recap|how did we get here|where are we`,
      `what(?:'s| is| was) the history.*`,
      `(?:can|could) you (?:list|summari[sz]e|recap) .*`,
    ),
    says('history'),
  ],
  [
    /^(?:(?:in|on|at|from|since) )?(?:which|what) (?:one|ones|version|versions|picture|pictures|image|images|pic|pics|of (?:them|these|those|the (?:pictures|versions|images))|step|edit|turn|try|drawing|photo)(?: (?:here|again))?(?:,)? (?:was|is|had|has|have|with|did|are|were|does|do|shows?|showed|contains?|got|where|the one|uses?|made|added|removed|changed|gave|put|turned|looks?|used|it)\b ?(.*)$/i,
    (scene, [, words]) => which(scene, words!),
  ],
  [
    /^(?:where|when) (?:is|was|are|were|did|do|does|has|had)(?: (?:the|that) (?:one|version|picture|image|pic))?(?: (?:with|where|that|which|i|we|you|it))*\b ?(.+)$/i,
    (scene, [, words]) => which(scene, words!),
  ],
  [
    /^(?:what|which) (?:was|is) the (?:one|version|picture|image) (?:with|where|that had|that was|in) (.+)$/i,
    (scene, [, words]) => which(scene, words!),
  ],
  [
    /^(?:do|did) (?:we|i|you) (?:have|make|draw|ever (?:have|make|draw)) (?:a|an|one|any|some)(?: (?:version|picture|image|one|versions|pictures))?(?: (?:with|where|of|in|that (?:is|has|had|was)))? ?(.+)$/i,
    (scene, [, words]) => which(scene, words!),
  ],
  [
    /^(?:is|was|are) there (?:a|an|one|any|some)(?: (?:version|picture|image|one|versions|pictures))(?: (?:with|where|of|in|that (?:is|has|had|was)))? ?(.+)$/i,
    (scene, [, words]) => which(scene, words!),
  ],
  [
    whole(
      `find (?:me )?the (?:one|version|picture|image) (?:here |in this session )?(?:with|where|that (?:has|had|is|was)|in which) (.+)`,
    ),
    (scene, [, words]) => which(scene, words!),
  ],
  // One picture's facts.
  [
    whole(
      `(?:info(?:rmation)?|details?|facts|metadata|data|tell me(?: more| something| everything)?|explain|inspect)(?: (?:about|on|of|for))? (?:${NAME}|it|this|that|this one|(?:this|the|that|the current) (?:picture|image|version|one))`,
    ),
    (scene, _, text) => about(scene, text),
  ],
  [
    whole(
      String.raw`(?:what|which|tell me|show me|give me)\b.*\b(?:prompt|words did i|wording|seed|sizes?|resolution|settings?|steps?|guidance|dimensions|recipe|parameters|my message|i (?:ask|type|say|write)|did i (?:say|ask|write|type|prompt)|i (?:asked|said|typed|wrote))\b.*`,
      `how (?:was|were|did (?:you|i|we)|is) (?:${NAME}|it|this|that|this one|the picture|the .+) (?:made|make|drawn|created?|generated|done)(?: .*)?`,
      `how did (?:you|we|i) (?:make|draw|create|get|do) (?:${NAME}|it|this|that|this one)`,
      `(?:what|who) (?:is|was|do you see|are|does|can (?:you|i) see|can be seen|changed|did (?:you|we|i) change)(?:'s)? ?(?:shown |there |here )?(?:(?:in|on|with) )?(?:${NAME}|it|this|that|this one|(?:this|the|that|the current|current) (?:picture|image|version|one|photo))(?: (?:show|about|now|look like|of|made of|made from|based on))*`,
      `what(?:'s|s) (?:in|on|about|with)? ?(?:${NAME}|it|this|that|this one|(?:this|the|that|the current) (?:picture|image|version|one))`,
      `describe (?:${NAME}|it|this|that|this one|(?:this|the|that|the current|my) (?:picture|image|version|one))`,
      `how (?:big|large|wide|high|tall|old) (?:is|are|was) (?:${NAME}|it|this|that|this one|(?:this|the|that|the current) (?:picture|image|version|one|file))(?: .*)?`,
      `(?:what|where) (?:is|was|does) (?:${NAME}|it|this) (?:based on|made from|come from|from)`,
      `where does (?:${NAME}|it|this(?: one)?) come from`,
      `(?:which|what) (?:version|picture|one|number)(?: is)? (?:is )?(?:this|that|it|current|active|the current one|the active one|am i (?:on|in|at)|are we (?:on|in|at))(?: now)?|where am i`,
      String.raw`why\b.*`,
    ),
    (scene, _, text) => about(scene, text),
  ],
  [
    whole(
      String.raw`how (?:do|can|could|would|should|does one|might) (?:i|you|we|one)\b.*`,
      String.raw`how to\b.*`,
      `how does .*`,
      `where (?:do|can|should|is the button) .*`,
      String.raw`(?:can|could|may) (?:i|we|one) (?:also |even |still )?(?:undo|redo|upload|export|download|share|edit|change|use|add my|combine|rename|compare|restore|delete|paint|mask|print|save|mix|import|write|type|drag|choose|select|stop|cancel|set|recover|zoom|crop|work|talk|speak)\b.*`,
      String.raw`is (?:it|there) (?:possible|a way|any way|an option|a button|a shortcut)(?: to| for| of)?\b.*`,
      `what (?:does|do) .* (?:do|mean|button).*|what happens (?:if|when) .*|what(?:'s| is) an? .*|explain (?:how|what|the) .*`,
      `do (?:i|you|we) (?:have|need) to .*`,
    ),
    says('how'),
  ],
];

/** What no message does. */
export const DECLINED: readonly Rule[] = [
  [
    whole(
      `(?!.*\\b(?:edit|step|change)s?\\b)(?:delete|erase|remove|wipe|clear|destroy|trash|purge|discard|throw away|throw out|get rid of|kill) ${EVERYTHING}(?: (?:forever|completely|permanently|please|now|for good|from the (?:session|history)|and everything(?: in it)?|and all .+))?`,
      `(?:throw|trash|put) ${EVERYTHING} (?:away|out|in the (?:bin|trash))`,
    ),
    says('declined', 'deletes'),
  ],
  [
    /^(?:please )?(?:delete|erase|wipe|clear|destroy|trash|purge|get rid of|throw (?:away|out)|remove)\b(?!.*\b(?:but|except|from the (?:picture|image|background)|in the (?:picture|background))\b).*\b(?:sessions?|chats?|conversations?|history|versions?|(?:my|all|these|those|old|the other)(?: \w+)? (?:pictures|images)|all pictures|account|gallery|projects?|v\d+)\b(?!.*\b(?:edit|step)\b).*$/i,
    says('declined', 'deletes'),
  ],
  [
    whole(
      String.raw`(?:e-?mail|mail|post|share|publish|tweet|print|text|fax)\b(?! on (?:it|the)).*`,
      String.raw`send\b.*\b(?:to|by|via|as an?|me|him|her|mail|email|message)\b.*`,
      `upload (?:it|this|that|them|the (?:picture|image)) (?:to|on) .*`,
      `(?:tell|sing|play|read|recommend)(?: me| us)? (?:an? |some |the |something |about )?(?:joke|story|stories|song|music|poem|news|game|fact|weather).*`,
      String.raw`tell me (?:a|something|about|the|your|more)\b.*`,
      String.raw`translate\b.*`,
      String.raw`write(?: me| us)? (?:an? |some |the |my )(?:\w+ )?(?:poem|story|essay|email|letter to|code|program|song|script|haiku|function|article|blog|novel)\b.*`,
      String.raw`(?:make|create|turn|render|convert|animate|export|generate)\b(?: me| it| this| that| them| the \w+| a| an)?(?: \w+)? ?(?:into |to |as )?(?:an? )?(?:video|film|movie|gif|animation|animated gif|3d model|mp4|music|song|website|clip|game)(?: (?:of|from|with|about|out of) .*)?`,
      String.raw`animate\b.*`,
      String.raw`(?:what(?:'s| is)|how(?:'s| is)) the (?:weather|time|date|news|capital|meaning|stock|price|temperature|score)\b.*`,
      `what (?:time|day|date|year) is (?:it|today).*`,
      String.raw`(?:buy|order|book|call (?:me|my|mom|dad|the police|a )|calculate|solve|google|browse|open (?:a |the )?(?:browser|website|file|app)|install|shut ?down|format|log ?(?:out|in)|sign (?:in|out|up)|set (?:a |an )?(?:alarm|timer|reminder)|remind me|schedule|pay)\b.*`,
      String.raw`(?:what(?:'s| is) )?\d+ ?[-+*/x×] ?\d+(?: =)?`,
    ),
    (_, __, text) =>
      /^(?:print|text|book)\b.*\bon (?:the|a|it|his|her|its)\b/i.test(text) ? undefined : answer('declined'),
  ],
];

/** The versions that have what a question describes. */
function which(scene: Scene, words: string): Plan {
  const placed = byPlace(scene, words);
  if (placed) return answer('which', { params: { words }, pictures: placed });
  const named = nameOf(words);
  const asked = words
    .replace(/^(?:it|was|is|had|has|have|did|were|are|with|in|we|i|you|the one|the version)\s+/gi, '')
    .trim();
  const pictures = named && named.by !== 'content' ? scene.versionsOf(named) : found(scene, asked);
  return answer('which', { params: { words: asked }, pictures });
}

/** Versions that a question names by their place or their kind. */
function byPlace(scene: Scene, words: string): number[] | undefined {
  const { versions } = scene.session;
  const all = (found: (seen: (typeof versions)[number]) => boolean) =>
    versions.filter(found).map(({ version }) => version);
  const around = /\b(before|after) (?!that|this)(.+)$/i.exec(words);
  if (around) return scene.versionsOf({ by: around[1]!.toLowerCase() as 'before', words: around[2]! });
  if (/\b(?:upload(?:ed|s)?|my own|added (?:by me|myself)|files?)\b/i.test(words))
    return all(({ mode }) => mode === null);
  if (/\b(?:left out|disabled|skipped)\b/i.test(words)) return all(({ state }) => state === 'disabled');
  if (/\b(?:current|active|now|selected|am i|are we|we at)\b/i.test(words))
    return scene.versionsOf({ by: 'place', place: 'current' });
  if (/\b(?:latest|newest|last|most recent)\b/i.test(words))
    return scene.versionsOf({ by: 'place', place: 'last' });
  if (/\b(?:first|original|oldest)\b/i.test(words)) return scene.versionsOf({ by: 'place', place: 1 });
  return undefined;
}

/** Versions that have all words; where none has, the edits that say them. */
function found(scene: Scene, words: string): number[] {
  const versions = scene.contents.withAll(words);
  if (versions.length > 0) return versions;
  const said = scene.contents.withAll(scene.contents.saidAtAll(words));
  if (said.length > 0) return said;
  return scene.contents
    .editsThatSay(words, scene.session.versions)
    .map(({ version }) => version)
    .reverse();
}

function about(scene: Scene, text: string): Plan {
  const name = new RegExp(NAME, 'i').exec(text)?.[0];
  const named = (name && nameOf(name)) || ({ by: 'place', place: 'current' } as const);
  const reason = /\bseed\b/i.test(text)
    ? 'seed'
    : /\b(?:sizes?|resolution|dimensions|big|large|wide|high|tall)\b/i.test(text)
      ? 'size'
      : undefined;
  return answer('about', { ...(reason && { reason }), pictures: scene.versionsOf(named) });
}

/** Any other question: it is never drawn. */
export function otherQuestion(scene: Scene, text: string): Plan | undefined {
  const isQuestion =
    /\?\s*$/.test(text) ||
    /^(?:what|which|who|whose|where|when|why|how|is|are|was|were|does|did|do you|have you|has|will|would you rather|should)\b/i.test(
      text,
    );
  if (!isQuestion) return undefined;
  const asked = text.replace(/[?.!\s]+$/u, '');
  if (/\b(?:model|gpt|ai|neural|trained|weights)\b/i.test(asked)) return answer('model');
  if (asked === '') return undefined;
  if (/\bhow many\b.*\b(?:know|draw)\b/i.test(asked)) return answer('knows');
  if (/\bhow many\b.*(?:\bv\d|@|\buse[ds]?\b)/i.test(asked)) return about(scene, asked);
  if (/\b(?:how many|number of)\b/i.test(asked)) return answer('count');
  if (
    /\b(?:done|ready|finished|queue|waiting|progress|how long|still (?:drawing|running|working|busy|going))\b/i.test(
      asked,
    )
  )
    return answer('status');
  if (/\bso far\b|\b(?:history|all (?:the )?(?:edits|changes|steps|prompts))\b/i.test(asked))
    return answer('history');
  if (/\b(?:which|where|when)\b/i.test(asked) || /\b(?:any|one) of (?:them|these|those)\b/i.test(asked))
    return which(scene, asked.replace(/\b(?:which|where|when|any|one|of|them|these|those)\b/gi, ' '));
  if (
    /\b(?:can|could|able|know|learn(?:ed|t)?|capable|good at)\b.*\b(?:draw|paint|do|make|write|create|about|what|styles?)\b|\b(?:draw|paint)\b.*\b(?:can|able|know)\b/i.test(
      asked,
    )
  )
    return answer('knows', { params: { words: asked } });
  if (
    new RegExp(NAME, 'i').test(asked) ||
    /\b(?:it|this|that|picture|image|seed|prompt|size|made|ask(?:ed)?|typed?|wrote|said|used?|settings?|steps?|words)\b/i.test(
      asked,
    )
  )
    return about(scene, asked);
  if (/^(?:how|can i|could i|may i|where do i|is there|is it possible)\b/i.test(asked)) return answer('how');
  const isSaid = scene.contents.saidAtAll(asked) !== '';
  if (isSaid && /^(?:has|have|did|do|does|is there|are there|any)\b/i.test(asked)) return which(scene, asked);
  return isSaid ? about(scene, asked) : answer('declined', { reason: 'question' });
}

const PRAISE =
  /^(?:thanks?|thx|ty|cheers|great|nice|cool|perfect|awesome|lovely|beautiful|wow|wonderful|amazing|excellent|fantastic|brilliant|super|superb|neat|sweet|cute|gorgeous|stunning|love|loves|adorable|impressive|incredible|pretty|fun|funny|job|work|exactly|appreciate|appreciated|bye|goodbye|magnificent|yay|hooray|haha|lol|impressed|spot|gold|legend|thank|grateful|happy|pleased|satisfied|best|ever|exactly|needed|imagined|absolutely|honestly|truly|totally|done|today|wanted|needed|hoped|helpful|help|turned|result|masterpiece|ciao|later|night|day)$/i;
const PRAISE_KEY =
  /\b(?:thanks?|thx|ty|cheers|great|nice|cool|perfect|awesome|lovely|beautiful|wow|wonderful|amazing|excellent|fantastic|brilliant|superb|neat|gorgeous|stunning|adorable|impressive|incredible|appreciate|bye|goodbye|yay|haha|lol|impressed|love (?:it|this|that|how)|well done|good job|happy|satisfied|thank|exactly (?:what|how|right)|what i (?:needed|wanted|had in mind|meant))\b/i;

/** Praise and thanks in other words: nothing else is said. */
export function looseTalk(text: string): Plan | undefined {
  if (/\b(?:but|make|add|another|again|more|instead|back|before|better|best|picture \d|v\d)\b|@/i.test(text))
    return undefined;
  return PRAISE_KEY.test(text) && isOnly(text, PRAISE) ? answer('thanks') : undefined;
}
