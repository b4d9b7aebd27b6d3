'use client';
import { use } from 'react';
/** Sessions under the day of their last change: today, yesterday, then months. */
import type { SessionView } from '../../protocol.ts';
import { LanguageContext, type Strings, useStrings } from '../strings.ts';
import { SessionLink } from './session-link.tsx';

interface SessionListProps {
  sessions: SessionView[] | null;
  currentId: string | null;
  onOpen: (sessionId: string) => void;
}

export function SessionList({ sessions, currentId, onOpen }: SessionListProps) {
  const strings = useStrings();
  const language = use(LanguageContext);
  if (sessions === null) return null;
  if (sessions.length === 0) return <p className="px-2 py-3 text-soft">{strings.noSessions}</p>;
  const groups = Map.groupBy(sessions, ({ updatedAt }) => dayName(new Date(updatedAt), strings, language));
  return [...groups].map(([name, members]) => (
    <section key={name} aria-label={name} className="pt-3 first:pt-1">
      <h2 className="px-2 pb-1.5 font-semibold text-[11px] text-soft uppercase tracking-wider">{name}</h2>
      <ul>
        {members.map((session) => (
          <li key={session.id}>
            <SessionLink session={session} current={session.id === currentId} onOpen={onOpen} />
          </li>
        ))}
      </ul>
    </section>
  ));
}

function dayName(date: Date, strings: Strings, language: string): string {
  const today = new Date();
  const days = Math.round((startOfDay(today) - startOfDay(date)) / 86_400_000);
  if (days <= 0) return strings.today;
  if (days === 1) return strings.yesterday;
  const year = date.getFullYear() === today.getFullYear() ? undefined : 'numeric';
  return date.toLocaleDateString(language, { month: 'long', year });
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
