'use client';
/**
 * One turn: the message, the space of its pictures, and beside it how far it is or how it went.
 * The frames stay the same elements from the first preview to the last pixel, so nothing jumps.
 */
import { memo } from 'react';
import type { CacheUse, NodeView } from '../../../studio/protocol.ts';
import { branchNodes, parentInput } from '../state/branch.ts';
import { findImage } from '../state/intent.ts';
import { isActive, type Progress } from '../state/session-state.ts';
import { Message } from './message.tsx';
import { Pictures } from './pictures.tsx';
import { ResultFacts } from './result-facts.tsx';
import { RunningFacts } from './running-facts.tsx';
import { Unfinished } from './unfinished.tsx';

export interface TurnProps {
  node: NodeView;
  nodes: NodeView[];
  progress: Progress | undefined;
  cache: CacheUse[] | undefined;
  /** A picture that it was made from was read from its pixels. */
  resized: boolean;
  selectedId: string | null;
  /** The active picture of the session. */
  headId: string | null;
  /** The session went another way since. */
  aside: boolean;
  /** It was gone to, such as after a search. */
  shown: boolean;
}

export const Turn = memo(function Turn(props: TurnProps) {
  const { node, nodes, progress, cache, resized, selectedId, headId, aside, shown } = props;
  const active = isActive(node.job);
  const image = node.images.find(({ id }) => id === selectedId) ?? node.images[0];
  const unfinished = !active && node.job && node.job.state !== 'done' ? node.job : null;
  const line = image ? branchNodes(nodes, image.id) : [];
  const parent = image ? findImage(nodes, parentInput(node)?.imageId ?? null) : null;
  return (
    <article
      className={`flex flex-col gap-4 ${shown ? 'rounded-[18px] outline-2 outline-accent outline-offset-8' : ''} ${
        node.state === 'disabled' ? 'opacity-60' : ''
      }`}
    >
      <Message prompt={node.prompt} inputs={node.inputs} nodes={nodes} />
      <div className="flex flex-col gap-x-5 gap-y-3.5 sm:flex-row sm:items-end">
        {(active || image) && (
          <Pictures node={node} progress={progress} selectedId={selectedId} dimmed={aside && !shown} />
        )}
        <div className="flex min-w-0 flex-1 flex-col gap-3">
          {active && <RunningFacts node={node} progress={progress} />}
          {unfinished && <Unfinished node={node} job={unfinished} />}
          {!active && image && (
            <ResultFacts
              node={node}
              image={image}
              parent={parent}
              root={line.length > 2 ? (line[0]!.images[0] ?? null) : null}
              cache={cache}
              resized={resized}
              isHead={image.id === headId}
              aside={aside}
            />
          )}
        </div>
      </div>
    </article>
  );
}, sameTurn);

/** `nodes` only names inputs, which are older than the turn and never change. */
function sameTurn(before: TurnProps, after: TurnProps): boolean {
  const among = ({ node }: TurnProps, id: string | null) => node.images.find((image) => image.id === id);
  return (
    before.node === after.node &&
    before.progress === after.progress &&
    before.cache === after.cache &&
    before.resized === after.resized &&
    before.aside === after.aside &&
    before.shown === after.shown &&
    among(before, before.selectedId) === among(after, after.selectedId) &&
    among(before, before.headId) === among(after, after.headId)
  );
}
