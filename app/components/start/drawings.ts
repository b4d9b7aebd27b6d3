/**
 * What the pen can draw: subjects and places by the words that name them, in English and Chinese. Icons of Lucide where
 * it has them, a few of our own where it has not. More special words stand before the ones they contain.
 */
import {
  Apple,
  Bird,
  Bus,
  Car,
  Castle,
  Cat,
  Crown,
  Dog,
  Fish,
  Flower2,
  Guitar,
  House,
  type LucideIcon,
  Panda,
  Plane,
  Rabbit,
  Rocket,
  Sailboat,
  Star,
  Sun,
  Tent,
  TreePalm,
  TreePine,
  Turtle,
} from 'lucide-react';

/** An icon, or the path of a drawing in a box of 64 by 54. */
export type Drawing = LucideIcon | string;

const FOX =
  'M18 38c0-8 2-14 4-24l7 7c2-.7 4-.7 6 0l7-7c2 10 4 16 4 24-4 5-8 8-14 8s-10-3-14-8Zm8-6v2m12-2v2m-8 5 2 2 2-2';
const PENGUIN =
  'M32 8c-8 0-12 6-12 14 0 4-2 8-2 13 0 7 6 11 14 11s14-4 14-11c0-5-2-9-2-13 0-8-4-14-12-14Zm0 13c-4-5-9-1-8 4 1 3-1 6-1 10 0 4 4 7 9 7s9-3 9-7c0-4-2-7-1-10 1-5-4-9-8-4Zm-4-4v1m8-1v1m-6 6 2 2 2-2M18 28l-5 8m33-8 5 8';
const CACTUS =
  'M27 46V14a5 5 0 0 1 10 0v32M27 34h-4c-4 0-6-2-6-6v-5a3 3 0 0 1 6 0v4h4m10 2h4v-8a3 3 0 0 1 6 0v9c0 4-2 5-6 5h-4M32 15v3m0 6v3m0 6v3M20 46h24';
const CAKE =
  'M14 46V30a4 4 0 0 1 4-4h28a4 4 0 0 1 4 4v16ZM14 34c3 4 6 4 9 0 3 4 6 4 9 0 3 4 6 4 9 0 3 4 6 4 9 0M24 26v-8m8 8v-8m8 8v-8m-16-5v1m8-1v1m8-1v1';
const UNICORN =
  'M24 46c1-5 0-9 3-14-4 1-8 5-10 4-3-1-4-4-2-7l10-12c2-3 5-5 9-5l2-4 2 4c8 2 12 9 12 18 0 6-1 11-2 16M31 12 26 2l9 8m-8 11v1m14-8c6 3 9 10 9 18m-14-14c4 3 5 8 4 14';

export const SUBJECTS: readonly (readonly [RegExp, Drawing])[] = [
  [/\bfox\b|狐/i, FOX],
  [/\bpenguin|企鹅/i, PENGUIN],
  [/\bunicorn|独角兽/i, UNICORN],
  [/\bcactus|仙人掌/i, CACTUS],
  [/\bcake|蛋糕/i, CAKE],
  [/\bcastle|城堡/i, Castle],
  [/\brocket|火箭/i, Rocket],
  [/\bpanda|熊猫/i, Panda],
  [/\bcat\b|(?<!熊)猫(?!头)/i, Cat],
  [/\bdog\b|狗/i, Dog],
  [/\brabbit|兔/i, Rabbit],
  [/\bturtle|龟/i, Turtle],
  [/\bfish|鱼/i, Fish],
  [/\bbird|\bchick\b|\bowl\b|鸟|小鸡|猫头鹰/i, Bird],
  [/\bpalm|棕榈/i, TreePalm],
  [/\bpine|松/i, TreePine],
  [/\bsunflower|\brose\b|\bflower|向日葵|玫瑰|花/i, Flower2],
  [/\bapple|苹果/i, Apple],
  [/\bhouse|房/i, House],
  [/\btent\b|帐篷/i, Tent],
  [/\bcar\b|汽车/i, Car],
  [/\bbus\b|公交/i, Bus],
  [/\bsailboat|帆船/i, Sailboat],
  [/\bairplane|\bplane\b|飞机/i, Plane],
  [/\bguitar|吉他/i, Guitar],
  [/\bcrown|皇冠/i, Crown],
  [/\bsun\b|太阳/i, Sun],
  [/\bstar\b|星星/i, Star],
];

/** A framed picture, for words that are not known. */
export const UNKNOWN: Drawing = 'M12 8h40v38H12Zm5 5h30v28H17Zm0 22 9-10 7 8 5-5 9 9M39 20v1';

const STARS = 'M8 9v6m-3-3h6M56 22v4m-2-2h4M8 32v4m-2-2h4';

export const PLACES: readonly (readonly [RegExp, string])[] = [
  [/hill|山/i, 'M2 50c10-10 20-10 30-3 10-9 20-8 30 0'],
  [/snow|雪/i, 'M2 50c12-4 22-2 30-1 10-2 20-4 30 1M6 12v6m-3-3h6M58 16v6m-3-3h6'],
  [/sunset|夕阳|日落/i, 'M2 50h60M20 50a12 12 0 0 1 24 0M10 40l4 3m40-3-4 3M32 30v4'],
  [/space|太空/i, `${STARS}M2 50h60M52 44v4m-2-2h4M24 6v4m-2-2h4`],
  [/night|夜|星空/i, `${STARS}M2 50h60M54 6a5 5 0 1 0 6 6 5 5 0 0 1-6-6Z`],
  [/meadow|grass|草/i, 'M2 50h60M8 50c0-4-2-5-3-7m3 7c0-4 2-5 3-7M56 50c0-4-2-5-3-7m3 7c0-4 2-5 3-7'],
  [
    /beach|sea|ocean|海/i,
    'M2 46c5-4 10-4 15 0s10 4 15 0 10-4 15 0 10 4 15 0M2 51c5-4 10-4 15 0s10 4 15 0 10-4 15 0 10 4 15 0',
  ],
  [/forest|wood|林/i, 'M2 50h60M7 50V32m0 0-5 11h10Zm50 18V32m0 0-5 11h10Z'],
  [/background|背景/i, 'M2 4h60v46H2Z'],
];

export const GROUND = 'M2 50h60';
