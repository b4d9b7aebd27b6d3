/**
 * Sends a turn: makes the session when there is none, shows the message at once, and keeps its Idempotency-Key
 * for as long as the same message is tried again. Text and key survive a refusal.
 */
import { useTranslations } from 'next-intl';
import { useCallback, useRef, useState } from 'react';
import type { MessageView, SessionView, TurnBody } from '../../../studio/protocol.ts';
import { randomKey } from '../api/random-key.ts';
import { ApiError, createSession, postMessage, postTurn } from '../api/routes.ts';
import type { OpenSession } from '../api/use-open-session.ts';
import { clearDraft, type Draft, forgetDraft, readDraft, writeDraft } from '../state/drafts.ts';
import { errorText } from './error-text.ts';

export interface PendingTurn {
  sessionId: string | null;
  body: TurnBody;
}

export interface SendError {
  sessionId: string | null;
  message: string;
  field: string | undefined;
}

export interface Sender {
  pending: PendingTurn | null;
  error: SendError | null;
  /**
   * Takes `draft` out of the composer and puts it back if the turn is refused; `null` leaves the composer alone. `also` is the same
   * message for another engine. Where nothing of the turn was chosen by hand (`isTyped`), its text is read: it may be more than
   * a turn.
   */
  send: (body: TurnBody, draft: Draft | null, more?: { also?: TurnBody; isTyped?: boolean }) => Promise<void>;
  setError: (error: SendError | null) => void;
  /** Id of the session that is open; it is created now when there is none. */
  ensureSession: () => Promise<string>;
}

interface SenderOptions {
  sessionId: string | null;
  open: OpenSession;
  onCreated: (session: SessionView) => void;
  /** A message was taken that is more than a turn. */
  onMessage: (message: MessageView) => void;
}

export function useSender({ sessionId, open, onCreated, onMessage }: SenderOptions): Sender {
  const t = useTranslations();
  const [pending, setPending] = useState<PendingTurn | null>(null);
  const [error, setError] = useState<SendError | null>(null);
  const lastTry = useRef<{ content: string; key: string } | null>(null);
  const { adopt, add, addMessage } = open;

  const ensureSession = useCallback(async () => {
    if (sessionId !== null) return sessionId;
    const session = await createSession();
    adopt({ session, turns: [], messages: [], history: { undo: null, redo: null }, seq: 0 });
    writeDraft(session.id, readDraft(null));
    // Its options go along with it: the next new session begins with the usual ones.
    forgetDraft(null);
    onCreated(session);
    return session.id;
  }, [sessionId, adopt, onCreated]);

  const send = useCallback(
    async (
      body: TurnBody,
      draft: Draft | null,
      { also, isTyped = false }: { also?: TurnBody; isTyped?: boolean } = {},
    ) => {
      const content = JSON.stringify([sessionId, body, also]);
      const key = lastTry.current?.content === content ? lastTry.current.key : randomKey();
      lastTry.current = { content, key };
      let target = sessionId;
      setError(null);
      setPending({ sessionId, body });
      if (draft) clearDraft(sessionId);
      try {
        target = await ensureSession();
        setPending({ sessionId: target, body });
        if (isTyped) {
          const { message, turns } = await postMessage(target, { text: body.prompt, turn: body }, key);
          if (message) {
            addMessage(target, message, turns);
            onMessage(message);
          } else for (const turn of turns) add(target, turn);
        } else add(target, await postTurn(target, body, key));
        if (also) add(target, await postTurn(target, also, `${key}/also`));
        lastTry.current = null;
      } catch (cause) {
        if (!(cause instanceof ApiError)) throw cause;
        if (target !== sessionId) lastTry.current = { content: JSON.stringify([target, body, also]), key };
        if (draft) restore(target, draft);
        setError({ sessionId: target, message: errorText(t, cause), field: cause.field });
      } finally {
        setPending(null);
      }
    },
    [sessionId, add, addMessage, onMessage, ensureSession, t],
  );

  return { pending, error, send, setError, ensureSession };
}

/** Puts a refused draft back; text that was typed while it was under way is kept behind it. */
function restore(sessionId: string | null, draft: Draft): void {
  const typedSince = readDraft(sessionId).text;
  writeDraft(sessionId, { ...draft, text: [draft.text, typedSince].filter(Boolean).join('\n') });
}
