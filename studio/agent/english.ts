/** English: where a message is cut into clauses, and what each of them means. Pure. */
import type { Plan } from './actions.ts';
import { COMMANDS } from './english-commands.ts';
import { readDrawing } from './english-drawings.ts';
import { DECLINED, otherQuestion, QUESTIONS, SMALL_TALK } from './english-talk.ts';
import { firstOf } from './reading.ts';
import type { Scene } from './scene.ts';

const DETERMINER = String.raw`(?:it|its|the|an?|this|that|these|those|them|him|her|his|their|my|some|more|two|three|four|me|everything|all|@|v\d|back|night|only|[\uE000-\uF8FF])`;
const SURE_VERB =
  'make|add|remove|give|put|replace|swap|delete|erase|undo|redo|go back|compare|download|export|rename|stop|draw|get rid|take away|recolou?r|change|exchange|save|search|turn|start over|combine|merge';
const VERB =
  'move|paint|colou?r|set|show|use|keep|switch|convert|transform|let|try|do|repeat|write|call|name|find|place|insert|include|cover|fill|dress|blur|crop|rotate|flip|have|lose|drop|leave|bring|go|apply|create|generate|take|enlarge|shrink|brighten|darken|finish|open|zoom|branch|continue|return|want';
const NEXT = String.raw`(?:(?:then|also|now|next|finally|please|after that|afterwards|lastly|just) )*(?:(?:${SURE_VERB}) (?=\S)|(?:${VERB}) (?=${DETERMINER}(?:\b|\d|(?=[\s])|$))|undo$|redo$|compare$|stop$|export$|download$)`;
const CUT = new RegExp(
  String.raw`\s*[;\n]+\s*|(?<!\b(?:no|nr|v))[.!]+(?:\s+|$)|\s*,?\s*\b(?:and then|then|after that|afterwards|and afterwards|and after that|and finally|followed by|and next)\b,?\s+(?=\S)|\s*,\s*(?:(?:and|but|plus|also)\s+(?:also\s+)?)?(?=${NEXT})|\s+(?:and(?: also)?|&|plus|but)\s+(?=${NEXT})`,
  'giu',
);

const POLITE_BEFORE =
  /^(?:(?:(?:hi|hello|hey|hey there|hi there|ok|okay|so|well|now|and|then|also|please|pls|plz|hmm+|um+|uh+|yes|yeah|great|nice|cool|thanks|thank you|perfect|actually|oh|alright|good|lovely|wow|sorry|no|nope|nah|oops|wait|but|plus)(?:[,!.:]+\s*|\s+-+\s+)|(?:hi|hello|hey|please|pls|plz|ok|okay|and|also|then|so|actually|now|hmm+|um+|but|just|maybe|perhaps)\s+(?!(?:there|you|all)\b|$))(?!$))+/iu;
const POLITE_ASK =
  /^(?:(?:can|could|would|will|won'?t) (?:you|u|we)(?: (?:please|pls|maybe|perhaps|just|also|now|kindly|possibly|quickly))* (?!(?:do|see|speak|understand|hear|tell|explain|list|summari[sz]e|recap|show me what)(?:\b.*)?$)|would you mind |(?:do you (?:think|mind) you (?:can|could) )|i(?:'d| would) (?:like|love)(?: (?:you|it))? (?:to )(?!see\b|have\b)|i(?:'d| would) like you to |i want (?:you )?to (?!see\b|have\b)|let'?s (?:please )?(?!see\b|have\b)|let us |how about (?:we |you |making it |if (?:you|we) )?|what about (?:making it )?|what if (?:you |we |it (?:was|were|is) )?|why (?:don'?t (?:you|we)|not) |is it possible (?:for you )?to |(?:try|go ahead and|feel free to) (?=(?:make|add|remove|draw|put|giv|chang|replac|turn|swap|mak|add)\w*)|i need you to |you (?:should|could|can) (?:now )?|(?:it|this) (?:would|might) be (?:nice|great|cool) (?:if you could |to |with )|it needs (?=an? |some |more )|(?:please|pls|kindly) )/iu;
const POLITE_AFTER =
  /(?:[,\s]+(?:please|pls|plz|thanks|thank you|thx|for me|if you can|if possible|if you (?:don'?t )?mind|will you|would you|could you|ok|okay|right|now please|would be (?:nice|great)|when you can|kindly))+[\s.!?]*$/iu;

/** The clauses of a message: each can be a step of its own. */
export function clausesOf(text: string): string[] {
  return text
    .split(CUT)
    .map((part) => part?.trim() ?? '')
    .filter((part) => part !== '' && /[\p{L}\p{N}\uE000-\uF8FF@?👍❤]/u.test(part));
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

/** What a whole message is where it is no list of steps: small talk, a question, something that no message does. */
export function readTalk(scene: Scene, message: string): Plan | undefined {
  const text = message.replace(/[\s.!?,~]+$/u, '').replace(/\s+/g, ' ');
  const whole = firstOf(SMALL_TALK, scene, text);
  if (whole) return whole;
  // A greeting before a question is only polite.
  const asked = text.replace(POLITE_BEFORE, '').trim() || text;
  const bare = asked.replace(POLITE_AFTER, '').trim() || asked;
  return (
    firstOf(SMALL_TALK, scene, bare) ?? firstOf(QUESTIONS, scene, bare) ?? firstOf(DECLINED, scene, bare)
  );
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
  const question = asked ? undefined : otherQuestion(plain);
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
