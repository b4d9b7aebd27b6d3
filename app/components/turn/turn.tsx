'use client';
/**
 * One turn: the message, the space of its pictures, and beside it how far it is or how it went.
 * The frames stay the same elements from the first preview to the last pixel, so nothing jumps.
 */
import { memo } from 'react';
import type { NodeView, TurnBody } from '../../protocol.ts';
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
  sessionId: string;
  selectedId: string | null;
  onView: (imageId: string) => void;
  onDetails: (imageId: string) => void;
  onSend: (body: TurnBody) => void;
}

export const Turn = memo(function Turn(props: TurnProps) {
  const { node, nodes, progress, sessionId, selectedId, onView, onDetails, onSend } = props;
  const active = isActive(node.job);
  const image = node.images.find(({ id }) => id === selectedId) ?? node.images[0];
  const unfinished = !active && node.job && node.job.state !== 'done' ? node.job : null;
  return (
    <article className="flex flex-col gap-4">
      <Message prompt={node.prompt} inputs={node.inputs} nodes={nodes} />
      <div className="flex flex-col gap-x-5 gap-y-3.5 sm:flex-row sm:items-end">
        {(active || image) && (
          <Pictures node={node} progress={progress} selectedId={selectedId} onView={onView} />
        )}
        <div className="flex min-w-0 flex-1 flex-col gap-3">
          {active && <RunningFacts node={node} progress={progress} />}
          {unfinished && <Unfinished node={node} job={unfinished} sessionId={sessionId} />}
          {!active && image && (
            <ResultFacts
              node={node}
              image={image}
              sessionId={sessionId}
              onDetails={onDetails}
              onSend={onSend}
            />
          )}
        </div>
      </div>
    </article>
  );
}, sameTurn);

/** `nodes` only names inputs, which are older than the turn and never change. */
function sameTurn(before: TurnProps, after: TurnProps): boolean {
  const selected = (props: TurnProps) => props.node.images.find(({ id }) => id === props.selectedId);
  return (
    before.node === after.node &&
    before.progress === after.progress &&
    before.sessionId === after.sessionId &&
    selected(before) === selected(after)
  );
}
