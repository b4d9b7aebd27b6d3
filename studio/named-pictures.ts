/**
 * Which picture a name means: an id, a turn that is not done, or a mention in the text. A name of none, or of several, is a
 * problem with suggestions. Pure; knows neither roles nor order.
 */
import type { OtherPicture as OtherPictureRow } from '../db/pictures.ts';
import { hasWord, type Mention, mentionsOf, mentionWord, readings } from './mentions.ts';
import type { CompiledInput, ContextNote, PictureView, TurnView } from './protocol.ts';
import { type NoteKey, type Notes, partsOf } from './refusal.ts';

/** A picture of another session, as far as a turn may name it. */
export type OtherPicture = OtherPictureRow;

/** What a turn is understood against. A session's snapshot is one. */
export interface ContextGraph {
  session: { id: string; headPictureId: string | null };
  turns: readonly TurnView[];
  /** Pictures of other sessions that the turn names; the server fills them in. */
  others?: readonly OtherPicture[];
  /** Sizes of masks by hash, as far as they are known. */
  masks?: Readonly<Record<string, { widthPx: number; heightPx: number }>>;
  /** Most pictures that one turn can take. */
  maxInputs?: number;
}

/** A picture as a turn names it. */
export type Picture = Omit<CompiledInput, 'number' | 'role' | 'source' | 'mention'>;
export type Found = { picture: Picture; mention: Mention };

/** States of a job whose pictures are still to come. */
export const UNDER_WAY = ['queued', 'running', 'interrupted', 'paused'];
const MAX_SUGGESTIONS = 5;

/** The pictures that the mentions of a prompt name; what names none is a problem. */
export function foundMentions(graph: ContextGraph, prompt: string, problems: ContextNote[]): Found[] {
  return mentionsOf(prompt).flatMap((mention) => {
    const found = resolve(graph, mention);
    if ('picture' in found) return [found];
    problems.push(found);
    return [];
  });
}

/** The picture with this id, here or in another session. */
export function pictureOfId(graph: ContextGraph, pictureId: string): Picture | undefined {
  const picture = graph.turns.flatMap(({ pictures }) => pictures).find(({ id }) => id === pictureId);
  if (picture) return own(picture);
  const other = graph.others?.find((each) => each.pictureId === pictureId);
  return other && foreign(other);
}

/** The picture that a turn made, or will make. */
export function pictureOfTurn(graph: ContextGraph, turnId: string, index: number): Picture | undefined {
  const turn = graph.turns.find(({ id }) => id === turnId);
  const picture = turn?.pictures.find((each) => each.index === index);
  if (picture) return own(picture);
  const isComing = turn?.job && UNDER_WAY.includes(turn.job.state) && index < (turn.recipe?.count ?? 0);
  return isComing ? unmade(turn, index) : undefined;
}

/** A mask, with its size where that is known; undefined where masks are known and this one is not among them. */
export function maskOf({ masks }: ContextGraph, hash: string): Picture | undefined {
  if (masks && !(hash in masks)) return undefined;
  const { widthPx, heightPx } = masks?.[hash] ?? { widthPx: null, heightPx: null };
  return {
    pictureId: null,
    turnId: null,
    index: 0,
    hash,
    version: null,
    sessionTitle: null,
    widthPx,
    heightPx,
  };
}

/** A picture of this session. */
export function own({ id, turnId, index, hash, version, widthPx, heightPx }: PictureView): Picture {
  return { pictureId: id, turnId, index, hash, version, sessionTitle: null, widthPx, heightPx };
}

/** A picture of a turn that is not done. */
export function unmade({ id, recipe }: TurnView, index: number): Picture {
  const { widthPx = null, heightPx = null } = recipe ?? {};
  return {
    pictureId: null,
    turnId: id,
    index,
    hash: '',
    version: null,
    sessionTitle: null,
    widthPx,
    heightPx,
  };
}

/** A picture of another session. */
export function foreign({
  pictureId,
  turnId,
  hash,
  version,
  sessionTitle,
  widthPx,
  heightPx,
}: OtherPicture): Picture {
  return { pictureId, turnId, index: 0, hash, version, sessionTitle, widthPx, heightPx };
}

/** Whether two name the same picture. */
export function isSame(one: Picture, other: Picture): boolean {
  return one.pictureId === null
    ? other.pictureId === null &&
        one.turnId === other.turnId &&
        one.index === other.index &&
        one.hash === other.hash
    : one.pictureId === other.pictureId;
}

function resolve(graph: ContextGraph, mention: Mention): Found | ContextNote {
  if (mention.word === '') return ofVersion(graph, mention);
  if (mention.version !== null) return ofOther(graph, mention);
  for (const reading of readings(mention)) {
    const pictures = visible(graph).filter(({ turn }) => hasWord(turn.prompt, reading.word));
    if (pictures.length === 1) return { picture: own(pictures[0]!.picture), mention: reading };
    if (pictures.length > 1)
      return note(
        'ambiguous_mention.pictures',
        {
          mention: reading.token,
          ...listed(pictures.map(({ picture }) => `v${picture.version}`)),
          example: `@v${pictures.at(-1)!.picture.version}`,
        },
        'prompt',
        reading,
        pictures.toReversed().map(({ picture }) => `@v${picture.version}`),
      );
  }
  const sessions = Map.groupBy(
    (graph.others ?? []).filter(({ sessionTitle }) => hasWord(sessionTitle, mention.word)),
    ({ sessionId }) => sessionId,
  );
  const elsewhere = [...sessions.values()].map(
    (pictures) => `@${mentionWord(pictures[0]!.sessionTitle)}/${pictures.at(-1)!.version}`,
  );
  const near = elsewhere.length > 0 ? elsewhere : nearest(graph);
  const { word } = mention;
  return elsewhere[0] === undefined
    ? note('unknown_mention.word', { word, newest: near[0] ?? 'none' }, 'prompt', mention, near)
    : note('unknown_mention.word_elsewhere', { word, mention: elsewhere[0] }, 'prompt', mention, near);
}

function ofVersion(graph: ContextGraph, mention: Mention): Found | ContextNote {
  const picture = visible(graph).find((each) => each.picture.version === mention.version)?.picture;
  if (picture) return { picture: own(picture), mention };
  const near = nearest(graph);
  const params = { version: `${mention.version}`, newest: near[0] ?? 'none' };
  return note('unknown_mention.version', params, 'prompt', mention, near);
}

function ofOther({ others = [] }: ContextGraph, mention: Mention): Found | ContextNote {
  const { word, version } = mention;
  const ofSessions = others.filter(
    ({ sessionId, sessionTitle }) => sessionId === word || hasWord(sessionTitle, word),
  );
  const pictures = ofSessions.filter((each) => each.version === version);
  if (pictures.length === 1) return { picture: foreign(pictures[0]!), mention };
  if (pictures.length > 1)
    return note(
      'ambiguous_mention.sessions',
      {
        ...{ mention: mention.token, count: pictures.length },
        ...listed(pictures.map((each) => each.sessionTitle)),
      },
      'prompt',
      mention,
      pictures.map(({ sessionId }) => `@${sessionId}/${version}`),
    );
  return ofSessions.length > 0
    ? note(
        'unknown_mention.version_of_session',
        { title: ofSessions[0]!.sessionTitle, version: `${version}` },
        'prompt',
        mention,
        ofSessions.map((each) => `@${word}/${each.version}`),
      )
    : note('unknown_mention.session', { word }, 'prompt', mention);
}

/** Pictures that can be mentioned: those of turns that are not hidden. */
function visible({ turns }: ContextGraph): { turn: TurnView; picture: PictureView }[] {
  return turns
    .filter(({ state }) => state !== 'removed')
    .flatMap((turn) => turn.pictures.map((picture) => ({ turn, picture })))
    .sort((one, other) => one.picture.version - other.picture.version);
}

function nearest(graph: ContextGraph): string[] {
  return visible(graph)
    .toReversed()
    .map(({ picture }) => `@v${picture.version}`);
}

/** The first few of some names, and how many others there are. */
function listed(names: string[]): { names: string; others: number } {
  const others = Math.max(0, names.length - MAX_SUGGESTIONS);
  return { names: names.slice(0, MAX_SUGGESTIONS).join(', '), others };
}

/** A problem or a warning about a turn: what its message names, and which part of the request it is about. */
export function note<Key extends NoteKey>(
  key: Key,
  params: Notes[Key],
  field: string,
  mention?: Mention,
  suggestions: string[] = [],
): ContextNote {
  const span = mention ? { start: mention.start, end: mention.end } : null;
  const { code, reason } = partsOf<NoteKey>(key);
  return {
    ...{ code, ...(reason && { reason }), params: { ...params } },
    ...{ field, span, suggestions: suggestions.slice(0, MAX_SUGGESTIONS) },
  };
}
