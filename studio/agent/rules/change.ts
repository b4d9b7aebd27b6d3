/** One change of a picture: which one is changed, and where. Pure. */
import type { Action, PictureRef, Plan, Region } from '../actions.ts';
import {
  about,
  aboutAll,
  type Clause,
  type Reference,
  referencesIn,
  V,
  withMentions,
  written,
} from '../clause.ts';
import { isAllSaid, versionsSaid } from '../described.ts';
import type { Scene } from '../scene.ts';
import { type Options, settingsIn } from '../settings.ts';
import { unclear } from './asking.ts';
import { isChange, LEAD, LEAD_ZH } from './is-change.ts';
import { type Rule, ref, type Said } from './rule.ts';

const REGION: readonly [RegExp, Region][] = [
  [/\bleft(?:most)? third\b|左(?:边|侧)?(?:的)?三分之一/iu, 'left-third'],
  [/\bright(?:most)? third\b|右(?:边|侧)?(?:的)?三分之一/iu, 'right-third'],
  [/\b(?:top|upper) third\b|上(?:面|方|部)?(?:的)?三分之一/iu, 'top-third'],
  [/\b(?:bottom|lower) third\b|下(?:面|方|部)?(?:的)?三分之一/iu, 'bottom-third'],
  [/\b(?:top|upper)[ -]left\b|左上/iu, 'top-left'],
  [/\b(?:top|upper)[ -]right\b|右上/iu, 'top-right'],
  [/\b(?:bottom|lower)[ -]left\b|左下/iu, 'bottom-left'],
  [/\b(?:bottom|lower)[ -]right\b|右下/iu, 'bottom-right'],
  [/\bleft\b|左/iu, 'left'],
  [/\bright\b|右/iu, 'right'],
  [/\b(?:top|upper)\b|上半|上面|上方|顶部|上部/iu, 'top'],
  [/\b(?:bottom|lower)\b|下半|下面|下方|底部|下部/iu, 'bottom'],
  [/\b(?:middle|cent(?:er|re))\b|中间|中央|中部/iu, 'middle'],
];
const SIDE = 'left|right|top|bottom|upper|lower|middle|cent(?:er|re)';
/** "make the left fox blue": a change of what stands there. */
const CHANGED_THERE = new RegExp(
  `^(?:(?:please|now|then|also) )*(?:make|turn|paint|colou?r|recolou?r|change|replace|remove|give|delete|erase|swap)\\b.*\\bthe (?:${SIDE})(?:most)? (?!of\\b|side of|hand|arm|leg|ear|eye|wing|edge)[a-z]+`,
  'i',
);
const ONLY_THERE = new RegExp(
  `\\b(?:only|just)\\b.*\\b(?:${SIDE})\\b|\\b(?:${SIDE})(?: (?:half|part|side|corner|third))? only\\b|\\bthe (?:${SIDE}|(?:top|bottom|upper|lower)[ -](?:left|right))(?:most)? (?:one|half|part|third|(?:[a-z]+)(?= (?:blue|red|green|yellow|purple|pink|orange|white|black|gr[ae]y|brown|gold)))\\b`,
  'i',
);
const ONLY_THERE_ZH =
  /只(?:改|在|动|换|变|把|修改|给)|仅|(?:左|右|上|下|中)(?:边|侧|面|方|半边|半部分|半|间)(?:的?那?[一]?(?:只|个|条|匹|位|辆)|半|部分)|^(?:请|帮我)*(?:把|将|给|让)(?:画面)?(?:左|右|上|下|中)(?:边|侧|面|方|间|上|下|上角|下角)*的.+?(?:换|变|改|涂|染|去掉|删|戴|加|穿)/u;

/** "make only the hat red": the thing to which a change keeps. */
const ONLY_THING =
  /^(?:(?:please|now|then) )*(?:only (?:change|edit|touch|alter|repaint|redraw|recolou?r|make|turn|paint|give)|(?:change|edit|touch|alter|make|turn|paint|recolou?r|give) only) the ([a-z]+)\b/i;
const ONLY_THING_ZH =
  /^(?:请|帮我)*只(?:改|换|动|变|修改|给|把|将|让)(?:一下)?(?!这|那|第|左|右|上|下|中|背景)(\p{Script=Han}{1,4}?)(?:的颜色)?(?:$|[，,]|改成|变成|换成|涂成|染成|改为|变为|换为)/u;
/** Names of places are no things. */
const PLACE =
  /^(?:left|right|top|bottom|upper|lower|middle|cent(?:er|re)|picture|image|whole|rest|first|second|third|last|one)/i;

function thingOf(text: string): string | undefined {
  const thing = (ONLY_THING.exec(text) ?? ONLY_THING_ZH.exec(text))?.[1];
  return thing === undefined || PLACE.test(thing) ? undefined : thing;
}

function regionOf(text: string): Region | undefined {
  if (/\p{Script=Han}/u.test(text)) {
    if (!ONLY_THERE_ZH.test(text) || /^(?:加|放|移|把.+(?:移|放)到)/u.test(text)) return undefined;
  } else if (
    !(ONLY_THERE.test(text) || CHANGED_THERE.test(text)) ||
    /^(?:move|add|put|place|insert)\b(?!.*\b(?:only|just)\b)/i.test(text)
  )
    return undefined;
  return REGION.find(([pattern]) => pattern.test(text))?.[1];
}

function edit(
  prompt: string,
  options: Partial<Options>,
  named: { target?: PictureRef; references?: PictureRef[] } = {},
): Action {
  const region = regionOf(prompt);
  const only = region ? undefined : thingOf(prompt.trim());
  return {
    type: 'edit',
    prompt: prompt.replace(/\s+/g, ' ').trim(),
    ...named,
    ...(region && { region }),
    ...(only && { only }),
    ...(Object.keys(options).length > 0 && { options: options as Options }),
  };
}

/** … or it ends with it, or names it beside what is changed. */
const TAIL = new RegExp(
  `^(.+?) (?:(?:to|in|on|onto|into|of|for|from|over|inside|at)(?: the)?) ${V}(.*)$`,
  'iu',
);
const OBJECT = new RegExp(
  `^((?:(?:please|now|then|also|and) )*(?:make|turn|give|paint|colou?r|recolou?r|change|let|have|edit|modify|dress|darken|brighten|flip|rotate|crop|blur|mirror|set|put)) ${V}('s)?(?: |,)(.+)$`,
  'iu',
);

/** "put @1 next to the castle": what is mentioned comes to what is there. */
const isPutBeside = ({ text }: Reference, [, verb, , rest]: RegExpExecArray): boolean =>
  text.startsWith('@') &&
  /\b(?:put|set)$/i.test(verb!) &&
  /^(?:next to|beside|behind|near|by|under|in(?:to)?|on(?:to)?|in front of|on top of|over|above|between|with) the\b/i.test(
    rest!,
  );

function changed({ scene, clause, text }: Said): Plan {
  const { options, rest } = settingsIn(text);
  const references = referencesIn(clause, rest);
  if (references.length === 0)
    return elsewhere(scene, clause, rest, options) ?? [edit(written(clause, rest), options)];
  const isTarget = (reference: Reference) => reference.by !== 'content' || reference.versions.length > 0;
  const at = (reference: Reference, prompt: string, others: readonly Reference[]): Plan =>
    aboutAll(scene, [reference, ...others], ([target, ...versions]) => [
      edit(prompt, options, {
        target: ref(target!),
        ...(versions.length > 0 && { references: versions.map(ref) }),
      }),
    ]);
  const [first, ...others] = references as [Reference, ...Reference[]];
  if (clause.language === 'zh') {
    const lead = LEAD_ZH.exec(rest);
    const tail = lead?.[1] ?? '';
    const isReference =
      /^(?:里|中|上)?的(?:.{1,4})(?:放到|放进|加到|移到)/u.test(tail) || /^(?:一样|那样|的样子)/u.test(tail);
    if (lead && isTarget(first) && !isReference) {
      const verb = /^(把|给|让|将|对)/u.exec(rest)?.[1];
      return at(first, `${verb ? `${verb}它` : ''}${withMentions(clause, tail)}`, others);
    }
    return aboutAll(scene, references, (versions) => [
      edit(withMentions(clause, rest), options, { references: versions.map(ref) }),
    ]);
  }
  const lead = LEAD.exec(rest);
  if (lead && isTarget(first) && !/^(?:in|on|to|with|at|as)$/i.test(lead[1]!)) {
    const innerOptions = settingsIn(lead[1]!);
    return at(first, withMentions(clause, innerOptions.rest), referencesIn(clause, innerOptions.rest));
  }
  const object = OBJECT.exec(rest);
  if (object && isTarget(first) && !isPutBeside(first, object))
    return at(first, withMentions(clause, `${object[1]} it${object[2] ?? ''} ${object[3]}`), others);
  const tail = TAIL.exec(rest);
  const isLike = /\b(?:like|as in|than|match|matching|with|use|and|by|from|combine|as)(?: the)?$/i;
  if (
    tail &&
    !isLike.test(tail[1]!) &&
    !(
      / from /i.test(rest.slice(tail[1]!.length, tail[1]!.length + 6)) &&
      !/^(?:remove|delete|erase|take|cut|clear)\b/i.test(rest)
    )
  ) {
    const target = referencesIn(clause, rest.slice(tail[1]!.length))[0]!;
    const before = referencesIn(clause, tail[1]!);
    const after = referencesIn(clause, tail[2]!);
    return at(target, withMentions(clause, `${tail[1]}${tail[2]}`), [...before, ...after]);
  }
  return aboutAll(scene, references, (versions) => [
    edit(withMentions(clause, rest), options, { references: versions.map(ref) }),
  ]);
}

const SUBJECT =
  /^(?:(?:please|now|then|also|and|just) )*(?:(?:make|turn|give|paint|colou?r|recolou?r|change|let|remove|delete|erase|move|swap|replace|take away|get rid of|put an? [\w -]+? (?:on|in|over|next to|beside|behind|around)|add (?:an? |some |more )?[\w -]+? (?:to|on|in|around|behind|beside|next to)|darken|brighten|flip|rotate|blur|enlarge|shrink|light(?: up)?|to|for|in|on|with) )?the ([\w-]+(?: [\w-]+){0,2})/i;
const SUBJECT_ZH =
  /^(?:把|给|让|将|对|在)?([^，,]{1,6}?)(?:里|上|旁边|前面|后面)?(?:去掉|拿掉|删掉|变|改|换|加|再|更|画|调|应该|涂|放|戴|：|:)/u;

/** The longest beginning of a phrase that some message says word for word. */
function longestSaid(scene: Scene, clause: Clause, phrase: string): string | undefined {
  if (clause.language === 'zh') return isAllSaid(scene, clause, phrase) ? phrase : undefined;
  const words = phrase.split(' ');
  for (let length = words.length; length > 0; length--) {
    const name = words.slice(0, length);
    if (name.every((word) => scene.withoutSaid(word).trim() === '')) return name.join(' ');
  }
  return undefined;
}

/** What no picture of the branch has and one version has can only be meant there: "make the lighthouse taller". */
function elsewhere(scene: Scene, clause: Clause, text: string, options: Partial<Options>): Plan | undefined {
  if (scene.isOnStep || scene.isPlanned || scene.session.current === null) return undefined;
  const subject = (clause.language === 'en' ? SUBJECT : SUBJECT_ZH).exec(text)?.[1];
  const name = subject && longestSaid(scene, clause, subject);
  if (!name) return undefined;
  const found = versionsSaid(scene, clause, name);
  if (found.length !== 1 || found[0] === scene.session.current) return undefined;
  const said = clause.language === 'en' ? name : scene.contents.saidAtAll(name);
  const isOnlyEarlier = said.split(' ').length > 1 && !scene.contents.has(scene.session.current, said);
  const isOnBranch =
    !isOnlyEarlier &&
    scene.branch.some(({ version }) => scene.contents.has(version, said) || version === found[0]);
  if (isOnBranch || said === '' || scene.seen(found[0]!)?.mode === null) return undefined;
  return about(scene, { text: name, versions: found, by: 'content' }, (version) => [
    edit(written(clause, text), options, { target: ref(version) }),
  ]);
}

export const EDIT: readonly Rule[] = [
  {
    action: 'edit',
    en: /./u,
    zh: /./u,
    read: (said) => {
      const { scene, clause, text } = said;
      if (!scene.hasPicture && referencesIn(clause, text).every(({ versions }) => versions.length === 0))
        return undefined;
      return isChange(said) ? changed(said) : [unclear(scene, written(clause, text), clause.language)];
    },
  },
];
