/** Pictures as a turn names them, and the graph of versions that they are looked up in. Pure; knows no prompt and no role. */
import type { CompiledInput, History, PictureView, TurnView } from './protocol.ts';
import { isUnderWay } from './vocabulary.ts';

/** A picture of another session, as far as a turn may name it. */
export interface OtherPicture {
  pictureId: string;
  turnId: string;
  hash: string;
  version: number;
  widthPx: number;
  heightPx: number;
  sessionId: string;
  sessionTitle: string;
}

/** The session in which a turn is compiled, with the pictures of others that the turn names. A session's snapshot is one. */
export interface ContextGraph {
  session: { id: string; headPictureId: string | null };
  turns: readonly TurnView[];
  /** Shows whether another version was chosen since a turn under way was asked for. */
  history?: Pick<History, 'undo'>;
  /** Pictures of other sessions that the turn names; the server fills them in. */
  others?: readonly OtherPicture[];
  /** Sizes of masks by hash, as far as they are known. */
  masks?: Readonly<Record<string, { widthPx: number; heightPx: number }>>;
  /** Most pictures that one turn can take. */
  maxInputs?: number;
}

/** A picture as a turn names it. */
export type Picture = Omit<CompiledInput, 'number' | 'role' | 'source' | 'mention'>;

/** The picture with this id, here or in another session. */
export function pictureOfId({ turns, others }: ContextGraph, pictureId: string): Picture | undefined {
  for (const { pictures } of turns) {
    const picture = pictures.find(({ id }) => id === pictureId);
    if (picture) return own(picture);
  }
  const other = others?.find((each) => each.pictureId === pictureId);
  return other && foreign(other);
}

/** The picture that a turn made, or will make. */
export function pictureOfTurn(
  { turns }: Pick<ContextGraph, 'turns'>,
  turnId: string,
  index: number,
): Picture | undefined {
  const turn = turns.find(({ id }) => id === turnId);
  const picture = turn?.pictures.find((each) => each.index === index);
  if (picture) return own(picture);
  const isComing = turn && isUnderWay(turn.job) && index < (turn.recipe?.count ?? 0);
  return isComing ? unmade(turn, index) : undefined;
}

/** A mask, with its size where that is known; undefined where masks are known and this one is not among them. */
export function maskOf({ masks }: ContextGraph, hash: string): Picture | undefined {
  if (masks && !(hash in masks)) return undefined;
  const { widthPx, heightPx } = masks?.[hash] ?? { widthPx: null, heightPx: null };
  return { ...NO_PICTURE, hash, widthPx, heightPx };
}

/** A picture of this session. */
export function own({ id, turnId, index, hash, version, widthPx, heightPx }: PictureView): Picture {
  return { pictureId: id, turnId, index, hash, version, sessionTitle: null, widthPx, heightPx };
}

/** A picture of a turn that is not done, of the size that it was asked for. */
export function unmade({ id, recipe }: TurnView, index: number): Picture {
  const { widthPx = null, heightPx = null } = recipe ?? {};
  return { ...NO_PICTURE, turnId: id, index, widthPx, heightPx };
}

/** A picture of another session. */
export function foreign(picture: OtherPicture): Picture {
  const { pictureId, turnId, hash, version, sessionTitle, widthPx, heightPx } = picture;
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

const NO_PICTURE = {
  pictureId: null,
  turnId: null,
  index: 0,
  hash: '',
  version: null,
  sessionTitle: null,
} satisfies Partial<Picture>;
