'use client';
/**
 * The status "Progress": what the running turn does, in words, at a pace that can be read and heard.
 * Always in the document, because a live region must stand before its words change.
 */
import { useEffect, useRef, useState } from 'react';
import type { NodeView } from '../../protocol.ts';
import type { SessionState } from '../state/session-state.ts';
import { totalMs } from '../state/stages.ts';
import { type Strings, seconds, useStrings } from '../strings.ts';

const PACE_MS = 500;

interface RunStatusProps {
  state: SessionState | null;
  active: NodeView | null;
}

export function RunStatus({ state, active }: RunStatusProps) {
  const strings = useStrings();
  const watched = useRef<string | null>(null);
  if (active) watched.current = active.id;
  const node = active ?? state?.nodes.find(({ id }) => id === watched.current) ?? null;
  const stage = node ? state?.progress[node.id]?.stage : null;
  const text = usePaced(node && state ? describe(node, state, strings) : '', `${node?.job?.state} ${stage}`);
  return (
    <p role="status" aria-label={strings.progress} className="min-w-0 truncate text-ink tabular-nums">
      {text}
    </p>
  );
}

function describe(node: NodeView, state: SessionState, strings: Strings): string {
  const progress = state.progress[node.id];
  const [image] = node.images;
  switch (node.job?.state) {
    case 'queued':
      return strings.queued;
    case 'running': {
      const { stage, counts } = progress ?? { stage: null, counts: {} };
      if (!stage) return strings.starting;
      const { done, total } = counts[stage] ?? { done: 0, total: 0 };
      const how = total > 0 ? `, ${strings.nOf(done, total)}` : '';
      return strings.stagesActive[stage] + how;
    }
    case 'done':
      return image ? strings.ready(`v${image.version}`, seconds(totalMs(node.job) ?? 0)) : '';
    case 'failed':
      return strings.failed;
    case 'cancelled':
      return strings.stopped;
    case 'interrupted':
      return strings.interrupted;
    default:
      return '';
  }
}

/** Lets a change of `kind` through at once and anything else at most twice a second. */
function usePaced(text: string, kind: string): string {
  const [shown, setShown] = useState({ text, kind });
  const latest = useRef(text);
  latest.current = text;
  useEffect(() => {
    setShown({ text: latest.current, kind });
    const timer = setInterval(() => setShown({ text: latest.current, kind }), PACE_MS);
    return () => clearInterval(timer);
  }, [kind]);
  return shown.kind === kind ? shown.text : text;
}
