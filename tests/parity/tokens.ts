/** Parity of everything that is text and ids: tokenizer, prompts, glyph texts, positions. */

import { relativeBucket } from '../../engine/model/models/glyph-encoder.ts';
import { decodePicture, referenceGrid } from '../../engine/picture/pixels.ts';
import type { Grid } from '../../engine/request/sizes.ts';
import { byteSpecials, glyphIds, quotedTexts } from '../../engine/tokens/glyph-text.ts';
import { generatedPositions, promptPositions } from '../../engine/tokens/positions.ts';
import { type BuiltPrompt, PromptBuilder } from '../../engine/tokens/prompt.ts';
import { type Check, same } from './check.ts';
import type { CaseRunner, ParityContext } from './context.ts';

/** What upstream's processor assumes when no size is given. */
const DEFAULT_TARGET = { heightPx: 1152, widthPx: 768 };

export const tokenizer: CaseRunner = async ({ checkpoint, goldens }, entry) =>
  goldens
    .table<{ text: string; ids: number[] }[]>(entry)
    .map(({ text, ids }, i) => same(`row ${i}`, checkpoint.tokenizer.encode(text), ids));

export async function referenceGrids(
  { checkpoint, goldens }: ParityContext,
  names: readonly string[],
): Promise<Grid[]> {
  return Promise.all(
    names.map(async (name) => {
      const { width, height } = await decodePicture(goldens.reference(name));
      return referenceGrid(width, height, checkpoint.config.referenceLimits);
    }),
  );
}

interface PromptRow {
  prompt: string;
  height: number | null;
  width: number | null;
  refs: string[];
  text?: string;
  input_ids?: number[];
  image_grid_thw?: number[][];
  images_per_sample?: number[];
  max_new_tokens?: number;
  large_offset?: number;
  token_h?: number;
  token_w?: number;
  error?: string;
}

const pickDefined = <T extends object>(got: T, row: object): Partial<T> =>
  Object.fromEntries(Object.entries(got).filter(([key]) => key in row)) as Partial<T>;

function asRow(built: BuiltPrompt): Partial<PromptRow> {
  return {
    text: built.text,
    input_ids: built.ids,
    image_grid_thw: built.grids.map(({ height, width }) => [1, height, width]),
    images_per_sample: [built.grids.length],
    max_new_tokens: built.generated.reduce((sum, grid) => sum + grid.height * grid.width, 1),
    large_offset: built.largeOffset,
    token_h: built.large.height,
    token_w: built.large.width,
  };
}

export const promptBuild: CaseRunner = async (context, entry) => {
  const { checkpoint, goldens } = context;
  const builder = new PromptBuilder(checkpoint.config, checkpoint.tokenizer);
  const checks: Check[] = [];
  for (const [i, row] of goldens.table<PromptRow[]>(entry).entries()) {
    const grids = await referenceGrids(context, row.refs);
    const build = () =>
      builder.build(
        row.prompt,
        grids,
        { heightPx: row.height ?? DEFAULT_TARGET.heightPx, widthPx: row.width ?? DEFAULT_TARGET.widthPx },
        { keepSpecialTokens: true },
      );
    if (row.error) {
      checks.push(same(`row ${i}`, refuses(build), true));
      continue;
    }
    const got = asRow(build());
    checks.push(same(`row ${i}`, pickDefined(got, row), pickDefined(row as Partial<PromptRow>, got)));
  }
  return checks;
};

function refuses(build: () => unknown): boolean {
  try {
    build();
    return false;
  } catch {
    return true;
  }
}

/** Upstream pads a batch on the left; we run each prompt alone, so what the mask keeps must be ours. */
export const promptBatch: CaseRunner = async ({ checkpoint, goldens }, entry) => {
  const batch = goldens.table<{
    prompts: string[];
    height: number;
    width: number;
    input_ids: number[][];
    attention_mask: number[][];
  }>(entry);
  const builder = new PromptBuilder(checkpoint.config, checkpoint.tokenizer);
  return batch.prompts.map((prompt, i) => {
    const kept = batch.input_ids[i]!.filter((_, at) => batch.attention_mask[i]![at] === 1);
    return same(
      `prompt ${i}`,
      builder.build(prompt, [], { heightPx: batch.height, widthPx: batch.width }).ids,
      kept,
    );
  });
};

interface PositionRow {
  ids: number[];
  source_grids: [number, number][];
  target_grids: [number, number][];
  positions: number[][];
  decode: number[][];
}

const asGrid = ([height, width]: [number, number]): Grid => ({ height, width });

export const positions: CaseRunner = async ({ goldens }, entry) => {
  const { image_start: start, image_end: end } = entry.params as { image_start: number; image_end: number };
  return goldens.table<PositionRow[]>(entry).flatMap((row, i) => {
    const prompt = promptPositions(row.ids, row.source_grids.map(asGrid), start, end);
    const decode = generatedPositions(row.target_grids.map(asGrid).reverse(), prompt.next);
    return [same(`positions ${i}`, prompt.positions, row.positions), same(`decode ${i}`, decode, row.decode)];
  });
};

interface GlyphRow {
  prompt: string;
  texts: string[];
  max_length: number;
  ids: number[][];
  length: number;
}

export const glyphTexts: CaseRunner = async ({ checkpoint, goldens }, entry) =>
  goldens.table<GlyphRow[]>(entry).flatMap((row, i) => {
    const texts = quotedTexts(row.prompt);
    const got = glyphIds(texts, byteSpecials(checkpoint.config.byteTokenizer), row.max_length);
    return [
      same(`texts ${i}`, texts, row.texts),
      same(`ids ${i}`, got.rows, row.ids),
      same(`length ${i}`, got.length, row.length),
    ];
  });

export const buckets: CaseRunner = async ({ checkpoint, goldens }, entry) => {
  const { delta, bucket } = goldens.table<{ delta: number[]; bucket: number[] }>(entry);
  const { relative_attention_num_buckets: count, relative_attention_max_distance: max } =
    checkpoint.config.textEncoder;
  return [
    same(
      'bucket',
      delta.map((d) => relativeBucket(d, count, max)),
      bucket,
    ),
  ];
};
