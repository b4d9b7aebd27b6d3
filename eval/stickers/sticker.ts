/** The in-domain counterparts of published benchmarks, as `make_stickers.py` wrote them. Reads files; judges nothing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CASES_DIR, type Facts } from '../cases.ts';

/** Named after what they hold, since they are no published benchmark: one word, everything alike, long captions, instructions. */
export const SETS = ['words', 'five', 'dense', 'instructions'] as const;
export type StickerSet = (typeof SETS)[number];

/** What an instruction is about, in TIIF's words. */
export const GROUPS = ['attribute', 'relation', 'numeracy', 'negation', 'text', 'style'] as const;
export type Group = (typeof GROUPS)[number];

export interface Sticker {
  id: string;
  set: StickerSet;
  prompt: string;
  seed: number;
  language: 'en' | 'zh';
  /** File name of the render in `cases/`. */
  truth: string;
  expect: Facts;
  /** Instructions: what is asked, in which of two wordings. */
  group?: Group;
  wording?: 'short' | 'long';
  /** What the prompt says that must not be there: names of drawings, or 'text'. */
  without?: string[];
  /** Pictures of further seeds are drawn, for how much they differ. */
  several?: boolean;
}

/** Reads the stickers. Throws when they are missing or damaged. */
export const readStickers = (): Sticker[] =>
  JSON.parse(readFileSync(join(CASES_DIR, 'stickers.json'), 'utf8')).stickers;
