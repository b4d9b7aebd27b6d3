/**
 * English commands that no exact rule holds, read by their words alone: what is said beside the words of a command, and beside the
 * name of a version, must be words that mean nothing by themselves. Pure.
 */
import type { Action, Plan } from '../actions.ts';
import { describing, says } from '../contents.ts';
import { AMOUNT, numberOf } from '../numbers.ts';
import type { Named, Scene } from '../scene.ts';
import { NAME, nameOf, THING } from './names.ts';
import { isOnly } from './words.ts';

const NAMES = new RegExp(`(?<![\\w@.+-])(?:${NAME})`, 'gi');
const DESCRIBED = new RegExp(
  String.raw`\b(?:(?:the|that|my|our) ${THING} (?:with|without|where|in which|that|which|when|of|showing|from|before|after|in|at|on) .+|(?:the|that|my|our) (?:[\w'-]+ ){1,3}${THING}\b)`,
  'i',
);

interface At {
  named: Named;
  text: string;
}

function namesOf(text: string): At[] {
  return [...text.matchAll(NAMES)].flatMap((match) => {
    const named = nameOf(match[0]);
    return named ? [{ named, text: match[0] }] : [];
  });
}

/** A version that is described rather than numbered, where some version is so. */
function describedIn(scene: Scene, text: string): At | undefined {
  const found = DESCRIBED.exec(text)?.[0].replace(/ (?:again|back|please|better|instead|now)$/i, '');
  const named = found && nameOf(found);
  return named && named.by !== 'place' && scene.versionsOf(named).length > 0
    ? { named, text: found }
    : undefined;
}

const without = (text: string, ...parts: readonly string[]): string =>
  parts.reduce((left, part) => left.replace(part, ' '), text);

/** The versions that both sides of a comparison name. */
function twoNames(scene: Scene, text: string): Named[] {
  const digits = /\b(\d{1,2}) (?:and|with|vs\.?|to|next to|&) (\d{1,2})\b/i.exec(text);
  if (digits) return digits.slice(1).map((digit) => ({ by: 'number', version: Number(digit) }));
  const names = namesOf(text).map(({ named }) => named);
  if (names.length >= 2) return names.slice(0, 2);
  const sides = text
    .replace(/^.*?\b(?:compare|between|comparison of|show|put|see|look at|difference of)\b(?: me| us)?/i, '')
    .split(/\b(?:and|with|to|against|vs\.?|versus|from|next to|beside|than)\b/i)
    .map((side) =>
      side.replace(/[,.?]|side by side|next to each other|please|differ|different/gi, ' ').trim(),
    )
    .filter((side) => side !== '');
  const named = sides.flatMap((side): Named[] => {
    const name = nameOf(side) ?? { by: 'content' as const, words: side };
    return scene.versionsOf(name).length > 0 ? [name] : [];
  });
  const all = named.length >= 2 ? named.slice(0, 2) : names.length > 0 ? names : named;
  return all.length === 1 ? [all[0]!, { by: 'place', place: 'current' }] : all;
}

const COMPARE =
  /\b(?:compare|compared|comparison|comparing|side by side|side-by-side|differences?|differ|versus|vs|next to each other|before and after|diff)\b|\bbefore ?\/ ?after\b|\bnext to (?:the )?(?:current|original|previous|this one)\b/i;
const UNDO =
  /\b(?:undo|undone|undoing|revert|roll(?:ed|ing)? ?back|rewind|ctrl[-+ ]?z|(?:take|took|taking) (?:it|that|this|the last \w+) back|step back|(?:one|a) (?:step )?back|like before|as before|it was before|(?:how|the way|what|as|like) it was|we had (?:it )?before|back to (?:before|how|what|the way)|changed my mind|(?:by|a) mistake|(?:i )?didn'?t (?:want|mean|ask for) (?:that|this|it)|never ?mind|scratch that|get rid of (?:the|that|my|your) last (?:edit|change|step)|(?:cancel|remove|discard|drop|reverse|forget|reject) (?:the |that |my |your )?(?:last|latest|previous|most recent) (?:edit|change|step|one|thing|message))\b|\bbefore\b.*\b(?:better|nicer)\b|\b(?:better|nicer|liked|preferred|prefer)\b.*\bbefore\b|\b(?:one|a) (?:version|step|picture) (?:earlier|before|back)\b|\b(?:\d|two|three|four) steps? back\b/i;
const REDO =
  /\b(?:redo|un-?undo|undid|undone|(?:take|took) back|step forward|go forward|forwards?|re-?apply)\b/i;
const STOP =
  /^(?:(?:oh|ok|okay|please|no|wait|hey|sorry|actually|just|now|can|could|you|hmm|i|want|to|would|like|let's)[, ]+)*(?:stop|cancel|abort|halt|quit|kill it|interrupt)\b/i;
const EXPORT =
  /\b(?:zip|bundle|tar|png)\b.*\b(?:session|everything|all|this|it)\b|\b(?:session|everything|this|it) as (?:a )?(?:zip|bundle|tar|png|file)\b|^(?:(?:please|can|could|may|i|you|we|want|to|would|like|need|let|me|now|just|and|then|also|how|do)[, ]+)*(?:download|export|save|back ?up|archive|get a copy|store)\b/i;
const SEARCH =
  /^(?:(?:please|can|could|you|i|want|to|now|let's|me|help)[, ]+)*(?:search|look(?:ing)? (?:up|for|through)|find|hunt)\b|\b(?:do i have|have i (?:ever )?(?:drawn|made)|did i ever (?:draw|make)|in (?:all |any |other |another |my |old |earlier |previous )+(?:sessions?|chats?|conversations?|gallery|pictures))\b/i;
const AS_ONE =
  /\b(?:at once|all at once|in one (?:go|step|edit|pass|shot)|as one|into one(?: (?:edit|step|instruction))?|(?:in|as|into) a single (?:edit|step|pass|go|instruction|one)|squash|flatten|collapse|one single edit|in a single)\b/i;
const EDITS = /\b(?:all|everything|edits|changes|steps|instructions|them|whole)\b/i;
const LEAVE_OUT =
  /\b(?:without|leave|leaving|left|skip|omit|drop|ignore|forget|disable|exclude|take|cut|remove|undo|cancel|delete|revert|reverse|switch off|turn off|except)\b/i;
const EDIT_WORD = /\b(?:edits?|steps?|changes?|instructions?)\b/i;
const MORE =
  /^(?:more|another|again|variations?|variants?|varied|vary|alternatives?|alternate|options?|similar|different|differently|re-?roll(?:ed)?|re-?generate|re-?try|re-?do|re-?draw|re-?run|re-?make|repeat|repeats|anew|fresh|random|seed|extra|additional|roll|dice|generate|render|few|couple|several|some|two|three|four|five|six|one|\d+|like|along|lines|redo|remake|attempts?|tries|takes?|version|versions|ones|of)$/i;
const MORE_KEY =
  /\b(?:more|another|again|variations?|variants?|vary|alternatives?|similar|re-?roll|re-?generate|re-?try|re-?draw|re-?run|re-?make|anew|different (?:ones?|versions?|tries|takes?|seeds?|results?)|new seed|other (?:ones|versions|options)|options|repeat|once more)\b/i;

/** What a message of several clauses asks for as a whole: another order of edits, other words of one, all as one. */
export function readWholly(scene: Scene, text: string): Plan | undefined {
  if (text.length > 120) return undefined;
  const isBusy = scene.session.underWay.length > 0;
  return (
    toMove(scene, text) ??
    toReword(scene, text) ??
    toApplyAsOne(scene, text) ??
    (isBusy ? toStop(scene, text) : undefined)
  );
}

/** What the words of a command ask for; undefined where none is said, or something else is said beside it. */
export function readLoosely(scene: Scene, text: string): Plan | undefined {
  if (text.length > 120) return undefined;
  return (
    toStop(scene, text) ??
    toCompare(scene, text) ??
    toApplyAsOne(scene, text) ??
    toMove(scene, text) ??
    toReword(scene, text) ??
    toLeaveOut(scene, text) ??
    toUndo(scene, text) ??
    toExport(scene, text) ??
    toSearch(text) ??
    toVary(scene, text) ??
    toGo(scene, text)
  );
}

const STOPS =
  /\b(?:stop|abort|cancel|halt|interrupt|quit|kill (?:it|the|this|that)|(?:don'?t|do not|no need to) (?:draw|finish|continue|make|go on))\b/i;
const STOP_WORDS =
  /^(?:stop|abort|cancel|halt|interrupt|quit|kill|drawing|draw|finish|job|generation|generating|rendering|render|run|process|task|don't|immediately|forget|need|dragon|it|running|working)$/i;

function toStop(scene: Scene, text: string): Plan | undefined {
  const isBusy = scene.session.underWay.length > 0;
  if (isBusy && STOPS.test(text) && !/\b(?:add|put|an? (?:\w+ )?(?:stop|bus)|stop sign|undo)\b/i.test(text))
    return [{ type: 'stop' }];
  if (!isBusy && !isOnly(text, STOP_WORDS)) return undefined;
  if (!STOP.test(text) || text.split(/\s+/).length > 8 || EDIT_WORD.test(text)) return undefined;
  return scene.session.underWay.length > 0 ? [{ type: 'stop' }] : [{ type: 'answer', kind: 'status' }];
}

function toCompare(scene: Scene, text: string): Plan | undefined {
  if (
    !COMPARE.test(text) ||
    scene.session.versions.length === 0 ||
    /^(?:an? |two |some )/i.test(text) ||
    /^(?:add|draw|paint|put an?|make an?)\b/i.test(text)
  )
    return undefined;
  const [one, other] = twoNames(scene, text);
  const first = one ?? ({ by: 'place', place: 'previous' } as const);
  const second = other ?? ({ by: 'place', place: 'current' } as const);
  return scene.about(first, (a) =>
    scene.about(
      second,
      (b): Plan =>
        a === b ? [scene.nothingThere()] : [{ type: 'compare', versions: [Math.min(a, b), Math.max(a, b)] }],
    ),
  );
}

function toApplyAsOne(scene: Scene, text: string): Plan | undefined {
  if (!AS_ONE.test(text) || !(EDITS.test(text) || EDIT_WORD.test(text))) return undefined;
  if (/\b(?:pictures?|images?|versions)\b/i.test(text) && !EDIT_WORD.test(text)) return undefined;
  if (scene.edits.length === 0) return [scene.nothingThere()];
  const [from] = namesOf(text);
  return from
    ? scene.about(from.named, (version): Plan => [{ type: 'apply-as-one', from: version }])
    : [{ type: 'apply-as-one' }];
}

const ORDER_FILLERS =
  /\b(?:do|apply|move|put|make|run|have|place|swap|the|edit|step|change|should|would|come|comes|go|goes|happen|be|been|was|were|is|done|applied|i|we|want|please|instead|right|just|first|you|can|could|to|so|that|happens|switch|order|reorder|of|let|let's|need|it|rather|version|number|must|have)\b/gi;

/** An edit on the active branch by what is left of a phrase without the words of ordering. */
function editIn(scene: Scene, phrase: string): number | undefined {
  const [name] = namesOf(phrase);
  const digits = /\b(?:steps?|edits?|changes?|version|number|v|@|#) ?(\d+)\b/i.exec(phrase)?.[1];
  if (digits) return scene.branch.find(({ version }) => version === Number(digits))?.version;
  if (name)
    return scene
      .versionsOf(name.named)
      .find((version) => scene.branch.some((each) => each.version === version));
  const left = phrase.replace(ORDER_FILLERS, ' ').trim();
  if (left === '') return undefined;
  return scene.editsOf({ by: 'content', words: left.replace(/[:,]/g, ' ') })[0] ?? bestEdit(scene, left);
}

/** The edit that says most of some words, at least one; none where two say as many. */
function bestEdit(scene: Scene, phrase: string): number | undefined {
  const wanted = describing(phrase);
  const scored = scene.edits
    .map(({ version, prompt }) => {
      return { version, score: wanted.filter((word) => says(prompt, word)).length };
    })
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score);
  return scored[0] && scored[0].score > (scored[1]?.score ?? 0) ? scored[0].version : undefined;
}

function toMove(scene: Scene, text: string): Plan | undefined {
  if (
    /^(?:add|remove|draw|paint|replace|go|back|show|compare|revert|undo|take|return|give|turn|delete|what|which|how)\b/i.test(
      text,
    )
  )
    return undefined;
  const swapped =
    /\b(?:swap|switch|exchange|reverse|flip|change)\b.*\border\b|\b(?:swap|switch|exchange)\b.*\b(?:edits|steps|changes)\b/i.test(
      text,
    );
  const sides =
    /^(.*?)\b(?:(before|ahead of|earlier than|prior to|in front of)|(after|behind|later than))\b(.*)$/i.exec(
      text,
    );
  if (sides) {
    const edit = editIn(scene, sides[1]!);
    const beside = editIn(scene, sides[4]!);
    if (
      edit === undefined ||
      beside === undefined ||
      edit === beside ||
      !scene.edits.some(({ version }) => version === edit)
    )
      return undefined;
    if (sides[3]) return [{ type: 'move', edit, after: beside }];
    const from = scene.seen(beside)?.from;
    return from === null || from === undefined || from === edit
      ? undefined
      : [{ type: 'move', edit, after: from }];
  }
  const firstThen =
    /^(?:first |do |start with |begin with |apply )+(.+?)(?:,| and| first)+ (?:then|after that|and then|only then)(?: do| apply)? (.+)$|^(?:do|apply) (.+?) first(?:,? (?:and )?(?:then )?(.+))?$/i.exec(
      text,
    );
  if (firstThen && scene.edits.length > 1) {
    const [what, then] = firstThen.slice(1).filter((group) => group !== undefined);
    const edit = editIn(scene, what!);
    const other = then === undefined ? scene.edits[0]!.version : editIn(scene, then);
    const from = other === undefined ? undefined : scene.seen(other)?.from;
    if (edit !== undefined && other !== undefined && edit > other && from !== null && from !== undefined)
      return [{ type: 'move', edit, after: from }];
  }
  if (!swapped) return undefined;
  const parts = text
    .replace(/^.*?\b(?:swap|switch|exchange|reverse|flip|change)\b/i, '')
    .split(/\band\b|\bwith\b/i);
  const [one, other] =
    parts.length >= 2
      ? parts.map((part) => editIn(scene, part))
      : scene.edits.slice(-2).map(({ version }) => version);
  if (one === undefined || other === undefined || one === other) return undefined;
  const [first, second] = [Math.min(one, other), Math.max(one, other)];
  const from = scene.seen(first)?.from;
  return from === null || from === undefined ? undefined : [{ type: 'move', edit: second, after: from }];
}

function toReword(scene: Scene, text: string): Plan | undefined {
  const isAbout =
    /\b(?:step|edit|instruction|prompt|message|wording|words of|version|v\d)\b|@\d|\bv ?\d/i.test(text);
  const isOther =
    /\b(?:instead|should (?:have|say|be|read)|rather|reword|rewrite|rephrase|say|says|correct)\b|\b(?:change|edit|update|replace|fix|alter)\b.*(?:\bto\b|\bwith\b|\bby\b|\binto\b|:)/i.test(
      text,
    );
  if (!isAbout || !isOther || /^(?:go|back|undo|revert|show|compare|use|take|give me)\b/i.test(text))
    return undefined;
  const match =
    /^(.*?)(?:\bto (?:say|read|be)\b|\bshould (?:have (?:been|said)|say|be|read)\b|\bto\b|\binto\b|\bas\b|\bwith\b|\bsay(?:s)?\b|:|,|\b(?=(?:make|give|add|put|use|let|write|remove|draw|turn)\b))(.+)$/i.exec(
      text,
    );
  const what = match?.[1]?.replace(
    /\b(?:in|for|at|on|reword|rewrite|rephrase|change|edit|update|replace|fix|correct|alter|of|words|wording|prompt|message|text)\b/gi,
    ' ',
  );
  const edit =
    what === undefined
      ? undefined
      : /\b(?:step|edit|change|instruction|prompt|message|wording|words)\b|\d/i.test(match![1]!)
        ? editIn(scene, what)
        : undefined;
  if (edit === undefined) return undefined;
  const isNumbered = /\d|\b(?:first|second|third|fourth|last)\b/i.test(match![1]!);
  if (!isNumbered && !EDIT_WORD.test(match![1]!)) return undefined;
  const prompt = match![2]!.replace(/^[\s:,"]+|,? (?:instead|rather)(?: of .*)?$/gi, '').trim();
  return prompt === '' ? undefined : [{ type: 'reword', edit, prompt }];
}

function toLeaveOut(scene: Scene, text: string): Plan | undefined {
  if (!LEAVE_OUT.test(text) || /\b(?:what|which|how)\b/i.test(text)) return undefined;
  const isEdit =
    EDIT_WORD.test(text) ||
    /\bkeep (?:all|everything) (?:but|except)\b/i.test(text) ||
    /\bleav(?:e|ing)\b.*\bout\b|\bleave out\b|\bskip\b|\bomit\b/i.test(text);
  if (!isEdit) return undefined;
  if (/\b(?:last|latest|previous|most recent) (?:edit|step|change|instruction)s?\b/i.test(text))
    return undefined;
  const what = text
    .replace(/,? ?\b(?:but|and) (?:keep|leave|the rest|everything else|not)\b.*$/i, '')
    .replace(
      /\b(?:without|leave|leaving|left|out|skip|omit|drop|ignore|forget|about|disable|exclude|take|cut|remove|undo|cancel|delete|revert|reverse|switch|turn|off|except|from|chain|branch|where|you|added|only|again|everything|keep|all|but|step|edit|change)\b/gi,
      ' ',
    );
  const edit = editIn(scene, what);
  if (edit === undefined || !scene.edits.some(({ version }) => version === edit)) return undefined;
  return [{ type: 'leave-out', edit }];
}

function toUndo(scene: Scene, text: string): Plan | undefined {
  if (
    REDO.test(text) &&
    isOnly(text, /^(?:redo|un-?undo|undid|undone|undo|forwards?|re-?apply|took|take)$/i) &&
    /\bredo\b|undid|un-?undo|\bundone\b|forward|re-?apply|undo (?:the|that|my) undo/i.test(text)
  )
    return scene.session.canRedo
      ? [{ type: 'redo' }]
      : /\bredo (?:it|this|that)\b/i.test(text)
        ? undefined
        : [scene.nothingThere()];
  if (!UNDO.test(text)) return undefined;
  const amount = new RegExp(
    String.raw`\b(${AMOUNT}|twice|couple)\b(?! ?(?:of )?(?:the )?(?:first|picture))`,
    'i',
  ).exec(text.replace(/\bone\b/gi, ' '))?.[1];
  const [name] = namesOf(
    text.replace(
      /\b(?:the |my |your )?(?:last|latest|previous|most recent) (?:\w+ )?(?:edits?|steps?|changes?|ones?|things?|messages?|pictures?)\b/gi,
      ' ',
    ),
  );
  if (name) return scene.about(name.named, (version): Plan => [{ type: 'go-to', version }]);
  if (
    !isOnly(
      text,
      /^(?:undo|undone|undoing|revert|roll|rolled|rollback|rewind|ctrl-?z|z|mind|nevermind|scratch|mistake|cancel|remove|discard|drop|reverse|forget|reject|mess|messed|wrong|bad|worse|ugly|didn't|didnt|rid|twice|couple|two|three|four|five|\d+|was|how|way|message|messages|accident|before|earlier)$/i,
    )
  )
    return undefined;
  const times = amount ? (/twice|couple/i.test(amount) ? 2 : numberOf(amount)) : undefined;
  if (!scene.session.canUndo) return [scene.nothingThere()];
  return [{ type: 'undo', ...(times && times > 1 && { times }) }];
}

function toExport(scene: Scene, text: string): Plan | undefined {
  if (!EXPORT.test(text) || /^how\b/i.test(text)) return undefined;
  if (scene.session.versions.length === 0) return [scene.nothingThere()];
  if (
    /\b(?:session|everything|all|chat|conversation|project|whole|bundle|zip|tar|history|archive)\b/i.test(
      text,
    )
  )
    return [{ type: 'export', what: 'session' }];
  const at = namesOf(text)[0] ?? describedIn(scene, text);
  return at
    ? scene.about(at.named, (version): Plan => [{ type: 'export', what: 'picture', version }])
    : [{ type: 'export', what: 'picture' }];
}

function toSearch(text: string): Plan | undefined {
  if (!SEARCH.test(text)) return undefined;
  const query = text
    .replace(SEARCH, ' ')
    .replace(
      /\b(?:in|from|among|through|across|over) (?:all |any |other |another |my |the |old |earlier |previous |every )*(?:sessions?|chats?|conversations?|gallery|pictures|history|archive)\b/gi,
      ' ',
    )
    .replace(/\b(?:pictures?|images?|drawings?|photos?) (?:of|with)\b/gi, ' ')
    .replace(
      /^(?:\s*(?:for|me|all|any|my|the|a|an|old|of|with|pictures?|images?|that|where|i|drew|made|have|had|sessions?)\b)+/i,
      '',
    )
    .replace(/[?.,]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return query === '' ? undefined : [{ type: 'search', query }];
}

function toVary(scene: Scene, text: string): Plan | undefined {
  if (!MORE_KEY.test(text) || /\banother look\b/i.test(text)) return undefined;
  const [at] = namesOf(text);
  const left = at ? without(text, at.text) : text;
  if (!isOnly(left, MORE)) return undefined;
  if (!scene.hasPicture && scene.session.versions.length === 0) return [scene.nothingThere()];
  // "back again", "go there again": not one more.
  if (
    at &&
    /\b(?:back|return|show|go|see|open|view|use)\b/i.test(left) &&
    !/\b(?:more|another|variations?|variants?|similar|re-?\w{3,}|times)\b/i.test(left)
  )
    return undefined;
  if (
    !at &&
    /\b(?:show|see|go|back)\b.*\bagain\b/i.test(left) &&
    !/\b(?:more|another|variations?)\b/i.test(left)
  )
    return undefined;
  const amount = new RegExp(String.raw`\b(${AMOUNT}|a few|several|some|a couple)\b`, 'i').exec(
    left.replace(/\bone\b/gi, ' '),
  )?.[1];
  const count = amount
    ? /few|several|some/i.test(amount)
      ? 3
      : /couple/i.test(amount)
        ? 2
        : numberOf(amount)
    : undefined;
  const more = { ...(count && { count }) };
  return at
    ? scene.about(at.named, (version): Plan => [{ type: 'vary', of: { version }, ...more }])
    : [{ type: 'vary', ...more }];
}

const GO_FILLERS =
  /^(?:\w+est|most|looked|liked|loved|winner|keeper|superior|nicest|prettier|prettiest|favourite|favorite|yes|again|active|return|restore|revert|reset|rewind|rather|please|picture|was|way|decided|one|go|back|there|select|pick|mind|changed|love|more|want|keep|scroll|visit|load|reload|reopen|resume|carry|with)$/i;

function toGo(scene: Scene, text: string): Plan | undefined {
  const names = namesOf(text);
  const at = names.length === 1 ? names[0] : names.length === 0 ? describedIn(scene, text) : undefined;
  const relative =
    !at &&
    /\b(?:back|return|revert|reset|restore|go|rewind)\b.*\b(before|after) ((?:i|we|you|the|it|there|adding|making|changing|my|that|[a-z]).+)$/i.exec(
      text,
    );
  if (relative) {
    const named: Named = { by: relative[1]!.toLowerCase() as 'before', words: relative[2]! };
    const [version] = scene.versionsOf(named);
    return version === undefined ? undefined : [{ type: 'go-to', version }];
  }
  const then =
    /\b(?:back|return|prefer|liked?|loved|go|rewind|restore|revert|how it (?:was|looked))\b.*\b(?:when|where|while|with) (.+)$/i.exec(
      text,
    );
  if (!at && then) {
    const found = scene.versionsOf({ by: 'content', words: then[1]! });
    if (found.length === 1) return [{ type: 'go-to', version: found[0]! }];
  }
  const shown =
    /^(?:(?:let me|let's|can (?:i|we)|could (?:i|we)|i want to|please|now) )*(?:(?:show|see|open|view|jump|switch|go|return|load|display|look|get|give|take|bring|back|have)\b(?: me| us)?(?: a look)?(?: back)?(?: (?:to|at))?) (?:the|my|our) (?:other (?:branch|one|version|picture) (?:with|where) (?:the )?)?(.+?)(?: (?:again|back|please|once more|picture|photo|version|one))*$/i.exec(
      text,
    );
  if (
    !at &&
    shown &&
    (/^(?:.* )?(?:show|see|open|view|jump|switch|return|load|display|look at)\b/i.test(text) ||
      /\bback\b/i.test(text))
  ) {
    const found = scene.versionsOf({ by: 'content', words: shown[1]! });
    if (found.length === 1) return [{ type: 'go-to', version: found[0]! }];
    if (found.length > 1) return [scene.whichPicture(found, (version) => [{ type: 'go-to', version }])];
  }
  if (!at)
    return /^\d{1,3}$/.test(text) && scene.seen(Number(text))
      ? [{ type: 'go-to', version: Number(text) }]
      : undefined;
  const left = without(text, at.text);
  if (!isOnly(left, GO_FILLERS) || /\b(?:the look|style|look of)\b/i.test(left)) return undefined;
  if (/\b(?:like|style|look)\b/i.test(left) && /\b(?:make|draw|paint|more|it)\b.*\b(?:like|look)/i.test(left))
    return undefined;
  const isFresh =
    /\b(?:branch|fork|start|something (?:else|different|new)|differently|another way|try)\b/i.test(left);
  return scene.about(
    at.named,
    (version): Plan => [
      isFresh && /\b(?:from|at|of|with)\b/i.test(left)
        ? { type: 'branch', version }
        : ({ type: 'go-to', version } as Action),
    ],
  );
}

const COMMAND_WORD =
  /\b(?:undo|undid|redo|revert|rollback|versions?|sessions?|compare|download|export|rename|previous|earlier|edits?|variations?|layout|composition|cancel|v\d+|step \d+|regenerate)\b/i;
const SURE_EDIT =
  /^(?:(?:now|please|also|then|and) )*(?:add|draw|paint|write|give it|put an?|replace|recolou?r|swap)\b/i;

/** Whether a text that would be drawn sounds like a command that was not understood: then it is asked about. */
export function soundsLikeCommand(text: string): boolean {
  return COMMAND_WORD.test(text) && !SURE_EDIT.test(text);
}
