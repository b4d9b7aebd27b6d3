'use client';
/** A turn that was stopped or failed: what happened, in the words of the server, and the way on. */
import { CircleSlash, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { JobView, NodeView } from '../../protocol.ts';
import { focusMessage } from '../composer/message-box.tsx';
import { PlainButton } from '../shell/plain-button.tsx';
import { ApiError, retryJob } from '../state/api.ts';
import { writeDraft } from '../state/drafts.ts';
import { useStrings } from '../strings.ts';

export function Unfinished({ node, job, sessionId }: { node: NodeView; job: JobView; sessionId: string }) {
  const strings = useStrings();
  const [refused, setRefused] = useState<string | null>(null);
  const stopped = job.state === 'cancelled';
  const Sign = stopped ? CircleSlash : TriangleAlert;

  function retry() {
    setRefused(null);
    retryJob(job.id).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      setRefused(error.message);
    });
  }

  function editText() {
    writeDraft(sessionId, { text: node.prompt });
    focusMessage();
  }

  return (
    <div className="flex max-w-[30rem] animate-appear gap-3 rounded-[14px] border border-line bg-card p-4">
      <Sign
        className={`mt-0.5 size-4 shrink-0 ${stopped ? 'text-soft' : 'text-accent'}`}
        aria-hidden="true"
      />
      <div className="min-w-0">
        <p className="font-medium">{stopped ? strings.stopped : strings.failed}</p>
        <p className="wrap-anywhere mt-0.5 text-[13px] text-soft">
          {stopped ? strings.stoppedHint : job.error?.message}
        </p>
        {refused && <p className="mt-1 text-[13px] text-accent">{refused}</p>}
        <div className="mt-3 flex flex-wrap gap-1.5">
          <PlainButton onClick={retry}>{stopped ? strings.runAgain : strings.retry}</PlainButton>
          <PlainButton onClick={editText}>{strings.editText}</PlainButton>
        </div>
      </div>
    </div>
  );
}
