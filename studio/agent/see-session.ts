/** A session of the server as a reader of messages sees it. Pure. */
import { endOfBranch } from '../branch.ts';
import type { History, SessionView, TurnView } from '../protocol.ts';
import { isUnderWay } from '../vocabulary.ts';
import type { SeenSession, SeenVersion } from './seen-session.ts';

interface Shown {
  session: Pick<SessionView, 'id' | 'title' | 'headPictureId'>;
  turns: readonly TurnView[];
  history: History;
}

/** The session as its messages tell it: versions with their words, what is being drawn, and what can be undone. */
export function seeSession({ session, turns, history }: Shown): SeenSession {
  const shown = turns.filter(({ state }) => state !== 'removed');
  const versionOf = new Map(
    turns.flatMap(({ pictures }) => pictures.map(({ id, version }) => [id, version])),
  );
  const versions = shown
    .flatMap((turn, place) =>
      turn.pictures.map((picture) => seenVersion(turn, picture, place + 1, versionOf)),
    )
    .sort((one, other) => one.version - other.version);
  const end = endOfBranch({ session, turns, history });
  return {
    title: session.title,
    versions,
    current: end?.version ?? null,
    underWay: shown.filter(({ job }) => isUnderWay(job)).map(({ prompt }) => prompt),
    canUndo: history.undo !== null,
    canRedo: history.redo !== null,
  };
}

function seenVersion(
  { mode, prompt, inputs, state, recipe }: TurnView,
  { version, widthPx, heightPx }: TurnView['pictures'][number],
  turn: number,
  versionOf: ReadonlyMap<string, number>,
): SeenVersion {
  const target = inputs.find(({ role }) => role === 'target');
  return {
    version,
    turn,
    mode,
    prompt,
    from: versionOf.get(target?.pictureId ?? '') ?? null,
    references: inputs
      .filter(({ role }) => role === 'reference' || role === 'style')
      .flatMap(({ pictureId }) => versionOf.get(pictureId) ?? []),
    state: state === 'disabled' ? 'disabled' : 'active',
    seed: recipe?.seed ?? null,
    steps: recipe?.steps ?? null,
    widthPx,
    heightPx,
  };
}
