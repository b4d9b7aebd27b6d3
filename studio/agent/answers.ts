/**
 * What an answer or a question says: which sentence of the catalogue (namespace `agent`) and what is filled into it, from the state of
 * the session and what the model knows. Pure; words of a language stand in the catalogue alone.
 */
import type { Locale } from '../locale/locale.ts';
import type { ActionOf } from './actions.ts';
import { canBeDrawn } from './known-subject.ts';
import type { MessageContext, SeenVersion } from './seen-session.ts';

/** A sentence of the catalogue and its parameters. */
export interface Sentence {
  key: string;
  params: Record<string, string | number>;
}

/** Most names of one list. */
const MOST_NAMES = 12;

/** The sentence that answers. */
export function sentenceOf(
  action: ActionOf<'answer' | 'ask'>,
  context: MessageContext,
  locale: Locale,
): Sentence {
  if (action.type === 'ask') return { key: `ask.${action.kind}`, params: { words: '', ...action.params } };
  const { kind, reason, params = {}, pictures = [] } = action;
  const { session, knows, model, reader } = context;
  const seen = pictures.flatMap((version) => session.versions.find((each) => each.version === version) ?? []);
  switch (kind) {
    case 'knows':
      return knowing(context, params.words === undefined ? '' : String(params.words), locale);
    case 'which':
      return seen.length === 0
        ? { key: 'which-none', params: {} }
        : { key: 'which', params: { count: seen.length, versions: names(seen) } };
    case 'about':
      return about(seen[0], reason);
    case 'history':
      return session.versions.length === 0
        ? { key: 'history-none', params: {} }
        : { key: 'history', params: { count: session.versions.length, list: historyOf(session.versions) } };
    case 'count':
      return { key: 'count', params: { count: session.versions.length } };
    case 'model':
      return reader
        ? { key: 'model-read', params: { model: model ?? '?', reader } }
        : { key: 'model', params: { model: model ?? '?' } };
    case 'status':
      return { key: 'status', params: { count: session.underWay.length, prompt: session.underWay[0] ?? '' } };
    case 'capabilities':
      return {
        key: 'capabilities',
        params: { known: knows ? 'yes' : 'no', subjects: knows ? some(knows.subjects, locale, 4) : '' },
      };
    case 'said':
      return { key: kind, params: { words: String(params.words ?? '') } };
    case 'declined':
      return { key: reason === undefined ? 'declined' : `declined-${reason}`, params: {} };
    default:
      return { key: kind, params: {} };
  }
}

function knowing({ knows }: MessageContext, words: string, locale: Locale): Sentence {
  if (!knows) return { key: 'knows-all', params: {} };
  const lists = {
    subjects: some(knows.subjects, locale, MOST_NAMES),
    count: knows.subjects.length,
    styles: some(knows.styles, locale, MOST_NAMES),
  };
  if (words === '') return { key: 'knows', params: lists };
  return { key: canBeDrawn(knows, words) ? 'knows-this' : 'knows-not', params: { words, ...lists } };
}

function some(named: readonly { en: string; zh: string }[], locale: Locale, most: number): string {
  return named
    .slice(0, most)
    .map((each) => each[locale])
    .join(locale === 'zh' ? '、' : ', ');
}

function names(versions: readonly SeenVersion[]): string {
  return versions.map(({ version }) => `v${version}`).join(', ');
}

function about(seen: SeenVersion | undefined, reason: string | undefined): Sentence {
  if (!seen) return { key: 'about-none', params: {} };
  const { version, prompt, from, seed, steps, widthPx, heightPx, mode } = seen;
  if (mode === null) return { key: 'about-added', params: { version, widthPx, heightPx } };
  const params = { version, prompt, from: from ?? 0, seed: seed ?? 0, steps: steps ?? 0, widthPx, heightPx };
  return { key: reason === undefined ? 'about' : `about-${reason}`, params };
}

/** Each message once, with the first of its versions. */
function historyOf(versions: readonly SeenVersion[]): string {
  const firsts = versions.filter(({ turn }, at) => versions.findIndex((each) => each.turn === turn) === at);
  return firsts.map(({ version, prompt }) => `v${version} ${prompt}`.trim()).join('; ');
}
