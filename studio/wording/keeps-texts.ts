/** Whether another wording says the same where nothing may be said otherwise: texts to write with their quotes, and mentions. Pure. */
import { mentionsOf } from '../mentions/mentions.ts';
import { quotesOf } from '../quotes.ts';

/** Whether a wording has the same quoted texts, quotes included, and the same mentions, each in the same order. */
export function keepsTexts(prompt: string, wording: string): boolean {
  return keptOf(prompt) === keptOf(wording);
}

function keptOf(text: string): string {
  const quoted = quotesOf(text).map(({ start, end }) => text.slice(start, end));
  const mentions = mentionsOf(text).map(({ token }) => token);
  return JSON.stringify([quoted, mentions]);
}
