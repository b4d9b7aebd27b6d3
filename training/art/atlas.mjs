/**
 * Renders every subject of data/*.txt in every style into one raw RGBA atlas.
 *
 *   node atlas.mjs OUT_FOLDER     -> OUT_FOLDER/atlas.raw, OUT_FOLDER/atlas.json
 *
 * Families are joined on the Unicode code point (without variation selector 16).
 */
import { readFileSync, readdirSync, writeFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";

const SIZE = 256;
const STYLES = { "3d": null, flat: "fluent-emoji-flat", line: "fluent-emoji-high-contrast", noto: "noto" };
const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules");
const out = process.argv[2] ?? join(here, "out");
sharp.concurrency(1);

const bare = (hex) => hex.toLowerCase().split("-").filter((part) => part !== "fe0f").join("-");
const json = (path) => JSON.parse(readFileSync(path, "utf8"));
const rows = (file) =>
  readFileSync(join(here, "..", "data", file), "utf8").split("\n").filter((line) => line && !line.startsWith("#"))
    .map((line) => line.split("|").map((cell) => cell.trim()));

const byLabel = new Map(require("emojibase-data/en/data.json").map((emoji) => [emoji.label, emoji]));
const chinese = new Map(require("emojibase-data/zh/data.json").map((emoji) => [emoji.hexcode, emoji.label]));
const sets = {};
for (const name of Object.values(STYLES).filter(Boolean)) {
  const folder = join(packages, "@iconify-json", name);
  sets[name] = { ...json(join(folder, "icons.json")), chars: json(join(folder, "chars.json")) };
}
const folder3d = join(packages, "@lobehub/fluent-emoji-3d/assets");
const file3d = new Map(readdirSync(folder3d).map((file) => [bare(file.replace(".webp", "")), file]));

function source(style, code) {
  if (style === "3d") return readFileSync(join(folder3d, file3d.get(code) ?? "missing"));
  const set = sets[STYLES[style]];
  const name = set.chars[code] ?? set.chars[`${code}-fe0f`];
  const icon = set.icons[name] ?? set.icons[set.aliases?.[name]?.parent];
  if (!icon) throw new Error(`no ${style} drawing of ${code}`);
  const width = icon.width ?? set.width ?? 32;
  const height = icon.height ?? set.height ?? 32;
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${SIZE}" height="${SIZE}" viewBox="0 0 ${width} ${height}" color="#141414">${icon.body}</svg>`,
  );
}

const subjects = [];
const pixels = [];
for (const [name, label] of [...rows("subjects.txt"), ...rows("others.txt")]) {
  const emoji = byLabel.get(label);
  if (!emoji) throw new Error(`unknown label ${label}`);
  const code = bare(emoji.hexcode);
  for (const style of Object.keys(STYLES)) {
    pixels.push(await sharp(source(style, code)).ensureAlpha()
      .resize(SIZE, SIZE, { fit: "contain", background: { r: 0, g: 0, b: 0, alpha: 0 } }).raw().toBuffer());
  }
  subjects.push({ name, label, code, chinese: chinese.get(emoji.hexcode) });
}
mkdirSync(out, { recursive: true });
writeFileSync(join(out, "atlas.raw"), Buffer.concat(pixels));
writeFileSync(join(out, "atlas.json"), JSON.stringify({ size: SIZE, styles: Object.keys(STYLES), subjects }));
console.log(JSON.stringify({ subjects: subjects.length, styles: Object.keys(STYLES), size: SIZE }));
