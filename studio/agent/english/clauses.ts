/** English: where a message is cut into clauses, and the polite words around a clause. Pure. */

const DETERMINER = String.raw`(?:it|its|the|an?|this|that|these|those|them|him|her|his|their|my|some|more|two|three|four|me|everything|all|@|v\d|back|night|only|[\uE000-\uEFFF])`;
const SURE_VERB =
  'write|make|add|remove|give|put|replace|swap|delete|erase|undo|redo|go back|compare|download|export|rename|stop|draw|get rid|take away|recolou?r|change|exchange|save|search|turn|start over|combine|merge';
const VERB =
  'move|paint|colou?r|set|show|use|keep|switch|convert|transform|let|try|do|repeat|write|call|name|find|place|insert|include|cover|fill|dress|blur|crop|rotate|flip|have|lose|drop|leave|bring|go|apply|create|generate|take|enlarge|shrink|brighten|darken|finish|open|zoom|branch|continue|return|want';
const NEXT = String.raw`(?:(?:then|also|now|next|finally|please|after that|afterwards|lastly|just) )*(?:(?:${SURE_VERB}) (?=\S)|(?:${VERB}) (?=${DETERMINER}(?:\b|\d|(?=[\s])|$))|undo$|redo$|compare$|stop$|export$|download$|start over$|(?:try )?again$|the [a-z ]{2,30} (?:should|must|needs? to) |i'd (?:rather|like|prefer|love) |i (?:want|would) |(?:two|three|four|five|\\d|a few|some) (?:more|variations?|versions?|others?|similar)|another (?:one|version)|come back|go (?:back|to) |how (?:do|can) (?:i|we) |how many |which one (?:has|is) |tell me |show me (?:before|the difference))`;
const CUT = new RegExp(
  String.raw`\s*[;\n]+\s*|(?<!\b(?:no|nr|v))[.!]+(?:\s+|$)|\s*,?\s*\b(?:and then|then|after that|afterwards|and afterwards|and after that|and finally|followed by|and next)\b,?\s+(?=\S)|\s*,\s*(?:(?:and|but|plus|also)\s+(?:also\s+)?)?(?=${NEXT})|\s+(?:and(?: also)?|&|plus|but)\s+(?=${NEXT})`,
  'giu',
);

const POLITE_BEFORE =
  /^(?:(?:(?:hi|hello|hey|hey there|hi there|ok|okay|so|well|now|and|then|also|please|pls|plz|hm+|um+|uh+|yes|yeah|great|nice|cool|thanks|thank you|perfect|actually|oh|alright|good|lovely|wow|whoa|omg|sorry|no|nope|nah|oops|ups|whoops|wait|but|plus)(?:[,!.:]+\s*|\s+-+\s+)|(?:hi|hello|hey|please|pls|plz|ok|okay|and|also|then|so|actually|now|hm+|um+|uh+|erm?|but|just|maybe|perhaps|oh|wait|oops|whoops|sorry|nah|yeah|yes|alright|well|argh|ugh|whoa|omg|yikes|bro|dude|man|honestly)\s+(?!(?:there|you|all)\b|$)|(?:no|nope)\s+(?=(?:go|undo|back|take|stop|use|show|put|make|revert|i|wait|that|keep|change)\b))(?!$))+/iu;
const POLITE_ASK =
  /^(?:(?:can|could|shall|should) we (?:please |maybe |just )*(?=do |go |see )|(?:can|could|would|will|won'?t|shall|should|may) (?:you|u|we)(?: (?:please|pls|maybe|perhaps|just|also|now|kindly|possibly|quickly))* (?!(?:do(?! (?:the|it|this|that|v\d|number|them|@\d+)\b)|see|speak|understand|hear|tell|explain|list|summari[sz]e|recap|show me what)(?:\b.*)?$)|would you mind |(?:do you (?:think|mind) you (?:can|could) )|i(?:'d| would) (?:like|love)(?: (?:you|it))? (?:to )(?!see\b|have\b)|i(?:'d| would) like you to |i want (?:you )?to (?!see\b|have\b)|let'?s (?:please )?(?!see\b|have\b)|let us |how about (?:we |you |making it |if (?:you|we) )?|what about (?:making it )?|what if (?:you |we |it (?:was|were|is) )?|what would (?:it|he|she|this|the \w+) look like (?=with|in|as|at|without|if)|how would (?:it|he|she|this) look (?=with|in|as|at|without|if)|why (?:don'?t (?:you|we)|not) |is it possible (?:for you )?to |(?:try|go ahead and|feel free to) (?=(?:make|add|remove|draw|put|giv|chang|replac|turn|swap|mak|add)\w*)|i need you to |you (?:should|could|can) (?:now )?|(?:it|this) (?:would|might) be (?:nice|great|cool) (?:if you could |to |with )|it needs (?=an? |some |more )|(?:please|pls|kindly) )/iu;
const POLITE_AFTER =
  /(?:[,\s]+(?:please|pls|plz|thanks|thank you|thx|for me|if you can|if possible|if you (?:don'?t )?mind|will you|would you|could you|ok|okay|right|now please|would be (?:nice|great)|when you can|kindly))+[\s.!?]*$/iu;

/** "First, …. Second, ….": the words that count steps. */
const COUNTING = /(^|[.;!]\s+)(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|finally|lastly|next),\s+/giu;
const WRITTEN =
  /\b(?:says?|saying|reading|labell?ed|words?|text|titled|write|signs?|buttons?|icons?|keys?)\b[^.]*\b(?:undo|redo|stop|delete|save|compare|export|download)\b/i;
const DRAWS = /^(?:\w+[!,.]? )?(?:please )?(?:draw|paint|sketch|create|generate|make) (?:me )?an? /i;
/** "draw a boat, then a ship": the verb is said once. */
const THEN_ANOTHER = /(?<=\w)(),? (?:and )?then (?=an? |some |one |two )/gi;
const LISTED = /^\s*1[.)]\s.+\s2[.)]\s/su;

/** The clauses of a message: each can be a step of its own. */
export function clausesOf(text: string): string[] {
  const lines = text
    .split(/\n+/)
    .map((line) => line.replace(/^\s*(?:[-*•–]|\d+[.)]|[a-d]\))\s+/u, ''))
    .join('\n');
  // Words that are to be written are no commands.
  if (WRITTEN.test(text) && !/\bthen\b|[;\n]/i.test(text)) return [text];
  const plain = lines
    .replace(COUNTING, '$1')
    .replace(THEN_ANOTHER, (all, before: string) => (DRAWS.test(text) ? `${before}, then draw ` : all));
  const parts = (LISTED.test(text) ? text.split(/(?:^|\s)\d[.)]\s+/u) : [plain])
    .flatMap((part) => part.split(CUT))
    .map((part) => part?.trim() ?? '')
    .filter((part) => part !== '' && /[\p{L}\p{N}\uE000-\uF8FF@?👍❤]/u.test(part));
  const clauses: string[] = [];
  for (const part of parts.flatMap(carried)) {
    const before = clauses.at(-1);
    if (before !== undefined && belongsTo(before, part)) clauses[clauses.length - 1] = `${before}, ${part}`;
    else clauses.push(part);
  }
  return clauses;
}

const CARRIED: readonly RegExp[] = [
  /^((?:(?:please|now|then|also) )*(?:swap|replace|exchange|change|turn)) (.+? (?:for|with|by|to|into) .+?),? and ((?:the|its|his|her) .+? (?:for|with|by|to|into) .+)$/iu,
  /^((?:(?:please|now|then|also) )*(?:make|turn|paint|colou?r)) ((?:the|its|his|her) [\w' -]+? [\w-]+),? and ((?:the|its|his|her) [\w'-]+(?: [\w'-]+)? [\w-]+)$/iu,
];

/** "make the fox blue and the hill pink" says its verb once for both. */
function carried(clause: string): string[] {
  for (const pattern of [...CARRIED, TWICE, EACH]) {
    const match = pattern.exec(clause);
    if (match)
      return [
        `${match[1]} ${match[2]}`,
        `${match[1]!.replace(/^(?:please|now|then|also) /i, '')} ${match[3]}`,
      ];
  }
  return [clause];
}

const EACH =
  /^((?:please |now |then )?(?:paint|make|turn|give|draw|colou?r)) ((?:v\d|@\d|the (?:first|second|third|fourth|last)|number \d).+?),? and ((?:v\d|@\d|the (?:first|second|third|fourth|last)|number \d) .+)$/iu;
const TWICE =
  /^((?:please |now |then )?(?:add|put|draw|write|place)) (.+? (?:to|on|in|into) .+?),? and (an? .+? (?:to|on|in|into) .+)$/iu;

/** What is to stay, or a description that goes on, is part of the step before. */
const STAYS =
  /^(?:(?:but|and|please|just) )*(?:keep|leave(?! this (?:branch|version))|don'?t (?:change|touch|move)|do not (?:change|touch|move)|without (?:changing|touching)|nothing else|the rest|everything else|preserve|only that)\b(?!.* out\b)/iu;
const IMPERATIVE = new RegExp(
  String.raw`^(?:(?:please|now|also|and|then|finally|next|just) )*(?:${SURE_VERB}|${VERB}|undo|redo|compare|stop|cancel|export|download|delete|back|again|start|search|look|merge|restore|revert|skip|try|paint|sketch|generate|with|without|at|in|no|more|less|bigger|smaller|darker|brighter|can|could|would|which|what|how|why|is|thanks?|thank|hello|hi|hey|i|nice|great|perfect|good|@|v\d|the|(?:two|three|four|five|\d|a few|some) (?:more|variations?|versions?|others?|similar)|another)\b`,
  'iu',
);
const ONLY = /^(?:(?:please|now|can you) )*(?:only|just) (?:change|recolou?r|edit|touch|on|in|the|at)\b/i;
/** A sentence that says how something is, before the one that says what to do. */
const STATEMENT =
  /^(?:(?:but|and|hmm|well|oh|now) )*(?:the|that|this|it|its|his|her|there|he|she|they|i think|it'?s|that'?s)\b(?! (?:first|second|third|last|original|previous|one)\b).*\b(?:is|are|looks?|seems?|has|was|isn'?t|aren'?t|doesn'?t|too|'s|needs?|should)\b/iu;
/** What is to be done about it is said by that sentence alone. */
const FIXES =
  /^(?:(?:please|can you|could you|so|and) )*(?:fix|change|correct|repair|redo|improve|do something about|get rid of|remove|turn) (?:it|that|this|them)\b(?! (?:to|into|from|with))/i;
const GOOD = /\b(?:great|nice|good|perfect|cool|lovely|beautiful|love|awesome|cute|amazing|better)\b/iu;

const DESCRIBES =
  /^(?:(?:please|now|hi|hello|can you|could you|i want|i'd like|let's)[, ]+)*(?:(?:draw|paint|create|generate|show|sketch|make)(?: me| us)? )?(?:an? |some |two |three |four |the picture of )/i;
const GOES_ON =
  /^(?:the [\w' -]+? (?:is|are|has|have|wears?|looks?)|there (?:is|are)|there's|it(?:'s| is)|he(?:'s| is)?|she(?:'s| is)?|they(?:'re| are)|in the (?:background|foreground|sky|distance)|on the (?:left|right)|behind|above|below|around|beside|with|no |soft|warm|bright|dark|muted|high|low|style)\b(?!.*\b(?:should|needs?|must|instead|now)\b)/i;

function belongsTo(before: string, part: string): boolean {
  if (STAYS.test(part) && !STAYS.test(before)) return true;
  // "keep the fox, change the rest", "only the left side, make it golden": what stays or where, and what is done.
  if (STAYS.test(before) && !/\b(?:undo|edits?|steps?)\b/i.test(before)) return true;
  if (
    /^(?:use|in|with|take|apply|i like|i love)\b.*\b(?:style|look)s?\b/i.test(before) &&
    /^(?:draw|paint|make|show) (?:me )?an? /i.test(part)
  )
    return true;
  if (/\b(?:style|look)s?\b/i.test(before) && /^(?:use|apply|take|draw|do) (?:it|that|this)\b/i.test(part))
    return true;
  if (ONLY.test(before) && /^(?:make|turn|paint|colou?r|to|into)\b/i.test(part)) return true;
  if (
    STATEMENT.test(before) &&
    FIXES.test(part) &&
    !GOOD.test(before) &&
    !/\?$/u.test(before) &&
    before.length + part.length < 120
  )
    return true;
  // A description that goes on: "a castle on a hill. The sky is red."
  if (DESCRIBES.test(before) && GOES_ON.test(part)) return true;
  return (
    !IMPERATIVE.test(part) &&
    /^(?:(?:please|now|can you|could you) )*(?:draw|paint|create|generate|make|show|an? )/iu.test(before)
  );
}

const TELL =
  /^(?:can|could|would|will) you (?:please )?(?=(?:explain|tell|list|describe|summari[sz]e|recap|remind|sum up|show me (?:what|which|how))\b)/i;

/** A clause without polite words around it; `asked`: it was put as a question to do something. */
export function withoutPoliteness(clause: string): { text: string; asked: boolean } {
  let text = clause.trim();
  let asked = false;
  for (let again = true; again; ) {
    const before = text;
    text = text.replace(POLITE_BEFORE, '').trim();
    const ask = POLITE_ASK.exec(text);
    if (ask && ask[0].length < text.length) {
      text = text.slice(ask[0].length).trim();
      asked = true;
    }
    text = text.replace(POLITE_AFTER, '').trim();
    again = text !== before && text !== '';
  }
  // "could you tell me which …" is a question.
  const told = TELL.exec(text);
  if (told) return { text: text.slice(told[0].length), asked: true };
  return { text: text === '' ? clause.trim() : text, asked };
}
