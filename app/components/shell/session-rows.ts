/** The rows of the list of sessions: each session under the day of its last change, the pinned ones first. */
import type { SessionView } from '../../../studio/protocol.ts';
import type { Translator } from '../ui/translator.ts';

export type SessionListRow = { day: string } | { session: SessionView };

/** What names a row, whatever its place. */
export function keyOf(row: SessionListRow): string {
  return 'day' in row ? row.day : row.session.id;
}

export function rowsOf(sessions: SessionView[], t: Translator, locale: string): SessionListRow[] {
  const rows: SessionListRow[] = [];
  const pinned = sessions.filter(({ pinnedAt }) => pinnedAt !== null);
  if (pinned.length > 0) rows.push({ day: t('shell.pinned') }, ...pinned.map((session) => ({ session })));
  let day = '';
  for (const session of sessions) {
    if (session.pinnedAt !== null) continue;
    const name = dayName(new Date(session.updatedAt), t, locale);
    if (name !== day) rows.push({ day: name });
    day = name;
    rows.push({ session });
  }
  return rows;
}

function dayName(date: Date, t: Translator, locale: string): string {
  const today = new Date();
  const days = Math.round((startOfDay(today) - startOfDay(date)) / 86_400_000);
  if (days <= 0) return t('shell.today');
  if (days === 1) return t('shell.yesterday');
  const year = date.getFullYear() === today.getFullYear() ? undefined : 'numeric';
  return date.toLocaleDateString(locale, { month: 'long', year });
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
