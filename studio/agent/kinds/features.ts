/**
 * What a judge of messages looks at: words and pairs of words, with signs in the place of what changes from session to session
 * (names of versions, what the session says, colours, numbers, quoted texts), and where in the session it is said. Pure.
 */
import { referencesOf as chineseReferences } from '../chinese/references.ts';
import { withSigns } from '../clause.ts';
import { referencesOf as englishReferences } from '../english/references.ts';
import { isGeneric } from '../english/words.ts';
import type { Scene } from '../scene.ts';

/** Longest piece of a message that is looked at: what it asks for stands at its ends. */
const LONGEST = 200;
const COLOUR =
  /^(?:red|orange|yellow|green|blue|purple|pink|brown|gr[ae]y|white|black|gold|golden|silver|teal|violet|turquoise)$/;
const COLOUR_ZH = /[红橙黄绿青蓝紫黑白灰粉金银]色?/gu;
/** Words of a message that is one feature as a whole too; a Chinese one of twice as many signs. */
const SHORT = 3;
/** What a feature that is a whole message begins with. */
export const WHOLE = 'm ';
const HAN = /\p{Script=Han}/u;

/** The features of a message, as texts; the same may stand in it more than once. */
export function featuresOf(scene: Scene, message: string): string[] {
  const text =
    message.length > LONGEST ? `${message.slice(0, LONGEST / 2)} ${message.slice(-LONGEST / 2)}` : message;
  const isChinese = HAN.test(text);
  const found = isChinese ? chineseReferences(scene, text) : englishReferences(scene, text);
  const signed = withSigns(text, found)
    .text.replace(/[\uF000-\uF0FF]/gu, ' \uF000 ')
    .replace(/[\uE000-\uEFFF]/gu, ' \uE000 ');
  const about = placeOf(scene);
  const features = [...(isChinese ? chinese(scene, signed) : english(scene, signed))];
  const first = features.slice(0, 3);
  return [
    ...features,
    ...about,
    ...about.flatMap((each) => first.map((feature) => `${each} ${feature}`)),
    ...(/[?？]\s*$/u.test(text) ? ['asks'] : []),
    ...(/!|！/u.test(text) ? ['calls'] : []),
  ];
}

/** Where in a session it is said. */
function placeOf({ hasPicture, session }: Scene): string[] {
  const places = [hasPicture ? 'there' : 'empty'];
  if (session.underWay.length > 0) places.push('running');
  if (session.canRedo) places.push('undone');
  if (session.versions.length > 1) places.push('many');
  return places;
}

function english(scene: Scene, text: string): string[] {
  const tokens = (
    text
      .toLowerCase()
      .replace(/’/g, "'")
      .match(/[a-z]+(?:'[a-z]+)?|\d+|[\uE000-\uF8FF]|[?!,.:;]/gu) ?? []
  ).map((token) => {
    if (/^\d/.test(token)) return '#';
    if (COLOUR.test(token)) return 'COLOUR';
    return token;
  });
  const kinds = tokens.map((token) => {
    if (!/^[a-z]/.test(token) || isGeneric(token)) return token;
    return scene.contents.isSaid(token) ? 'SAID' : 'OTHER';
  });
  const words = ['^', ...tokens, '$'];
  const signs = ['^', ...kinds, '$'];
  const features: string[] = [];
  for (let k = 0; k < words.length; k++) {
    const word = words[k]!;
    const next = words[k + 1];
    features.push(`w ${word}`);
    if (signs[k] !== word) features.push(`w ${signs[k]}`);
    if (next === undefined) continue;
    features.push(`b ${word} ${next}`, `s ${signs[k]} ${signs[k + 1]}`);
    if (words[k + 2] !== undefined)
      features.push(`t ${signs[k]} ${signs[k + 1]} ${signs[k + 2]}`, `k ${word} ${words[k + 2]}`);
    if (/^[a-z]{5,}/.test(word)) features.push(`p ${word.slice(0, 4)}`, `e ${word.slice(-4)}`);
  }
  features.push(
    `s1 ${signs[1]}`,
    `s2 ${signs[1]} ${signs[2] ?? ''}`,
    `s3 ${words[1]} ${words[2] ?? ''} ${words[3] ?? ''}`,
    `n ${Math.min(8, tokens.length)}`,
  );
  if (kinds.includes('SAID')) features.push('said');
  if (tokens.length <= SHORT) features.push(`${WHOLE}${tokens.join(' ')}`);
  return features;
}

function chinese(scene: Scene, text: string): string[] {
  const plain = scene.withoutSaid(text).replace(/\s+/gu, ' ');
  const signs = (text: string) => [
    '^',
    ...[
      ...text
        .toLowerCase()
        .replace(COLOUR_ZH, 'C')
        .replace(/\d+|[一二两三四五六七八九十]+/gu, '#')
        .replace(/\s+/gu, ''),
    ],
    '$',
  ];
  const features: string[] = [];
  const all = signs(text);
  for (let k = 0; k < all.length; k++) {
    for (let length = 1; length <= 4; length++)
      if (k + length <= all.length) features.push(`c${length} ${all.slice(k, k + length).join('')}`);
    if (k + 2 < all.length) features.push(`g ${all[k]}${all[k + 2]}`);
  }
  if (plain !== text) features.push('said');
  if (all.length - 2 <= 2 * SHORT) features.push(`${WHOLE}${all.join('')}`);
  features.push(
    `z1 ${all.slice(1, 3).join('')}`,
    `z2 ${all.slice(1, 4).join('')}`,
    `zn ${Math.min(10, Math.floor(all.length / 2))}`,
  );
  return features;
}
