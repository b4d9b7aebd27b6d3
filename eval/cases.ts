/** The evaluation set as `make_cases.py` wrote it: prompts, the facts that a right picture shows, and those that a prompt leaves open. Reads files; judges nothing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A drawing that is asked for; null: the prompt leaves it open, and it is not judged. */
export interface AskedDrawing {
  subject: string;
  place: string | null;
  style: string | null;
}

/** The facts of a scene, as far as the prompt determines them. */
export interface Facts {
  items: AskedDrawing[];
  /** Kind and colour; null when the prompt leaves it open. */
  background: readonly [kind: string, colour: string] | null;
  /** `row` of the 8 x 8 grid; null: any row with words. */
  word: { text: string; row: number | null; ink: string | null } | null;
}

export interface Case {
  id: string;
  kind: string;
  /** Whether it belongs to the `--quick` set. */
  quick: boolean;
  prompt: string;
  seed: number;
  language: 'en' | 'zh';
  /** File names in `cases/`. */
  references: string[];
  /** File name of the rendered target; free prompts have none. */
  truth: string | null;
  expect: Facts;
  unseen?: 'word' | 'subject' | 'pair' | null;
  /** Names among which the subject of a reference is to be found again. */
  candidates?: string[] | null;
  /** Edits and uploads: what the reference shows, the cells that the target changes, and the PSNR (dB) of the VAE's round trip outside them. */
  before?: Facts;
  changed?: number[];
  roundTripPsnr?: number | null;
  /** Free prompts: asks for something that the model never learnt; only what is listed is judged. */
  beyond?: boolean;
}

export interface CaseSet {
  /** Every name that the recogniser knows: subjects, held-out subjects, others. */
  names: string[];
  subjects: string[];
  styles: string[];
  /** Row and column of the first cell of each place on the 8 x 8 grid. */
  places: Record<string, readonly [row: number, column: number]>;
  /** Grid row of the words at each height. */
  textRows: Record<string, number>;
  backgrounds: readonly (readonly [kind: string, colour: string])[];
  thumbs: { count: number; columns: number; size: number };
  cases: Case[];
  chains: Chain[];
  /** Prompts that mean the same picture: in two cases of letters, or in two wordings. */
  pairs: { id: string; seed: number; kind: 'case' | 'meaning'; a: string; b: string }[];
}

/** What ten edits in a row are about: the drawing on the left that stays, those that come and go on the right, and two words. */
export interface Chain {
  left: string;
  /** As a prompt says it: "in the snow". */
  ground: string;
  others: [string, string, string, string];
  words: [string, string];
}

export const CASES_DIR = join(import.meta.dirname, 'cases');

/** The kinds of edit, in the order of the tables. */
export const EDIT_KINDS = [
  'add',
  'remove',
  'replace',
  'background',
  'recolour',
  'move',
  'text',
  'style',
] as const;

/** Reads the set. Throws when it is missing or damaged. */
export function readCases(): CaseSet {
  const read = (file: string) => JSON.parse(readFileSync(join(CASES_DIR, file), 'utf8'));
  return { ...read('cases.json'), pairs: read('same.json').pairs };
}
