/**
 * Samples: real results of one model, kept with the page (`public/samples`, made by `npm run samples`). They show what the model can
 * draw, and are cards and templates to begin with. Pure; knows no file.
 */

/** A sample is of one of these; `example` is a card of the empty start. */
export type SampleKind = 'subject' | 'look' | 'ground' | 'edit' | 'example';

export interface Sample {
  kind: SampleKind;
  /** What it shows: the English name in the checkpoint's list, or for an example its {@link exampleKey}. */
  name: string;
  /** What is written to get it, in both languages. */
  en: string;
  zh: string;
  /** File beside the index. */
  file: string;
  /** Of an edit: the picture that it began with, and its words. */
  base?: { en: string; zh: string; file: string };
}

/** Content of `public/samples/index.json`. */
export interface Samples {
  /** The model that drew them; beside another one the page shows words alone. */
  modelDigest: string;
  samples: Sample[];
}

export const SAMPLES_PATH = '/samples';

/** Names an example by all that it sends. */
export const exampleKey = (bases: readonly string[], prompt: string): string => [...bases, prompt].join('\n');

/** Edits that a checkpoint's list allows: words that name no subject. */
export const EDITS: readonly { en: string; zh: string }[] = [
  { en: 'make it a starry night', zh: '变成星空夜晚' },
  { en: 'change the background to the beach', zh: '把背景换成沙滩' },
  { en: 'put it in the snow', zh: '放到雪地里' },
  { en: 'a yellow background', zh: '黄色背景' },
  { en: 'flat style', zh: '扁平风格' },
  { en: 'line art style', zh: '线条风格' },
  { en: 'move it to the left', zh: '移到左边' },
  { en: 'add a sun at the top right', zh: '右上角加一个太阳' },
  { en: 'replace the fox with a rabbit', zh: '把狐狸换成兔子' },
  { en: 'add the text "HELLO"', zh: '写上“HELLO”' },
];
export const EDIT_BASE = { en: 'a fox on green hills', zh: '一只狐狸在绿色山丘' };

/** A noun with its article. */
export const withArticle = (noun: string): string => `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;

/** A ground in a picture: a pattern gets a colour. */
export const groundPhrase = ({ en, zh }: { en: string; zh: string }): { en: string; zh: string } => ({
  en: `a fox ${en.replace('COLOUR', 'blue')}`,
  zh: `一只狐狸，${zh.replace('某色', '蓝色')}`,
});

export const lookPhrase = ({ en, zh }: { en: string; zh: string }): { en: string; zh: string } => ({
  en: `a castle, ${en} style`,
  zh: `城堡，${zh}风格`,
});
