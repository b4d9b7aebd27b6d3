/**
 * The picture that each mention of a prompt means. A version that is not there, a word of several pictures and a word of another
 * session's title are problems; a word that is nowhere, as in `poster for @nasa`, stays text, and a hint says so. Pure; knows
 * neither roles nor order.
 */

import { MAX_SUGGESTIONS, note } from '../notes.ts';
import { type ContextGraph, foreign, type OtherPicture, own, type Picture } from '../pictures.ts';
import type { ContextNote, PictureView, TurnView } from '../protocol.ts';
import {
  type Mention,
  mentionedWords,
  mentionWord,
  readings,
  type WordIndex,
  withoutMentions,
  wordIndex,
} from './mentions.ts';

export interface Found {
  picture: Picture;
  mention: Mention;
}

export interface Mentioned {
  found: Found[];
  problems: ContextNote[];
  /** Of words that name nothing. */
  hints: ContextNote[];
}

/** Most notes on one prompt. */
const MAX_NOTES = 20;

type Answer = { found: Found } | { problem: ContextNote } | { hint: ContextNote };

/** The pictures that mentions name, in the order of the text. */
export function mentionedPictures(graph: ContextGraph, mentions: readonly Mention[]): Mentioned {
  const mentioned: Mentioned = { found: [], problems: [], hints: [] };
  if (mentions.length === 0) return mentioned;
  const names = namesOf(graph);
  const words = mentionedWords(mentions);
  const unnamed = new Set<string>();
  for (const mention of mentions) {
    if (mention.word !== '' && !words.has(mention.word)) continue;
    const answer = answerFor(names, mention);
    if ('found' in answer) mentioned.found.push(answer.found);
    else if ('problem' in answer) mentioned.problems.push(answer.problem);
    else if (!unnamed.has(mention.word)) {
      unnamed.add(mention.word);
      mentioned.hints.push(answer.hint);
    }
  }
  mentioned.problems.splice(MAX_NOTES);
  mentioned.hints.splice(MAX_NOTES);
  return mentioned;
}

interface VisiblePicture {
  turn: TurnView;
  picture: PictureView;
}

interface OtherSession {
  id: string;
  title: string;
  pictures: OtherPicture[];
}

/** All names that a mention can have, read once for all mentions of a prompt. */
interface Names {
  /** Pictures of turns that are not hidden, by version. */
  versions: ReadonlyMap<number, PictureView>;
  messages: WordIndex<VisiblePicture>;
  sessions: ReadonlyMap<string, OtherSession>;
  titles: WordIndex<OtherSession>;
  /** The newest pictures as mentions. */
  newest: string[];
}

function namesOf({ turns, others = [] }: ContextGraph): Names {
  const visible = turns
    .filter(({ state }) => state !== 'removed')
    .flatMap((turn) => turn.pictures.map((picture) => ({ turn, picture })))
    .sort((one, other) => one.picture.version - other.picture.version);
  const sessions = new Map<string, OtherSession>();
  for (const picture of others) {
    const { sessionId: id, sessionTitle: title } = picture;
    const session = sessions.get(id) ?? { id, title, pictures: [] };
    session.pictures.push(picture);
    sessions.set(id, session);
  }
  return {
    versions: new Map(visible.map(({ picture }) => [picture.version, picture])),
    // A word that stayed text behind its @ is no name of what the message made.
    messages: wordIndex(visible, ({ turn }) => withoutMentions('unnamed', turn.prompt, turn.sentPrompt)),
    sessions,
    titles: wordIndex([...sessions.values()], ({ title }) => withoutMentions('unnamed', title, title)),
    newest: visible
      .slice(-MAX_SUGGESTIONS)
      .toReversed()
      .map(({ picture }) => `@v${picture.version}`),
  };
}

function answerFor(names: Names, mention: Mention): Answer {
  if (mention.word === '') return ofVersion(names, mention);
  return mention.version === null ? ofWord(names, mention) : ofOther(names, mention);
}

function ofVersion({ versions, newest }: Names, mention: Mention): Answer {
  const picture = versions.get(mention.version!);
  if (picture) return { found: { picture: own(picture), mention } };
  const params = { version: `${mention.version}`, newest: newest[0] ?? 'none' };
  return { problem: note('unknown_mention.version', params, 'prompt', mention, newest) };
}

function ofWord(names: Names, mention: Mention): Answer {
  for (const reading of readings(mention)) {
    const pictures = names.messages.withWord(reading.word);
    if (pictures.length === 1) return { found: { picture: own(pictures[0]!.picture), mention: reading } };
    if (pictures.length > 1) return { problem: ofSeveral(reading, pictures) };
  }
  const elsewhere = names.titles
    .withWord(mention.word)
    .map(({ title, pictures }) => `@${mentionWord(title)}/${pictures.at(-1)!.version}`);
  const { word } = mention;
  const [first] = elsewhere;
  if (first !== undefined)
    // Whoever means that picture finds it in the list; for anybody else it is a text with an @ in it.
    return {
      hint: note('unknown_mention.word_elsewhere', { word, mention: first }, 'prompt', mention, elsewhere),
    };
  const params = { word, newest: names.newest[0] ?? 'none' };
  return { hint: note('unknown_mention.word', params, 'prompt', mention, names.newest) };
}

function ofSeveral(mention: Mention, pictures: readonly VisiblePicture[]): ContextNote {
  const versions = pictures.map(({ picture }) => `v${picture.version}`);
  return note(
    'ambiguous_mention.pictures',
    { mention: mention.token, ...listed(versions), example: `@${versions.at(-1)}` },
    'prompt',
    mention,
    versions.toReversed().map((version) => `@${version}`),
  );
}

function ofOther({ sessions, titles }: Names, mention: Mention): Answer {
  const { word, version, token } = mention;
  const named = sessions.get(word);
  const candidates = new Set([...(named ? [named] : []), ...titles.withWord(word)]);
  const pictures = [...candidates].flatMap((session) =>
    session.pictures.filter((each) => each.version === version),
  );
  if (pictures.length === 1) return { found: { picture: foreign(pictures[0]!), mention } };
  if (pictures.length > 1)
    return {
      problem: note(
        'ambiguous_mention.sessions',
        {
          ...{ mention: token, count: pictures.length },
          ...listed(pictures.map((each) => each.sessionTitle)),
        },
        'prompt',
        mention,
        pictures.map(({ sessionId }) => `@${sessionId}/${version}`),
      ),
    };
  const [first] = candidates;
  if (!first) return { problem: note('unknown_mention.session', { word }, 'prompt', mention) };
  return {
    problem: note(
      'unknown_mention.version_of_session',
      { title: first.title, version: `${version}` },
      'prompt',
      mention,
      [...candidates].flatMap((session) => session.pictures.map((each) => `@${word}/${each.version}`)),
    ),
  };
}

/** The first few of some names, and how many others there are. */
function listed(names: readonly string[]): { names: string; others: number } {
  const others = Math.max(0, names.length - MAX_SUGGESTIONS);
  return { names: names.slice(0, MAX_SUGGESTIONS).join(', '), others };
}
