/** English messages that draw: more of the same, other settings, the look or the subject of a version, new pictures, edits. Pure. */
import type { Action, PictureRef, Plan, Region } from '../actions.ts';
import { describing } from '../contents.ts';
import { canBeDrawn } from '../known-subject.ts';
import { AMOUNT, numberOf } from '../numbers.ts';
import { firstOf, type Rule, whole } from '../rules.ts';
import type { Named, Scene } from '../scene.ts';
import { type Options, settingsIn } from '../settings.ts';
import { soundsLikeCommand } from './loose.ts';
import { NAME, nameOf, THING } from './names.ts';
import { isOnly } from './words.ts';

const REF = `(${NAME}|(?:the )?${THING} (?:with|without|where|before|after|that) .+?|the .+? ${THING})`;
const GIVE = `(?:(?:make|give|show|draw|do|create|generate|paint|get|try|render|i want|i(?:'d| would) like|let'?s (?:see|have|try|get)|let me (?:see|have)|can i (?:have|see|get)|may i (?:have|see)|could i (?:have|see|get))(?: (?:me|us|for me))? )?`;
const MORE = `(?:versions?|variations?|variants?|tries|options?|pictures?|images?|alternatives?|takes?|of (?:them|those|these|that|it|this)|ones?|attempts?|like (?:it|this|that|these|those))`;

const ref = (version: number): PictureRef => ({ version });

const VARY: readonly Rule[] = [
  [
    whole(
      `${GIVE}(?:(${AMOUNT}|a few|some|a couple|several|a|another)(?: of)? )?(?:other |different |new |further )?more(?: ${MORE})*(?: (?:please|of the same))*`,
      `${GIVE}(${AMOUNT}|a few|some|a couple|several|another ${AMOUNT}|another|an)?(?: of)? ?(?:more |other |different |new |random |alternative |alternate )*(?:variations?|variants?|alternatives?|different (?:versions?|ones?|tries|takes?|seeds?)|other (?:versions?|ones|takes))(?: (?:of|on|for) (?:it|this|that|these))?(?: please)?`,
      `${GIVE}(another)(?: (?:one|version|try|take|go|picture|image|variation|attempt|round))?(?: (?:of|like) (?:it|this|that|these|the same))?(?: please)?`,
    ),
    (_, groups) => varied(undefined, groups.slice(1).find((group) => group !== '') ?? ''),
  ],
  [
    whole(
      `(?:please )?(?:try|do|draw|make|generate|roll|run|paint|render|create|go)(?: (?:it|this|that|one|the same(?: (?:thing|one|picture))?|the picture))?(?: (?:once )?(?:again|once more|another time|one more time|over(?: again)?|anew))+(?: please)?`,
      `(?:again|once more|once again|one more time|one more|encore|and again|same again|the same(?: thing)? again|retry|re-?try|re-?generate|re-?roll|re-?draw|re-?do|repeat|re-?render|re-?make|vary|shuffle)(?: (?:it|this|that|the picture|please|one))*`,
      `(?:with )?(?:a |an )?(?:different|new|another|other|random) (?:seed|try|attempt|result)|(?:try|use|with) (?:a |an )?(?:different|new|another|other|random) seed`,
      `(?:a )?different one|something similar|similar ones?|(?:one )?more(?: please)?`,
    ),
    (scene, _, text) =>
      /^(?:redo)\b/i.test(text) && scene.session.canRedo ? [{ type: 'redo' }] : varied(undefined, ''),
  ],
  [
    whole(
      `${GIVE}(?:(${AMOUNT}|a few|some|a couple|several|another ${AMOUNT}|another|one)(?: of)? )?(?:other |different |new )?(?:more )?(?:${MORE} ?)?(?:exactly |just )?(?:like|similar to|of|based on|in the way of|on|from) ${REF}(?: please)?`,
      `(?:vary|re-?generate|re-?roll|re-?draw|repeat|re-?try|redo|re-?run|re-?make|try|run|draw|do) (?:()${REF}|()the (?:message|prompt) of ${REF})(?: (?:again|once more|another time|over|one more time|please))*`,
      `(?:()${REF}) again(?: please)?`,
    ),
    (scene, groups, text) => {
      const filled = groups.slice(1).filter((group) => group !== '');
      const name = filled.at(-1)!;
      const amount = filled.length > 1 ? filled[0]! : '';
      if (
        /^(?:try|draw|do|run)\b/i.test(text) &&
        !/\b(?:again|once more|another time|over|one more time)\b/i.test(text)
      )
        return undefined;
      if (
        !/\b(?:more|like|similar|variations?|variants?|alternatives?|again|vary|re-?\w+|another|others?|versions|once|time)\b/i.test(
          text,
        )
      )
        return undefined;
      const named = nameOf(name);
      return named && scene.about(named, (version) => varied(ref(version), amount));
    },
  ],
];

function varied(of: PictureRef | undefined, amount: string): Plan {
  const word = amount.replace(/^another /i, '');
  const count = /^(?:a few|some|several)$/i.test(word)
    ? 3
    : /^a couple$/i.test(word)
      ? 2
      : /^(?:an?|another)?$/i.test(word)
        ? undefined
        : numberOf(word);
  return [{ type: 'vary', ...(of && { of }), ...(count && { count }) }];
}

const SAME = whole(
  `(?:(?:and |but |now |then |just |please )*(?:again|once (?:more|again)|(?:try|do|draw|make|render|run|generate|paint|give me|show me|repeat|redo|take|use|set|go|create|rerun|regenerate|finish)(?: me)?(?: (?:it|this|that|the same|the picture|one|everything|them|the (?:size|image)|(?:the )?(?:last|current) (?:one|picture|version)))?(?: (?:again|once more|over|one more time))*|(?:the )?same(?: (?:thing|message|prompt|picture|one|again))*|it|this|that|one more|one more time|another one|resize(?: (?:it|this|that|the picture))?|same but|this one)?(?:,? (?:but|now|again|please|instead|size|to be|be|only|just|and))*)+`,
);

const AGAIN =
  /^(?:again|repeat|rerun|re-run|redo|render|rerender|re-render|regenerate|generate|resize|scale|size|quality|resolution|higher|lower|larger|smaller|px|pixels|guidance|seed|identical|run|finish|finished|proper|properly|full|draft|setting|settings)$/i;

/** The same message with other settings; nothing else is asked for. */
function repeated(scene: Scene, text: string): Plan | undefined {
  const { options, rest } = settingsIn(text);
  if (Object.keys(options).length === 0) return undefined;
  if (options.count !== undefined && Object.keys(options).length === 1) {
    if (SAME.test(rest)) return [{ type: 'vary', count: options.count }];
    return undefined;
  }
  const layout =
    /\b(?:the )?same (?:layout|composition|arrangement)\b|\bkeep(?:ing)? (?:the |its )?(?:layout|composition|arrangement)\b|\bfinish (?:it|this|the draft)\b/i;
  const type = layout.test(rest) ? ('same-layout' as const) : ('repeat' as const);
  const left = rest
    .replace(layout, ' ')
    .replace(/\b(?:with|in|and|but|using)\b/gi, ' ')
    .replace(/[,.]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (SAME.test(left) || left === '' || isOnly(left, AGAIN))
    return scene.hasPicture ? [{ type, options }] : [scene.nothingThere()];
  const name = new RegExp(
    `(?:^|\\b(?:repeat|redo|draw|run|render|do|make|try|rerun|of|regenerate|resize|take) )${REF}`,
    'i',
  ).exec(left);
  const named = name && nameOf(name[1]!);
  const others = name && left.replace(name[1]!, ' ').replace(/\s+/g, ' ').trim();
  if (named && (others === '' || SAME.test(others!) || isOnly(others!, AGAIN)))
    return scene.about(named, (version) => [{ type, of: ref(version), options }]);
  return undefined;
}

function sameLayout(scene: Scene, text: string): Plan | undefined {
  const layout =
    /\b(?:same|keep(?:ing)?|identical|exact(?:ly)?(?: the)?(?: same)?|preserve|reuse|use)\b[\w ]{0,12}\b(?:layout|composition|arrangement|positions)\b/i;
  if (layout.test(text)) {
    const { options, rest } = settingsIn(text);
    const [at] = namesIn(rest);
    const left = (at ? rest.replace(at.text, ' ') : rest).replace(layout, ' ');
    if (isOnly(left, AGAIN)) {
      const plan = (of?: PictureRef): Plan => [{ type: 'same-layout', ...(of && { of }), options }];
      if (at) return scene.about(at.named, (version) => plan(ref(version)));
      return scene.hasPicture ? plan() : [scene.nothingThere()];
    }
  }
  const match =
    /^(?:(?:again|once more|draw it|make it|do it|repeat|try|now|use|with|in|the|keep|and) )*(?:the )?same (?:layout|composition)(?: (?:as|of) (.+?))?(?:,? (?:again|please|once more))*$|^keep the (?:layout|composition)(?: (?:of|as) (.+?))?$/i.exec(
      text,
    );
  if (!match) return undefined;
  const named = nameOf(match[1] ?? match[2] ?? 'this');
  return (
    named &&
    scene.about(named, (version) => [
      { type: 'same-layout', ...(match[1] && { of: ref(version) }), options: {} },
    ])
  );
}

const LOOKS: readonly RegExp[] = [
  new RegExp(
    `^(?:(.*?)[ ,]+)?(?:in|with|using|use|apply|copy|take|give it|transfer|borrow|draw it in|make it in|put it in)?(?: me)? ?(?:the |a )?(?:same |exact )?(?:art |drawing |visual )?(?:style|look|looks) (?:of|from|as(?: in)?|like|in) ${REF}(?: (?:to|on|for|onto) (?:it|this|the current (?:one|picture)))?(?:[ ,]+(.*))?$`,
    'i',
  ),
  new RegExp(
    `^()(?:make|draw|paint|render|restyle|style|have)(?: (?:it|this|that|this one|the (?:picture|image|current one)))? (?:(?:to )?look )?(?:more )?(?:just |exactly )?(?:like|as|similar to) ${REF}()$`,
    'i',
  ),
  new RegExp(
    `^()(?:copy|use|apply|take|borrow) ${REF}(?:'s)? (?:style|look)(?: (?:to|on|for|onto) (?:it|this|the current (?:one|picture)))?()$`,
    'i',
  ),
  new RegExp(`^(?:(.*?)[ ,]+)?(?:styled|stylised|stylized) (?:like|as|after) ${REF}()$`, 'i'),
];

/** The look of another version: on the current picture, or on a new one where something to draw is named. */
function styled(scene: Scene, text: string): Plan | undefined {
  for (const pattern of LOOKS) {
    const match = pattern.exec(text);
    const named = match && nameOf(match[2]!);
    if (!match || !named) continue;
    const subject = [match[1], match[3]]
      .filter((part) => part)
      .join(' ')
      .trim();
    const isNew = isNewSubject(scene, subject);
    const prompt = (version: number) =>
      text.replace(match[2]!, /^@/.test(match[2]!) ? match[2]! : `@${version}`);
    return scene.about(named, (version): Plan => {
      const { current } = scene.session;
      const isOther = current !== null && current !== version && !isNew;
      return [
        {
          type: 'style',
          prompt: prompt(version),
          ...(isOther && { target: ref(current) }),
          styles: [ref(version)],
        },
      ];
    });
  }
  return looselyStyled(scene, text);
}

/** "a dog in the same style": that of the current picture, for something else. */
function inSameStyle(scene: Scene, text: string): Plan | undefined {
  const match = /^(.+?),? (?:in|with|using) (?:the|this|that) (?:same )?style$/i.exec(text);
  const { current } = scene.session;
  if (!match || current === null || !isNewSubject(scene, match[1]!)) return undefined;
  return [{ type: 'style', prompt: text, styles: [ref(current)] }];
}

/** "style" or "look" beside the name of a version. */
function looselyStyled(scene: Scene, text: string): Plan | undefined {
  const [at] = namesIn(text);
  if (!at || !/\b(?:style|styled|stylistically|aesthetic|look(?:s|ing)? like|the look)\b/i.test(text))
    return undefined;
  const subject = text
    .slice(0, at.start)
    .replace(
      /\b(?:in|with|using|by|like)?(?: the| a)?(?: same| exact)?(?: art| drawing| visual)? ?(?:style|look)\b.*$/i,
      '',
    )
    .trim();
  const isNew = isNewSubject(scene, subject);
  return scene.about(at.named, (version): Plan => {
    const { current } = scene.session;
    const isOther = current !== null && current !== version && !isNew;
    const prompt = at.text.startsWith('@') ? text : text.replace(at.text, `@${version}`);
    return [{ type: 'style', prompt, ...(isOther && { target: ref(current) }), styles: [ref(version)] }];
  });
}

function isNewSubject(scene: Scene, subject: string): boolean {
  const text = subject
    .replace(/^(?:please|now|then|and|also|can you|draw it|make it|paint it|it|this)[ ,]*/gi, '')
    .trim();
  if (
    text === '' ||
    /^(?:redraw|make|draw|paint|render|do|show)(?: (?:it|this|that|the (?:picture|image|current.*)))?$/i.test(
      text,
    )
  )
    return false;
  return NEW_VERB.test(text) || /^(?:an? |some |two |three |four )/i.test(text) || !scene.hasPicture;
}

/** Who is in a version, somewhere else. */
function identified(scene: Scene, text: string): Plan | undefined {
  const same =
    /^(?:(?:now |then |please )*(?:draw|show|put|paint|make|give|place|have|let|i want|let'?s see|imagine|create|generate)(?: me| us)? )?(?:the |this |that |these |those |our |my |a )?(?:very |exact )?(same|very same|identical) (?!again|without\b|with\b|layout|composition|style|seed|size|prompt|message|thing|look|picture|image|settings|colou?rs?|background|one\b|way|as\b|but\b)([\w-]+(?: [\w-]+)?)(?: .+)?$/i.exec(
      text,
    );
  if (same && scene.hasPicture && !/^(?:put|place|add|make|have)\b.*\b(?:it|the picture|here)$/i.test(text)) {
    const name = new RegExp(`(?:from|of|in|as in) ${REF}`, 'i').exec(text);
    const named = name && nameOf(name[1]!);
    if (named)
      return scene.about(named, (version) => [
        { type: 'identity', prompt: text.replace(name[1]!, `@${version}`), references: [ref(version)] },
      ]);
    const { current } = scene.session;
    return [{ type: 'identity', prompt: text, ...(current !== null && { references: [ref(current)] }) }];
  }
  const from = new RegExp(
    String.raw`^(?:(?:draw|show|paint|put|place|imagine|create|generate)(?: me)? )?(?:the |that )([\w -]+?) (?:from|of|in) ${REF},? (?!(?:into|onto|to|with|and|in|on|next to|beside) (?:the|it|this|here|@|v\d|version)(?: |$)(?!beach|forest|sea|city|snow|desert|moon|mountains?|kitchen|garden|street|sky|rain|woods|jungle|park|room))(.+)$`,
    'i',
  ).exec(text);
  const named = from && nameOf(from[2]!);
  if (!named || new RegExp(NAME, 'i').test(from[3]!)) return undefined;
  return scene.about(named, (version) => [
    { type: 'identity', prompt: text.replace(from[2]!, `@${version}`), references: [ref(version)] },
  ]);
}

const DIGITS = /^(?:combine|merge|mix|blend|fuse|join|mash) (\d{1,2}) (?:and|with|&|\+) (\d{1,2})$/i;
const COMBINES =
  /^(?:(?:now |then |please )*)(?:combine|merge|mix|blend|fuse|join|unite|put together|bring together|put|place|show|draw|use|collage|mash)\b/i;

/** Several versions in one picture. */
function combined(scene: Scene, text: string): Plan | undefined {
  const together =
    /\b(?:together|in(?:to)? (?:one|a single|the same)(?: (?:picture|image|scene))?|side by side in one)\b/i;
  const digits = DIGITS.exec(text);
  if (digits) {
    const versions = digits
      .slice(1)
      .map(Number)
      .filter((version) => scene.seen(version));
    return combineAll(text, versions, scene);
  }
  const names = namesIn(text);
  const strong =
    /^(?:(?:now |then |please )*)(?:combine|merge|mix|blend|fuse|join|unite|mash|collage)\b/i.test(text);
  if (
    names.length >= 2 &&
    COMBINES.test(text) &&
    (strong || together.test(text) || /\b(?:in(?:to|side)?|with|on(?:to)?|next to|beside|from)\b/i.test(text))
  ) {
    return resolved(scene, names, (versions) => {
      const different = [...new Set(versions)];
      if (different.length < 2) return [scene.nothingThere()];
      return [
        { type: 'combine', prompt: withMentions(text, names, versions), references: different.map(ref) },
      ];
    });
  }
  if (
    names.length >= 2 &&
    (together.test(text) || /\b(?:combine|combination|merge|mix|blend|fuse|mash)\b/i.test(text))
  )
    return resolved(scene, names, (versions) => [
      {
        type: 'combine',
        prompt: withMentions(text, names, versions),
        references: [...new Set(versions)].map(ref),
      },
    ]);
  if (
    !strong &&
    !/^put (?:them|both|these|all)(?: (?:two|three|four|of them|pictures|images))* (?:together|in(?:to)? (?:one|a single|the same))/i.test(
      text,
    )
  )
    return undefined;
  const roots = scene.session.versions.filter(({ state }) => state === 'active');
  const firstFew = /\bfirst (two|three|four)\b/i.exec(text)?.[1];
  if (firstFew)
    return combineAll(
      text,
      roots.slice(0, numberOf(firstFew)).map(({ version }) => version),
      scene,
    );
  if (!/\b(?:both|them|these|all|those|the (?:two|three|four)|two|pictures|images|versions)\b/i.test(text)) {
    const sides = describedSides(scene, text);
    return sides.length >= 2 ? combineAll(text, sides, scene) : undefined;
  }
  const numbers = roots.map(({ version }) => version);
  if (/\blast two\b/i.test(text)) return combineAll(text, numbers.slice(-2), scene);
  if (/\ball\b/i.test(text) || numbers.length === 2) return combineAll(text, numbers, scene);
  const uploads = roots.filter(({ mode }) => mode === null).map(({ version }) => version);
  if (uploads.length === 2) return combineAll(text, uploads, scene);
  const newest = numbers.slice(-2);
  return newest.length < 2
    ? [scene.nothingThere()]
    : [
        scene.ask('which-picture', [
          {
            label: 'combine',
            params: { one: newest[0]!, other: newest[1]! },
            plan: combineAll(text, newest, scene) as never,
          },
        ]),
      ];
}

/** Versions that the sides of "the boat and the lighthouse in one picture" describe. */
function describedSides(scene: Scene, text: string): number[] {
  const sides = text
    .replace(
      /^.*?\b(?:combine|merge|mix|blend|fuse|join|unite|mash|collage|put|place|show|draw|use|take)\b/i,
      '',
    )
    .replace(/\b(?:together|in(?:to)? (?:one|a single|the same)(?: (?:picture|image|scene))?)\b.*$/i, '')
    .split(/\b(?:and|with|into|plus|in|on|onto|from|of|from)\b|,|&|\+/i)
    .map((side) => side.trim())
    .filter((side) => side !== '');
  const found = sides.flatMap((side) => {
    const named = nameOf(side);
    const versions = named ? scene.versionsOf(named) : scene.contents.withAll(scene.contents.saidAtAll(side));
    return versions.slice(0, 1);
  });
  return [...new Set(found)];
}

function combineAll(text: string, versions: readonly number[], scene: Scene): Plan {
  return versions.length < 2
    ? [scene.nothingThere()]
    : [{ type: 'combine', prompt: text, references: versions.map(ref) }];
}

interface NamedAt {
  named: Named;
  start: number;
  text: string;
}

const NAMES = new RegExp(`(?<![\\w@.+-])(?:${NAME})`, 'gi');

/** Names of versions in a text, in order. */
function namesIn(text: string): NamedAt[] {
  return [...text.matchAll(NAMES)].flatMap((match) => {
    const named = nameOf(match[0]);
    return named ? [{ named, start: match.index, text: match[0] }] : [];
  });
}

/** A plan about all of several names; a question where one of them is not clear. */
function resolved(
  scene: Scene,
  names: readonly NamedAt[],
  plan: (versions: number[]) => Plan,
  before: number[] = [],
): Plan {
  const [first, ...others] = names;
  if (!first) return plan(before);
  return scene.about(first.named, (version) => resolved(scene, others, plan, [...before, version]));
}

/** Names in words become mentions, which the model reads as numbers of its inputs. */
function withMentions(text: string, names: readonly NamedAt[], versions: readonly number[]): string {
  let out = '';
  let at = 0;
  names.forEach((name, k) => {
    out += text.slice(at, name.start) + (name.text.startsWith('@') ? name.text : `@${versions[k]}`);
    at = name.start + name.text.length;
  });
  return out + text.slice(at);
}

export const NEW_VERB =
  /^(?:(?:now|then|so|next|ok|okay|please|instead|rather|and|also) )*(?:draw|paint|sketch|create|generate|render|design|illustrate|imagine|produce|make|do|show|give|get|see|have|compose|doodle|depict)(?: (?:me|us|for me))? (?:(?:now|instead|also|just|please|rather|then) )?(?:an? |some |another (?!(?:one|version|try|take|go)\b)|(?:one|two|three|four|five|six|\d+) |new |pictures? |images? )/i;
const DRAW_ANY =
  /^(?:(?:now|then|so|next|please|instead|and|also) )*(?:draw|paint|sketch|generate|illustrate|imagine|create|render|depict|design)(?: (?:me|us))? (?!it\b|this\b|that\b|them\b|him\b|her\b|over\b|on\b|in\b|as\b|again\b|everything\b)(.+)$/i;
const NEW_PHRASE =
  /^(?:(?:i(?:'d| would)? (?:like|love|want|wanna|need)(?: to (?:see|have|get))?|let'?s (?:see|have|do|try|draw|make)|let me (?:see|have)|how about|can i (?:see|get|have)|what about|time for|next(?: up)?[:,]?|now[:,]?|then) (?=an? (?!\w+ (?:background|sky|one)\b)|some |two |three |four )|(?:a |an )?(?:new|another|fresh|different|separate) (?:picture|image|drawing|subject|scene|one)(?: (?:of|with|now|please))?[:,]? |new[:,] |something (?:else|new|different|completely different)[:,] |start(?: over| fresh| again| anew)?(?: with)?[:,]? (?=an? )|now (?:for )?something (?:else|different|new)[:,] ?|forget (?:that|it|this)[:,] (?=draw|an? )|i (?:want|need|would like|'d like) (?=an? |some |two |three |four )|(?:picture|image|drawing|photo|illustration|icon|sticker|poster|logo) of |(?:an? )(?:picture|image|drawing|photo|illustration) of )/i;
const COUNTED = new RegExp(
  `^((?:(?:now|please|then) )*(?:draw|paint|make|create|generate|show|give|do)(?: me| us)? )?(?:(?:a (?:set|series|batch|bunch) of )?(${AMOUNT})|a few|several) (?:different |new |other )?(?:pictures|images|versions|variations|variants|drawings|pics|options|takes|tries|shots)(?: (?:of|with|showing|for)) (.+)$`,
  'i',
);

/** A new picture. */
function newPicture(scene: Scene, text: string): Plan | undefined {
  const counted = COUNTED.exec(text);
  if (counted && !/^(?:it|this|that|them|these|those)$/i.test(counted[3]!) && !nameOf(counted[3]!)) {
    const { options, rest } = settingsIn(counted[3]!);
    const count = counted[2] ? numberOf(counted[2]) : 3;
    return [{ type: 'new', prompt: rest, options: { ...options, count } } as Action];
  }
  const { options, rest } = settingsIn(text);
  const any = DRAW_ANY.exec(rest);
  const isNew = NEW_VERB.test(rest) || NEW_PHRASE.test(rest) || any !== null;
  if (!isNew) return undefined;
  if (scene.hasPicture && isOnPicture(scene, rest, any?.[1])) return undefined;
  if (scene.hasPicture && /^(?:i |i'd|how about|what about|let's)/i.test(rest) && ATTRIBUTE.test(rest))
    return undefined;
  const prompt = rest
    .replace(
      /^(?:new|something (?:else|new|different)|(?:a )?(?:new|different|another|fresh) (?:picture|image|drawing|subject|scene|one))(?: of)?[:,] ?/i,
      '',
    )
    .replace(/^(?:forget (?:that|it|this)[:,] ?)/i, '');
  if (isVague(prompt)) return [whatToDraw(scene)];
  return [{ type: 'new', prompt, ...(Object.keys(options).length > 0 && { options: options as Options }) }];
}

/** Whether what is to be drawn goes onto the current picture. */
function isOnPicture(scene: Scene, text: string, object: string | undefined): boolean {
  if (/^(?:make|do|have|give|get|show|see)\b/i.test(text) && !NEW_VERB.test(text)) return true;
  if (
    /\b(?:on|to|over|behind|under|beside|next to|around|above|in front of|onto|near|with|below) (?:it|him|her|them|its|his|their|top)\b/i.test(
      text,
    )
  )
    return true;
  const on =
    /\b(?:on|over|behind|under|beside|next to|around|above|in front of|onto|near|to|below)(?: top of)? the (?!(?:sea|beach|hill|hills|meadow|moon|sky|city|forest|lake|road|street|ocean|mountains?|ground|floor|wall)\b)(.+)$/i.exec(
      text,
    );
  if (
    on &&
    isThere(scene, on[1]!) &&
    !/^(?:now )?(?:draw|paint|create|generate|make)(?: me)? an? (?:picture|image|drawing)/i.test(text)
  )
    return true;
  // "draw the background blue", "paint the fox red": what is there, with a look.
  return (
    object !== undefined &&
    /^(?:the|its|his|her|their) /i.test(object) &&
    isThere(scene, object) &&
    /^(?:paint|draw|render)/i.test(text)
  );
}

const SCENERY = /\b(?:background|sky|foreground|picture|image|scene|ground|floor|wall)\b/i;

/** Whether something of the current picture is named. */
function isThere(scene: Scene, words: string): boolean {
  if (SCENERY.test(words)) return true;
  const first = describing(words).slice(0, 3);
  return scene.branch.some(({ prompt }) => {
    const said = describing(prompt);
    return first.some((word) => said.includes(word));
  });
}

const VAGUE =
  /^(?:(?:draw|paint|make|show|give|create|generate|do|surprise|i want|let'?s (?:do|draw|see))(?: me| us)? ?)?(?:something(?: (?:else|new|different|nice|cool|beautiful|pretty|funny|cute|random|interesting|fun|for me|completely different|awesome|good|great|amazing))*|anything(?: you (?:like|want))?|whatever(?: you (?:like|want))?|an? (?:picture|image|drawing|new (?:picture|image|one)|different picture)|some (?:pictures?|art|images?)|surprise(?: me)?|me|another (?:picture|image|subject)|(?:a )?new picture|new|pictures?|images?|art|a thing)(?: please)?$/i;

function isVague(text: string): boolean {
  return VAGUE.test(text.trim());
}

function whatToDraw(scene: Scene): Action {
  const subjects = scene.context.knows?.subjects ?? [];
  const offered = [0, 3, 43, 54].flatMap((k) => subjects[k] ?? []);
  return scene.ask(
    'what-to-draw',
    offered.map(({ en }) => ({
      label: 'draw',
      params: { words: en },
      plan: [{ type: 'new', prompt: `${/^[aeiou]/.test(en) ? 'an' : 'a'} ${en}` }],
    })),
  );
}

const DISLIKE =
  /^(?:(?:no|nope|nah|hmm+|ugh|meh|bad|wrong|yuck|ew|boring|ugly|terrible|awful)[,.! ]*)*(?:(?:i )?(?:don'?t|do not|didn'?t) (?:really )?(?:like|love|want) (?:it|this|that|them|this one|the (?:result|picture|last one))(?: (?:at all|much|very much|anymore))?|(?:that|this|it)(?:'?s| is| was| looks?)(?: (?:not|n't|really|very|just|so|still|completely|totally))*? ?(?:what i (?:wanted|meant|asked for)|wrong|bad|ugly|terrible|awful|right|good|not it|boring|nonsense|horrible|weird|strange|off|a bit off|not right)|not (?:what i (?:wanted|meant|asked for)|good|right|like (?:this|that)|it|quite(?: right| it)?|this|that|really)|(?:no|nope|nah|hmm+|ugh|meh|bad|wrong|yuck|ew|boring|ugly|terrible|awful)|(?:it )?doesn'?t look (?:right|good)|can(?:'t| you) (?:do )?better|try harder|do better|(?:make|do|draw) it (?:better|nicer|right|properly|good|prettier|different(?:ly)?|cooler|more interesting|perfect|great|pop|work)|better|nicer|different(?:ly)?|improve(?: (?:it|this|that))?|fix (?:it|this|that)|change (?:it|this|something|that)|edit (?:it|this)|do something(?: (?:with|to) (?:it|this))?|something(?:'s| is) (?:off|wrong|missing)|other|else|(?:and )?now\??|so|well|go|yes|yes please|sure|do it|go on|go ahead|continue|next|maybe|perhaps|please|i don'?t know|idk|whatever|you (?:decide|choose)|what now|no way|the other(?: one)?|more interesting|i(?:'m| am) not sure|(?:let'?s )?start (?:over|again|fresh|from scratch)|reset|from scratch|(?:i have )?no idea|hm+|uh+m*|\?+|\.+|make (?:some )?changes|try something|it'?s not (?:good|right|what i wanted)(?: enough)?|almost|close|not yet|less|(?:it|that|this) (?:could|should) be better|try something (?:else|different|new))$/i;

/** What to do is not clear: the usual next steps are offered, and to draw the words as they are. */
function unclear(scene: Scene, words?: string): Action {
  const { current, versions, canUndo } = scene.session;
  const knows = scene.hasPicture || versions.length > 0;
  return scene.ask(knows ? 'what-to-do' : 'what-to-draw', [
    current !== null ? { label: 'vary', plan: [{ type: 'vary', count: 3 }] } : undefined,
    canUndo && versions.length > 0 ? { label: 'undo', plan: [{ type: 'undo' }] } : undefined,
    words !== undefined
      ? { label: 'edit', params: { words }, plan: [{ type: 'edit', prompt: words }] }
      : undefined,
    ...(knows ? [] : (whatToDraw(scene) as Extract<Action, { type: 'ask' }>).choices),
  ]);
}

const REGION: readonly [RegExp, Region][] = [
  [/\bleft(?:most)? third\b/i, 'left-third'],
  [/\bright(?:most)? third\b/i, 'right-third'],
  [/\b(?:top|upper) third\b/i, 'top-third'],
  [/\b(?:bottom|lower) third\b/i, 'bottom-third'],
  [/\b(?:top|upper)[ -]left\b/i, 'top-left'],
  [/\b(?:top|upper)[ -]right\b/i, 'top-right'],
  [/\b(?:bottom|lower)[ -]left\b/i, 'bottom-left'],
  [/\b(?:bottom|lower)[ -]right\b/i, 'bottom-right'],
  [/\bleft\b/i, 'left'],
  [/\bright\b/i, 'right'],
  [/\b(?:top|upper)\b/i, 'top'],
  [/\b(?:bottom|lower)\b/i, 'bottom'],
  [/\b(?:middle|cent(?:er|re))\b/i, 'middle'],
];
/** "make the left fox blue": a change of what stands there. */
const CHANGED_THERE =
  /^(?:(?:please|now|then|also) )*(?:make|turn|paint|colou?r|recolou?r|change|replace|remove|give|delete|erase|swap)\b.*\bthe (?:left|right|top|bottom|upper|lower|middle|cent(?:er|re))(?:most)? (?!of\b|side of|hand|arm|leg|ear|eye|wing|edge)[a-z]+/i;
const ONLY_THERE =
  /\bonly\b.*\b(?:left|right|top|bottom|upper|lower|middle|cent(?:er|re))\b|\b(?:left|right|top|bottom|upper|lower|middle|cent(?:er|re))(?: (?:half|part|side|corner|third))? only\b|\bthe (?:left|right|top|bottom|upper|lower|middle|cent(?:er|re)|(?:top|bottom|upper|lower)[ -](?:left|right))(?:most)? (?:one|half|part|third|(?:[a-z]+)(?= (?:blue|red|green|yellow|purple|pink|orange|white|black|gr[ae]y|brown|gold)))\b/i;

/** "make only the hat red": the thing to which a change keeps. */
const ONLY_THING =
  /^(?:(?:please|now|then) )*(?:only (?:change|edit|touch|alter|repaint|redraw|recolou?r|make|turn|paint|give)|(?:change|edit|touch|alter|make|turn|paint|recolou?r|give) only) the ([a-z]+)\b/i;
/** Names of places are no things. */
const PLACE =
  /^(?:left|right|top|bottom|upper|lower|middle|cent(?:er|re)|picture|image|whole|rest|first|second|third|last|one)/i;

function thingOf(text: string): string | undefined {
  const thing = ONLY_THING.exec(text)?.[1];
  return thing === undefined || PLACE.test(thing) ? undefined : thing;
}

function regionOf(text: string): Region | undefined {
  if (
    !(ONLY_THERE.test(text) || CHANGED_THERE.test(text)) ||
    /^(?:move|add|put|place|insert)\b(?!.*\bonly\b)/i.test(text)
  )
    return undefined;
  return REGION.find(([pattern]) => pattern.test(text))?.[1];
}

const TARGET_BEFORE =
  /(?:^(?:(?:please|now|then) )*(?:in|on|for|from|starting from|starting with|take|use|edit|change|with|make|turn|give|paint|colou?r|recolou?r|go back to|based on|modify|have|let)|\b(?:to|in|on|onto|into|for|from|of))(?: the)? ?$/i;
const REFERENCE_BEFORE =
  /\b(?:from|of|like|with|as in|than|style of|as|match|matching|and|use|using|by|for)(?: the)? ?$/i;

/** One change of a picture. */
function edited(scene: Scene, text: string): Plan {
  const { options, rest } = settingsIn(text);
  const names = namesIn(rest);
  const lead = new RegExp(
    String.raw`^(?:(?:please|now|then) )*(?:in|on|for|from|start(?:ing)? from|start(?:ing)? with|begin with|take|use|edit|with|based on|back to|go back to|change|at)? ?(?:the )?(?:${THING} )?${REF}(?: (?:again|as (?:the )?(?:base|basis|starting point)))?(?:\s*[,:;-]+\s*| (?:and |but )(?:then |now |please )?| (?=(?:make|add|put|give|remove|replace|change|at night|in |with |without )))(.+)$`,
    'i',
  ).exec(rest);
  const leadNamed = lead && nameOf(lead[1]!);
  if (lead && leadNamed && !(leadNamed.by === 'content' && scene.versionsOf(leadNamed).length === 0)) {
    return scene.about(leadNamed, (version) =>
      [...edited(scene, lead[2]!)].map((action) => aimed(action, version, options)),
    );
  }
  if (names.length === 0) return [edit(rest, options, {})];
  return resolved(scene, names, (versions) => {
    let target: PictureRef | undefined;
    const references: PictureRef[] = [];
    const kept: NamedAt[] = [];
    const keptVersions: number[] = [];
    let prompt = rest;
    names.forEach((name, k) => {
      const before = rest.slice(0, name.start);
      const isTarget =
        !target &&
        (before.trim() === '' ||
          (TARGET_BEFORE.test(before) && !isReference(before, rest.slice(name.start + name.text.length))));
      if (isTarget) target = ref(versions[k]!);
      else references.push(ref(versions[k]!));
      if (!isTarget || name.text.startsWith('@')) {
        kept.push(name);
        keptVersions.push(versions[k]!);
      }
    });
    const targetName = target && names.find((name) => !kept.includes(name));
    prompt = withMentions(rest, kept, keptVersions);
    if (targetName) prompt = withoutTarget(prompt, targetName.text);
    return [
      edit(prompt, options, { ...(target && { target }), ...(references.length > 0 && { references }) }),
    ];
  });
}

function isReference(before: string, after: string): boolean {
  if (/\b(?:from|of|like|as in|than|as)(?: the)? ?$/i.test(before)) return true;
  if (/\bwith(?: the)? ?$/i.test(before) || /^(?:use|using)(?: the)? ?$/i.test(before))
    return !/^[,:]/.test(after) && !/^ (?:and|but) /i.test(after);
  return REFERENCE_BEFORE.test(before) && /\b(?:and|match|matching|by)(?: the)? ?$/i.test(before);
}

/** "add a hat to the first one" says "add a hat" to the model; "make the first one blue" is "make it blue". */
function withoutTarget(prompt: string, name: string): string {
  const at = prompt.toLowerCase().indexOf(name.toLowerCase());
  const before = prompt.slice(0, at);
  const after = prompt.slice(at + name.length);
  const dropped = / (?:to|in|on|onto|into|for|from|of)(?: the)? ?$/i.exec(before);
  if (dropped) return `${before.slice(0, dropped.index)}${after}`.trim();
  return `${before.replace(/the ?$/i, '')}it${after}`;
}

function edit(
  prompt: string,
  options: Partial<Options>,
  named: { target?: PictureRef; references?: PictureRef[] },
): Action {
  const region = regionOf(prompt);
  const only = region ? undefined : thingOf(prompt.trim());
  return {
    type: 'edit',
    prompt: prompt.trim(),
    ...named,
    ...(region && { region }),
    ...(only && { only }),
    ...(Object.keys(options).length > 0 && { options: options as Options }),
  };
}

function aimed(action: Action, version: number, options: Partial<Options>): Action {
  if (action.type !== 'edit' || action.target) return action;
  const all = { ...options, ...action.options };
  return { ...action, target: ref(version), ...(Object.keys(all).length > 0 && { options: all as Options }) };
}

const SCENE_WORDS =
  /\b(?:on|in|at|with|under|by|and|near|beside|next to|wearing|holding|sitting|standing|of)\b/i;
const ATTRIBUTE =
  /\b(?:background|backdrop|sky|style|look|colou?rs?|light|lighting|weather|version|hat|border|frame|bigger|smaller|darker|brighter|more|less|instead)\b|^(?:an? )?(?:blue|red|green|yellow|purple|pink|orange|white|black|gr[ae]y|brown|gold|silver|teal) (?:one|fox|hat)$/i;

/** Letters without a word in them. */
const GIBBERISH =
  /^(?:\S*(?:asdf|qwer|zxcv|hjkl)\S*|[bcdfghjklmnpqrstvwxz]{4,}|[^\p{L}\p{N}\uE000-\uF8FF]+)$/iu;

/** Something of a version named by its words alone: "the lighthouse", where one version has it and the current one does not. */
function namedByWords(scene: Scene, text: string): Plan | undefined {
  const match = /^(?:back to )?(?:the|that|my) ([\w' -]{2,40})$/i.exec(text);
  if (
    !match ||
    (new RegExp(`\\b(?:${THING})\\b`, 'i').test(text) === false && match[1]!.split(' ').length > 4)
  )
    return undefined;
  const versions = scene.contents.withAll(match[1]!);
  const isOnBranch = scene.branch.some(({ prompt }) =>
    describing(match[1]!).every((word) => describing(prompt).includes(word)),
  );
  if (versions.length !== 1 || isOnBranch || versions[0] === scene.session.current) return undefined;
  return [{ type: 'go-to', version: versions[0]! }];
}

/** Bare words: a whole scene is a new picture where they say one, else they change the picture that is there. */
function bareWords(scene: Scene, text: string): Plan | undefined {
  if (!scene.hasPicture) return undefined;
  if (!/^(?:an? |some |two |three |four |\d+ )/i.test(text) || ATTRIBUTE.test(text)) return undefined;
  const { options, rest } = settingsIn(text);
  const isScene = SCENE_WORDS.test(rest) || rest.split(/\s+/).length >= 5;
  const isKnown = scene.context.knows !== null && canBeDrawn(scene.context.knows, rest);
  if (!isScene || (!isKnown && !/\b(?:on|in|at|under|by) (?:the|an?)\b/i.test(rest))) return undefined;
  if (/\b(?:it|its|him|her|them|the (?:fox|rabbit|picture|image))\b/i.test(rest)) return undefined;
  return [
    { type: 'new', prompt: rest, ...(Object.keys(options).length > 0 && { options: options as Options }) },
  ];
}

/** Verbs of changes: with nothing there they are about nothing. */
export const CHANGE =
  /^(?:(?:now|then|please|also|and|just|only) )*(?:add|remove|delete|erase|replace|swap|exchange|change|turn|recolou?r|colou?r|move|take (?:away|off|out)|get rid|lose|make (?:it|this|that|him|her|them|the|everything)|give (?:it|him|her|them|the)|put (?:it|him|her|them|the)|paint (?:it|him|her|them|the)|set|switch|convert|transform|darken|brighten|enlarge|shrink|rotate|flip|mirror|crop|blur|sharpen|zoom|let (?:it|him|her|them|the)|draw (?:it|this|that|them)|have (?:it|him|her|them|the)|without|keep|use|dress|tilt|insert|include|cover|fill|bigger|smaller|darker|brighter|more|less|no )\b/i;
const PLACED = /^(?:put|place|set|have|let) (?:an? |some |two |three )/i;

/** Longest clause that is read for names of versions and the like; a longer one is a description. */
const LONGEST = 160;

/** A long text: it is drawn as it stands. */
function described(scene: Scene, text: string): Plan {
  return [{ type: scene.hasPicture && !NEW_VERB.test(text) ? 'edit' : 'new', prompt: text }];
}

const EDIT_SIGN =
  /^the \w+ \w+s\b|\b(?:with|without|at|in|on|as|like|more|less|no|not|should|needs?|must|become|becomes|wear(?:s|ing)?|hold(?:s|ing)?|background|sky|instead|only|also|too|colou?r\w*|style|night|day|winter|summer|snow|rain|sunset|into|to|from|bigger|smaller|\w+er|be|am|is|are|change|move|take|swap|delete|erase|get rid|let|have|blur|crop|rotate|flip|mirror|zoom|draw|place|set|switch|convert|transform|enlarge|shrink|dress|fill|cover|keep|lose|drop)\b|→|->/i;
const NOT_EDIT =
  /^(?:kill|info|tell|show|see|open|view|wipe|reorder|let's see|let me see|that is|that's|this is|go|jump|give me back|get me|display|load|explain|describe|what|which|who|why|how|do you|are you|is it)\b/i;

/** Whether words can be a change of a picture: few words, or words that say one. */
function soundsLikeEdit(text: string): boolean {
  return !NOT_EDIT.test(text) && (text.split(/\s+/).length <= 4 || EDIT_SIGN.test(text));
}

/** Sentences that describe no picture. */
const NOT_A_PICTURE =
  /^(?:i|i'm|i've|i'll|you|you're|we|we're|let|turn|open|close|play|set|tell|call|send|read|sing|go|come|start|buy|order|help|say|talk|explain|is|are|do|does|don't|can|could|should|would|will|where|why|how|who|what|when|which|and|but|because|if|hello|hi|hey|thanks|thank|yes|no|ok|okay|please)\b/i;

const CHANGES =
  /\b(?:make|add|remove|give (?:it|him|her|them|the)|put|replace|turn (?:it|the|this)|paint|write|recolou?r|colou?r|at night|background)\b/i;

/** Single words that change a picture by themselves. */
const isShort = (text: string): boolean =>
  /^(?:more|less|up|down|off|on|over|left|right)$|\b(?:like|photo|picture of)\b/i.test(text);

/** What a clause of drawing words asks for. */
export function readDrawing(scene: Scene, text: string): Plan {
  if (text.length > LONGEST) return described(scene, text);
  const special =
    sameLayout(scene, text) ??
    repeated(scene, text) ??
    moreOfTheSame(scene, text) ??
    (DISLIKE.test(text) || GIBBERISH.test(text) || (scene.hasPicture && isOnly(text) && !isShort(text))
      ? [unclear(scene)]
      : undefined) ??
    namedByWords(scene, text) ??
    (isVague(text) ? [whatToDraw(scene)] : undefined) ??
    inSameStyle(scene, text) ??
    styled(scene, text) ??
    combined(scene, text) ??
    identified(scene, text) ??
    newPicture(scene, text) ??
    bareWords(scene, text);
  if (special) return special;
  if (scene.hasPicture)
    return (soundsLikeCommand(text) || !soundsLikeEdit(text)) &&
      !CHANGES.test(text) &&
      !(namesIn(text).length > 0 && /\bwith(?:out)?\b/i.test(text))
      ? [unclear(scene, text)]
      : edited(scene, text);
  if (namesIn(text).length > 0 && scene.session.versions.length > 0) return edited(scene, text);
  if (CHANGE.test(text) && !PLACED.test(text)) return [nothingToChange(scene, text)];
  if (NOT_A_PICTURE.test(text)) return [whatToDraw(scene)];
  const { options, rest } = settingsIn(text);
  return [
    { type: 'new', prompt: rest, ...(Object.keys(options).length > 0 && { options: options as Options }) },
  ];
}

/** Settings and layouts that a text asks for and nothing else. */
export function readSettings(scene: Scene, text: string): Plan | undefined {
  return text.length > LONGEST ? undefined : (sameLayout(scene, text) ?? repeated(scene, text));
}

function moreOfTheSame(scene: Scene, text: string): Plan | undefined {
  const plan = firstOf(VARY, scene, text);
  return plan && plan[0]?.type === 'vary' && scene.session.versions.length === 0 && !scene.hasPicture
    ? [scene.nothingThere()]
    : plan;
}

function nothingToChange(scene: Scene, text: string): Action {
  const ask = scene.nothingThere() as Extract<Action, { type: 'ask' }>;
  return {
    ...ask,
    choices: [
      ...ask.choices,
      { label: 'draw', params: { words: text }, plan: [{ type: 'new', prompt: text }] },
    ],
  };
}
