'use client';
/** Beside a finished picture: version, seconds, seed, steps, where the time went; under it what to do with it. */
import type { ImageView, NodeView, TurnBody } from '../../protocol.ts';
import { totalMs } from '../state/stages.ts';
import { seconds, useStrings } from '../strings.ts';
import { Actions } from './actions.tsx';
import { CopySeed } from './copy-seed.tsx';
import { TimeBar } from './time-bar.tsx';

interface ResultFactsProps {
  node: NodeView;
  image: ImageView;
  sessionId: string;
  onDetails: (imageId: string) => void;
  onSend: (body: TurnBody) => void;
}

export function ResultFacts({ node, image, sessionId, onDetails, onSend }: ResultFactsProps) {
  const strings = useStrings();
  const { job, recipe } = node;
  const total = totalMs(job);
  return (
    <div className="flex animate-appear flex-col gap-2">
      <p className="font-mono font-semibold text-[13px] text-accent">v{image.version}</p>
      <p className="flex flex-wrap items-center gap-x-1.5 text-[13px] tabular-nums">
        {total !== null && (
          <>
            <span>{seconds(total)}</span>
            <span aria-hidden="true">·</span>
          </>
        )}
        {recipe && (
          <>
            <CopySeed seed={recipe.seed} />
            <span aria-hidden="true">·</span>
            <span>{strings.stepsShort(recipe.steps)}</span>
          </>
        )}
      </p>
      {job && <TimeBar job={job} />}
      <Actions node={node} image={image} sessionId={sessionId} onDetails={onDetails} onSend={onSend} />
    </div>
  );
}
