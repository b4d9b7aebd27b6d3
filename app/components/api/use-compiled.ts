'use client';
/**
 * What the message in the composer comes to, as it is typed. Understood on the page; only a mention that this session does
 * not know is asked of the server, which knows the others.
 */
import { useEffect, useMemo, useState } from 'react';
import type { ContextResult } from '../../../studio/protocol.ts';
import type { Draft } from '../state/drafts.ts';
import { compileIntent, handTurn, type Intent } from '../state/intent.ts';
import type { SessionState } from '../state/session-state.ts';
import { compileTurn } from './routes.ts';

const PAUSE_MS = 250;

export function useCompiled(
  draft: Draft,
  intent: Intent,
  state: SessionState | null,
  maxInputs: number | undefined,
): ContextResult {
  const local = useMemo(
    () => compileIntent(draft, intent, state, maxInputs),
    [draft, intent, state, maxInputs],
  );
  const sessionId = state?.session.id;
  const notes = local.ok ? local.context.warnings : local.problems;
  const foreign = notes.some(({ code }) => code === 'unknown_mention');
  const asked = foreign && sessionId ? JSON.stringify([sessionId, handTurn(draft, intent)]) : null;
  const [answer, setAnswer] = useState<{ asked: string; result: ContextResult } | null>(null);

  useEffect(() => {
    if (asked === null) return;
    const [id, body] = JSON.parse(asked);
    const stop = new AbortController();
    const timer = setTimeout(() => {
      compileTurn(id, body, stop.signal).then(
        (result) => setAnswer({ asked, result }),
        () => {}, // Without an answer the page's own stands, which says that the mention is not known.
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [asked]);

  return answer && answer.asked === asked ? answer.result : local;
}
