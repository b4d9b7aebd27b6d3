/** English: where a message is cut into clauses, and what each of them means. Pure. */
import type { Plan } from '../actions.ts';
import { firstOf } from '../rules.ts';
import type { Scene } from '../scene.ts';
import { COMMANDS } from './commands.ts';
import { readDrawing, readSettings } from './drawings.ts';
import { readLoosely, readWholly } from './loose.ts';
import { DECLINED, looseTalk, otherQuestion, QUESTIONS, SMALL_TALK } from './talk.ts';

const DETERMINER = String.raw`(?:it|its|the|an?|this|that|these|those|them|him|her|his|their|my|some|more|two|three|four|me|everything|all|@|v\d|back|night|only|[\uE000-\uF8FF])`;
const SURE_VERB =
  'make|add|remove|give|put|replace|swap|delete|erase|undo|redo|go back|compare|download|export|rename|stop|draw|get rid|take away|recolou?r|change|exchange|save|search|turn|start over|combine|merge';
const VERB =
  'move|paint|colou?r|set|show|use|keep|switch|convert|transform|let|try|do|repeat|write|call|name|find|place|insert|include|cover|fill|dress|blur|crop|rotate|flip|have|lose|drop|leave|bring|go|apply|create|generate|take|enlarge|shrink|brighten|darken|finish|open|zoom|branch|continue|return|want';
const NEXT = String.raw`(?:(?:then|also|now|next|finally|please|after that|afterwards|lastly|just) )*(?:(?:${SURE_VERB}) (?=\S)|(?:${VERB}) (?=${DETERMINER}(?:\b|\d|(?=[\s])|$))|undo$|redo$|compare$|stop$|export$|download$|start over$|(?:try )?again$|the [a-z ]{2,30} (?:should|must|needs? to) )`;
const CUT = new RegExp(
  String.raw`\s*[;\n]+\s*|(?<!\b(?:no|nr|v))[.!]+(?:\s+|$)|\s*,?\s*\b(?:and then|then|after that|afterwards|and afterwards|and after that|and finally|followed by|and next)\b,?\s+(?=\S)|\s*,\s*(?:(?:and|but|plus|also)\s+(?:also\s+)?)?(?=${NEXT})|\s+(?:and(?: also)?|&|plus|but)\s+(?=${NEXT})`,
  'giu',
);

const POLITE_BEFORE =
  /^(?:(?:(?:hi|hello|hey|hey there|hi there|ok|okay|so|well|now|and|then|also|please|pls|plz|hmm+|um+|uh+|yes|yeah|great|nice|cool|thanks|thank you|perfect|actually|oh|alright|good|lovely|wow|sorry|no|nope|nah|oops|ups|whoops|wait|but|plus)(?:[,!.:]+\s*|\s+-+\s+)|(?:hi|hello|hey|please|pls|plz|ok|okay|and|also|then|so|actually|now|hmm+|um+|uh+|erm?|but|just|maybe|perhaps|oh|wait|oops|whoops|sorry|nah|yeah|yes|alright|well|argh|ugh|bro|dude|man|honestly)\s+(?!(?:there|you|all)\b|$)|(?:no|nope)\s+(?=(?:go|undo|back|take|stop|use|show|put|make|revert|i|wait|that|keep|change)\b))(?!$))+/iu;
const POLITE_ASK =
  /^(?:(?:can|could|would|will|won'?t) (?:you|u|we)(?: (?:please|pls|maybe|perhaps|just|also|now|kindly|possibly|quickly))* (?!(?:do|see|speak|understand|hear|tell|explain|list|summari[sz]e|recap|show me what)(?:\b.*)?$)|would you mind |(?:do you (?:think|mind) you (?:can|could) )|i(?:'d| would) (?:like|love)(?: (?:you|it))? (?:to )(?!see\b|have\b)|i(?:'d| would) like you to |i want (?:you )?to (?!see\b|have\b)|let'?s (?:please )?(?!see\b|have\b)|let us |how about (?:we |you |making it |if (?:you|we) )?|what about (?:making it )?|what if (?:you |we |it (?:was|were|is) )?|why (?:don'?t (?:you|we)|not) |is it possible (?:for you )?to |(?:try|go ahead and|feel free to) (?=(?:make|add|remove|draw|put|giv|chang|replac|turn|swap|mak|add)\w*)|i need you to |you (?:should|could|can) (?:now )?|(?:it|this) (?:would|might) be (?:nice|great|cool) (?:if you could |to |with )|it needs (?=an? |some |more )|(?:please|pls|kindly) )/iu;
const POLITE_AFTER =
  /(?:[,\s]+(?:please|pls|plz|thanks|thank you|thx|for me|if you can|if possible|if you (?:don'?t )?mind|will you|would you|could you|ok|okay|right|now please|would be (?:nice|great)|when you can|kindly))+[\s.!?]*$/iu;

const LISTED = /^\s*1[.)]\s.+\s2[.)]\s/su;

/** The clauses of a message: each can be a step of its own. */
export function clausesOf(text: string): string[] {
  const parts = (LISTED.test(text) ? text.split(/(?:^|\s)\d[.)]\s+/u) : [text])
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
  for (const pattern of CARRIED) {
    const match = pattern.exec(clause);
    if (match)
      return [
        `${match[1]} ${match[2]}`,
        `${match[1]!.replace(/^(?:please|now|then|also) /i, '')} ${match[3]}`,
      ];
  }
  return [clause];
}

/** What is to stay, or a description that goes on, is part of the step before. */
const STAYS =
  /^(?:(?:but|and|please|just) )*(?:keep|leave|don'?t (?:change|touch|move)|do not (?:change|touch|move)|without (?:changing|touching)|nothing else|the rest|everything else|preserve|only that)\b(?!.* out\b)/iu;
const IMPERATIVE = new RegExp(
  String.raw`^(?:(?:please|now|also|and|then|finally|next|just) )*(?:${SURE_VERB}|${VERB}|undo|redo|compare|stop|cancel|export|download|delete|back|again|start|search|look|merge|restore|revert|skip|try|paint|sketch|generate|with|without|at|in|no|more|less|bigger|smaller|darker|brighter|can|could|would|which|what|how|why|is|thanks?|thank|hello|hi|hey|i|nice|great|perfect|good|@|v\d|the)\b`,
  'iu',
);
/** A sentence that says how something is, before the one that says what to do. */
const STATEMENT =
  /^(?:(?:but|and|hmm|well|oh|now) )*(?:the|that|this|it|its|his|her|there|he|she|they|i think|it'?s|that'?s)\b(?! (?:first|second|third|last|original|previous|one)\b).*\b(?:is|are|looks?|seems?|has|was|isn'?t|aren'?t|doesn'?t|too|'s|needs?|should)\b/iu;
const GOOD = /\b(?:great|nice|good|perfect|cool|lovely|beautiful|love|awesome|cute|amazing|better)\b/iu;

function belongsTo(before: string, part: string): boolean {
  if (STAYS.test(part) && !STAYS.test(before)) return true;
  if (
    STATEMENT.test(before) &&
    !GOOD.test(before) &&
    !/\?$/u.test(before) &&
    before.length + part.length < 120
  )
    return true;
  return (
    !IMPERATIVE.test(part) &&
    /^(?:(?:please|now|can you|could you) )*(?:draw|paint|create|generate|make|show|an? )/iu.test(before)
  );
}

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
  return { text: text === '' ? clause.trim() : text, asked };
}

const WANTS_TO_KNOW =
  /^(?:(?:can|could) you )?(?:please )?(?:show me|tell me|do you (?:know|remember)|i(?:'d like| want) to know|i wonder|remind me|let me know)\s+(?=(?:which|what|how|where|when|who)\b)/iu;

/** What a whole message is where it is no list of steps: small talk, a question, something that no message does. */
export function readTalk(scene: Scene, message: string): Plan | undefined {
  const text = message.replace(/[\s.!?,~]+$/u, '').replace(/\s+/g, ' ');
  const whole = firstOf(SMALL_TALK, scene, text);
  if (whole) return whole;
  // A greeting before a question is only polite.
  const asked = text.replace(POLITE_BEFORE, '').trim() || text;
  const bare = (asked.replace(POLITE_AFTER, '').trim() || asked).replace(WANTS_TO_KNOW, '');
  return (
    firstOf(SMALL_TALK, scene, bare) ?? firstOf(QUESTIONS, scene, bare) ?? firstOf(DECLINED, scene, bare)
  );
}

/** Orders of edits are said in one sentence of several clauses. */
export function readOrder(scene: Scene, message: string): Plan | undefined {
  const { text } = withoutPoliteness(message);
  return readWholly(scene, text.replace(/[\s.!,;:?]+$/u, '').replace(/\s+/g, ' '));
}

/** The steps of one clause. */
export function readClause(scene: Scene, clause: string): Plan {
  const { text, asked } = withoutPoliteness(clause);
  const plain = text.replace(/[\s.!,;:]+$/u, '').replace(/\s+/g, ' ');
  const bare = plain.replace(/[\s?]+$/u, '');
  const talk = firstOf(DECLINED, scene, bare) ?? firstOf(SMALL_TALK, scene, bare);
  if (talk) return talk;
  const command = firstOf(COMMANDS, scene, bare);
  if (command) return onlyWhereThere(scene, command);
  const special = readSettings(scene, bare) ?? readLoosely(scene, bare);
  if (special) return onlyWhereThere(scene, special);
  const isWish =
    /^(?:can|could|may|should|shall|would|must) (?:i (?:get|have|see) (?=an? )|the|it|its|his|her|we|there|that|this|he|she|they)\b/i.test(
      bare,
    );
  const question = asked || isWish ? undefined : (looseTalk(bare) ?? otherQuestion(scene, plain));
  if (question) return question;
  return readDrawing(scene, asked ? bare : plain);
}

/** A command about nothing becomes a question. */
function onlyWhereThere(scene: Scene, plan: Plan): Plan {
  const [action] = plan;
  const { canUndo, canRedo, versions } = scene.session;
  if (action?.type === 'undo' && !canUndo) return [scene.nothingThere()];
  if (action?.type === 'redo' && !canRedo) return [scene.nothingThere()];
  if (action?.type === 'export' && versions.length === 0) return [scene.nothingThere()];
  return plan;
}
