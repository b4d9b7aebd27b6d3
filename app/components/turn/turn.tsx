/**
 * One turn: the message, the space of its pictures, and under it how far it is or how it went.
 * The frames stay the same elements from the first preview to the last pixel, so nothing jumps.
 */
import { useTranslations } from 'next-intl';
import { memo, useState } from 'react';
import type { CacheUse, SecondLook, TurnView } from '../../../studio/protocol.ts';
import { isUnderWay } from '../../../studio/vocabulary.ts';
import { branchTurns, parentInput } from '../state/branch.ts';
import { findPicture } from '../state/intent.ts';
import { twinOf } from '../state/made-by.ts';
import type { StepPlace } from '../state/rows.ts';
import type { Handling, Progress } from '../state/session-state.ts';
import { FlipThrough } from './flip-through.tsx';
import { Message } from './message.tsx';
import { Pictures } from './pictures.tsx';
import { ResultFacts } from './result-facts.tsx';
import { RunningFacts } from './running-facts.tsx';
import { StepLine } from './step-line.tsx';
import { Unfinished } from './unfinished.tsx';

export interface TurnProps {
  turn: TurnView;
  turns: TurnView[];
  /** The step of a message that it carries out; null for a turn that is its whole message. */
  place: StepPlace | null;
  progress: Progress | undefined;
  cache: CacheUse[] | undefined;
  handled: readonly Handling[];
  /** Second looks at its pictures, by index. */
  looks: Record<number, SecondLook> | undefined;
  /** The picture that the next message goes on from. */
  chosenId: string | null;
  selectedId: string | null;
  /** The active picture of the session. */
  headId: string | null;
  /** The active branch no longer passes through the turn. */
  aside: boolean;
  /** The conversation went to the turn, such as after a search. */
  shown: boolean;
}

export const Turn = memo(function Turn(props: TurnProps) {
  const { turn, turns, place, progress, cache, looks, handled, headId, chosenId, selectedId, aside, shown } =
    props;
  const t = useTranslations();
  const [isBefore, setBefore] = useState(false);
  const [isFlipping, setFlipping] = useState(false);
  const active = isUnderWay(turn.job);
  const ofTurn = (pictureId: string | null) => turn.pictures.find(({ id }) => id === pictureId);
  // What was gone to, such as from the gallery, stands before what the next message would edit.
  const chosen = ofTurn(selectedId) ?? ofTurn(chosenId);
  const picture = chosen ?? turn.pictures[0];
  const unfinished = !active && turn.job && turn.job.state !== 'done' ? turn.job : null;
  const branch = picture ? branchTurns(turns, picture.id) : [];
  const input = parentInput(turn);
  const parent = picture ? findPicture(turns, input?.pictureId ?? null) : null;
  const before =
    picture && turn.recipe && input && input.hash !== ''
      ? {
          ofId: picture.id,
          hash: input.hash,
          label: parent ? `v${parent.version}` : t(`details.roles.${input.role}`),
        }
      : null;
  return (
    <article
      className={`flex flex-col gap-4 ${shown ? 'rounded-4xl outline-2 outline-accent outline-offset-8' : ''} ${
        turn.state === 'disabled' ? 'opacity-60' : ''
      }`}
    >
      {place ? (
        <StepLine turn={turn} place={place} />
      ) : (
        <Message prompt={turn.prompt} inputs={turn.inputs} turns={turns} />
      )}
      <div className="flex flex-col gap-3">
        {(active || picture) &&
          (isFlipping && !active ? (
            <FlipThrough turn={turn} chosenId={chosen?.id ?? null} onClose={() => setFlipping(false)} />
          ) : (
            <Pictures
              turn={turn}
              progress={progress}
              chosenId={chosen?.id ?? null}
              dimmed={aside && !shown}
              before={isBefore ? before : null}
            />
          ))}
        {active && <RunningFacts turn={turn} progress={progress} />}
        {unfinished && <Unfinished turn={turn} job={unfinished} />}
        {!active && picture && (
          <ResultFacts
            turn={turn}
            picture={picture}
            parent={parent}
            twin={twinOf(turns, turn)}
            root={branch.length > 2 ? (branch[0]!.pictures[0] ?? null) : null}
            cache={cache}
            handled={handled}
            look={looks?.[picture.index]}
            isHead={picture.id === headId}
            aside={aside}
            before={before && { label: before.label, onHold: setBefore }}
            flip={turn.pictures.length > 1 ? { isOn: isFlipping, onChange: setFlipping } : null}
          />
        )}
      </div>
    </article>
  );
}, sameTurn);

/**
 * Leaves `turns` out: it is only searched for what is older and never changes, the inputs of the turn and the same message by
 * another model.
 */
function sameTurn(before: TurnProps, after: TurnProps): boolean {
  const among = ({ turn }: TurnProps, id: string | null) =>
    turn.pictures.find((picture) => picture.id === id);
  return (
    before.turn === after.turn &&
    before.place?.step === after.place?.step &&
    before.place?.count === after.place?.count &&
    before.progress === after.progress &&
    before.cache === after.cache &&
    before.handled === after.handled &&
    before.looks === after.looks &&
    before.aside === after.aside &&
    before.shown === after.shown &&
    among(before, before.chosenId) === among(after, after.chosenId) &&
    among(before, before.selectedId) === among(after, after.selectedId) &&
    among(before, before.headId) === among(after, after.headId)
  );
}
