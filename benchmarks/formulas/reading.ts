/**
 * What counts of a text that was read in a picture: the cleaning that LongText-Bench and OneIG-Bench share. Pure.
 * Source: X-Omni-Team/X-Omni `textbench/evaluate_text_reward.py`; OneIG-Bench/OneIG-Benchmark `scripts/text/text_utils.py`.
 */
import { wordsOf } from './words.ts';

/** Han signs, Latin letters and digits, white space, and the French letters in both cases: all else is left out. */
const LEFT_OUT = /[^\u4e00-\u9fa5a-zA-Z0-9\sàâäéèêëîïôöùûüçÀÂÄÉÈÊËÎÏÔÖÙÛÜÇ]/gu;
const HAN = /[\u4e00-\u9fff]/u;
/** Words by which a reader says that it read nothing. */
const NOTHING = 'No text recognized.';

/** What a model is asked that reads a picture: the original's request in words of our own. */
export const READ_REQUEST = `Read the text in this picture and answer with that text alone, each piece of it once. If there is no text, answer "${NOTHING}"`;

/** Whether a text has Chinese signs. */
export const isChinese = (text: string): boolean => HAN.test(text);

/** The signs of a text that count; white space stays. */
export const keptSigns = (text: string): string => text.replace(LEFT_OUT, '');

/** A reader's answer without the words that say that there is nothing. */
export const withoutNothing = (answer: string): string => answer.replaceAll(NOTHING, '');

/** English units of LongText-Bench: words, in lower case. */
export const englishUnits = (text: string): string[] => wordsOf(keptSigns(text).toLowerCase());

/** Chinese units of LongText-Bench: single signs, their case as it is. */
export const chineseUnits = (text: string): string[] => [...keptSigns(text).replace(/\s+/gu, '')];

/** A text as OneIG-Bench compares it: case as it is, white space single, or none where there is Chinese. */
export function oneigText(text: string): string {
  const kept = keptSigns(text);
  return isChinese(kept) ? kept.replace(/\s+/gu, '') : kept.replace(/\s+/gu, ' ').trim();
}

/** Units of a text that {@link oneigText} cleaned: signs where the truth is Chinese, else words. */
export const oneigUnits = (text: string, isChineseTruth: boolean): string[] =>
  isChineseTruth ? [...text] : wordsOf(text);
