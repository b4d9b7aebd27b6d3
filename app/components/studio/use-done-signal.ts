/**
 * Tells that a picture is done to whoever looked away: in the title of the tab until it is seen again, and where that is set, by the
 * system and by a sound. Also keeps the title of the tab.
 */
import { useTranslations } from 'next-intl';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { isUnderWay } from '../../../studio/vocabulary.ts';
import { playDone } from '../state/play-done.ts';
import { readPreferences } from '../state/preferences.ts';
import type { SessionState } from '../state/session-state.ts';

/** Browsers of phones have the class, and throw where a page makes one by itself: the title says it there. */
function showNotification(text: string, body: string | undefined): void {
  if (!('Notification' in globalThis) || Notification.permission !== 'granted') return;
  try {
    new Notification(text, { body, tag: 'palimpsest' });
  } catch {
    // Nothing is lost by it.
  }
}

export function useDoneSignal(state: SessionState | null): void {
  const t = useTranslations();
  const [news, setNews] = useState<string | null>(null);
  const name = state?.session.title;
  const title = [news, name, 'Palimpsest'].filter(Boolean).join(' · ');
  useEffect(() => {
    document.title = title;
  }, [title]);

  useEffect(() => {
    const seen = () => document.visibilityState === 'visible' && setNews(null);
    document.addEventListener('visibilitychange', seen);
    return () => document.removeEventListener('visibilitychange', seen);
  }, []);

  const tell = useEffectEvent((text: string) => {
    const { notify, sound } = readPreferences();
    if (sound) playDone();
    if (document.visibilityState === 'visible') return;
    setNews(text);
    if (notify) showNotification(text, name);
  });

  /** The turns that were under way when last looked at, by session. */
  const before = useRef<{ sessionId: string; ids: Set<string> } | null>(null);
  useEffect(() => {
    if (!state) return;
    const { session, turns } = state;
    const running = new Set(turns.flatMap(({ id, job }) => (isUnderWay(job) ? [id] : [])));
    const last = before.current?.sessionId === session.id ? before.current.ids : new Set<string>();
    before.current = { sessionId: session.id, ids: running };
    const ended = turns.filter(({ id }) => last.has(id) && !running.has(id));
    const done = ended.findLast(({ job }) => job?.state === 'done');
    const failed = ended.findLast(({ job }) => job?.state === 'failed');
    const version = `v${done?.pictures[0]?.version ?? ''}`;
    if (done) tell(t('settings.doneNews', { version }));
    else if (failed) tell(t('settings.failedNews'));
  }, [state, t]);
}
