/**
 * Writes data/tags.txt: for every subject its emoji and those labels and tags of emojibase, in English and Chinese, that belong to no other subject.
 *
 *   node tags.mjs
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const data = join(dirname(fileURLToPath(import.meta.url)), "..", "data");
const rows = (file) =>
  readFileSync(join(data, file), "utf8").split("\n").filter((line) => line && !line.startsWith("#"))
    .map((line) => line.split("|").map((cell) => cell.trim()));
const english = new Map(require("emojibase-data/en/data.json").map((emoji) => [emoji.label, emoji]));
const chinese = new Map(require("emojibase-data/zh/data.json").map((emoji) => [emoji.hexcode, emoji]));

// Words with another meaning in captions (colours, looks, grounds, places, letters), and tags that say nothing about what is seen.
const BARRED = new Set(
  `3d flat cartoon line art outline noto red orange yellow green teal turquoise blue purple violet pink brown gray grey white black light dark
   left right top bottom center centre middle corner hills hill sea ocean water beach sand night evening sky stars desert dunes snow snowy winter sunset dusk meadow grass field
   forest woods trees city town skyline space universe galaxy underwater mountains alps room table home house indoors clouds rain rainy autumn fall weather background
   picture image photo text word letter letters sign say says symbol emoji face person people human animal animals food fruit vegetable plant drink sport game object tool
   celebration celebrate event party happy sad love like ok okay yes no good great nice fun funny cute pretty beauty beautiful big small little up down on off new old time day
   holiday vacation travel vehicle transportation work office school music play playing eat eating hungry thanks please hi hello bye omg lol lmao wow two three four one pet
   zodiac chinese japanese american nature summer spring cold hot warm cool weapon dead death danger magic dream luck lucky gift bird bug insect flower fish sea dance dancing
   curious playful stubborn lazy slow calm ugly simple heavy solid tough flamboyant spiny sour ripe morning direction where country under medium family serve cream side iron men showing
   africa europe york driving settle surprise female jump falling grow female cubical polar polite wild mammal baby cat dog bear hand hands body mouth eye eyes hair man woman boy girl child adult young`.split(/\s+/),
);
const subjects = rows("subjects.txt").map(([name, label, names, zh]) => {
  const emoji = english.get(label);
  return { name, emoji: emoji.emoji.replace("\ufe0f", ""), hexcode: emoji.hexcode, own: [name, ...names.split(",").map((each) => each.trim())], ownChinese: zh.split(",").map((each) => each.trim()), tags: [emoji.label, ...(emoji.tags ?? [])] };
});
const others = rows("others.txt").map(([, label]) => english.get(label));
const taken = new Map(); // tag -> how many subjects it may mean
const count = (tag) => taken.set(tag, (taken.get(tag) ?? 0) + 1);
for (const { own, ownChinese } of subjects) for (const tag of [...own, ...ownChinese]) count(tag.toLowerCase());
for (const { tags, hexcode } of subjects) for (const tag of new Set([...tags, ...(chinese.get(hexcode)?.tags ?? []), chinese.get(hexcode)?.label ?? ""])) count(tag.toLowerCase());
for (const emoji of others) for (const tag of new Set([emoji.label, ...(emoji.tags ?? []), ...(chinese.get(emoji.hexcode)?.tags ?? []), chinese.get(emoji.hexcode)?.label ?? ""])) count(tag.toLowerCase());

const fits = (tag, own) => tag.length > 1 && !own.includes(tag) && taken.get(tag) === 1 && !BARRED.has(tag);
const lines = subjects.map(({ name, emoji, hexcode, own, ownChinese, tags }) => {
  const en = [...new Set(tags.map((tag) => tag.toLowerCase()))].filter((tag) => fits(tag, own) && /^[a-z][a-z' -]{2,}$/.test(tag));
  const zh = [...new Set([chinese.get(hexcode)?.label ?? "", ...(chinese.get(hexcode)?.tags ?? [])])].filter((tag) => fits(tag, ownChinese) && /^[\u4e00-\u9fff]+$/.test(tag));
  return `${name} | ${emoji} | ${en.join(", ")} | ${zh.join(", ")}`;
});
writeFileSync(join(data, "tags.txt"), `# name | emoji | English tags | Chinese tags. Made by art/tags.mjs from emojibase.\n${lines.join("\n")}\n`);
console.log(JSON.stringify({ subjects: lines.length, tags: lines.join("").split(",").length }));
