/**
 * Draws the samples of the page: every subject, look and ground of the checkpoint's list, edits, and the examples of the start. Same
 * model, same bytes.
 *
 *   npm run samples [-- MODEL]        default: models/mini; writes public/samples
 */
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { examplesOf } from '../app/components/start/examples.ts';
import type { Translator } from '../app/components/ui/translator.ts';
import { type Engine, loadEngine, type MadePicture } from '../engine/index.ts';
import messagesEn from '../messages/en.json' with { type: 'json' };
import messagesZh from '../messages/zh.json' with { type: 'json' };
import { readKnown } from '../server/known.ts';
import { quotedTexts } from '../studio/quotes.ts';
import {
  EDIT_BASE,
  EDITS,
  exampleKey,
  groundPhrase,
  lookPhrase,
  type Sample,
  type SampleKind,
  type Samples,
  withArticle,
} from '../studio/samples.ts';

const ROOT = resolve(import.meta.dirname, '..');
const OUT = join(ROOT, 'public/samples');
const SEED = 1;
/** Sides of the files: many subjects are small, few examples are larger. */
const SIDE_PX: Record<SampleKind, number> = { subject: 96, look: 160, ground: 160, edit: 160, example: 192 };
const QUALITY = 72;
const MOST_BYTES = 3_000_000;

const model = resolve(process.argv[2] ?? join(ROOT, 'models/mini'));
const { knows, examples } = readKnown(model);
if (!knows)
  throw new Error(`${model} has no list of what it knows (knows.json), so there is nothing to show.`);
const engine = await loadEngine({ modelDir: model, device: 'cpu' });
const samples: Sample[] = [];
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });

async function draw(engine: Engine, prompt: string, references: MadePicture[] = []): Promise<MadePicture> {
  const { defaultWidthPx: widthPx, defaultHeightPx: heightPx, defaultSteps: steps, can } = engine.info;
  const events = engine.generate({
    ...{ prompt, renderTexts: quotedTexts(prompt), references, seed: SEED, widthPx, heightPx, steps },
    ...{ guidanceScale: engine.info.defaultGuidanceScale, count: 1, layout: 'separate' },
    secondLook: can.secondLook ?? false,
  });
  for await (const event of events)
    if (event.type === 'picture')
      return { file: event.png, priorTokens: event.priorTokens!, latents: event.latents! };
  throw new Error(`No picture came of "${prompt}".`);
}

async function keep(kind: SampleKind, picture: MadePicture): Promise<string> {
  const file = `${kind}-${String(readdirSync(OUT).length).padStart(3, '0')}.webp`;
  const side = SIDE_PX[kind];
  const webp = sharp(picture.file)
    .resize(side, side, { kernel: 'lanczos3' })
    .webp({ quality: QUALITY, effort: 6 });
  writeFileSync(join(OUT, file), await webp.toBuffer());
  return file;
}

async function add(kind: SampleKind, name: string, said: { en: string; zh: string }): Promise<void> {
  samples.push({ kind, name, ...said, file: await keep(kind, await draw(engine, said.en)) });
}

for (const { en, zh } of knows.subjects) await add('subject', en, { en: withArticle(en), zh });
for (const look of knows.styles) await add('look', look.en, lookPhrase(look));
for (const ground of knows.backgrounds ?? []) await add('ground', ground.en, groundPhrase(ground));

const base = await draw(engine, EDIT_BASE.en);
const baseFile = await keep('edit', base);
for (const edit of EDITS) {
  const file = await keep('edit', await draw(engine, edit.en, [base]));
  samples.push({ kind: 'edit', name: edit.en, ...edit, file, base: { ...EDIT_BASE, file: baseFile } });
}

/** Messages of the start in a language, as the page asks for them. */
const translatorOf = (messages: typeof messagesEn): Translator =>
  ((key: string) =>
    key
      .split('.')
      .reduce((tree: unknown, part) => (tree as Record<string, unknown>)[part], messages)) as Translator;
for (const [locale, messages] of [
  ['en', messagesEn],
  ['zh', messagesZh],
] as const)
  for (const { bases, prompt } of examplesOf(examples, translatorOf(messages), locale)) {
    const made: MadePicture[] = [];
    for (const each of bases) made.push(await draw(engine, each));
    const [first] = made;
    const file = await keep('example', await draw(engine, prompt, made));
    const before = first
      ? { base: { en: bases[0]!, zh: bases[0]!, file: await keep('example', first) } }
      : {};
    samples.push({
      kind: 'example',
      name: exampleKey(bases, prompt),
      en: prompt,
      zh: prompt,
      file,
      ...before,
    });
  }

const index: Samples = { modelDigest: engine.info.digest, samples };
writeFileSync(join(OUT, 'index.json'), `${JSON.stringify(index)}\n`);
await engine.close();
const bytes = readdirSync(OUT).reduce((sum, file) => sum + statSync(join(OUT, file)).size, 0);
console.log(`${samples.length} samples, ${Math.ceil(bytes / 1000)} kB in public/samples`);
if (bytes > MOST_BYTES)
  throw new Error(`${bytes} bytes are more than the ${MOST_BYTES} that a repository should carry.`);
