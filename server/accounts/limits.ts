/**
 * What one person may take, and the refusal of more. Administrators, and the one owner of a studio without accounts, may take all
 * there is. Knows no request.
 */
import { findPerson } from '../../db/accounts/people.ts';
import { bytesHeld, jobsWaiting, usedToday } from '../../db/accounts/usage.ts';
import type { Database } from '../../db/database.ts';
import { readSetting, writeSetting } from '../../db/settings.ts';
import { DEFAULT_LIMITS, type Limits, type UseView } from '../../studio/people/people.ts';
import { Refusal } from '../../studio/refusal.ts';

const LIMITS = 'limits';
const MEGABYTE = 1_000_000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The limits as they are set. */
export function limits(db: Database): Limits {
  return { ...DEFAULT_LIMITS, ...readSetting<Partial<Limits>>(db, LIMITS, {}) };
}

/** Sets the limits; inside of `write`. */
export function setLimits(db: Database, changed: Limits): void {
  writeSetting(db, LIMITS, changed);
}

/** The limits of an owner; null: none. */
export function limitsOf(db: Database, owner: string): Limits | null {
  const person = findPerson(db, owner);
  return !person || person.role === 'admin' ? null : limits(db);
}

/** What an owner has taken of what they may; null where nothing is limited. */
export function takenOf(db: Database, owner: string): UseView | null {
  const most = limitsOf(db, owner);
  return most && { limits: most, ...taken(db, owner) };
}

/** What an owner has taken. */
export function taken(db: Database, owner: string): Omit<UseView, 'limits'> {
  return {
    waitingJobs: jobsWaiting(db, owner),
    daySeconds: Math.round(usedToday(db, owner) / 1000),
    diskMegabytes: Math.round(bytesHeld(db, owner) / MEGABYTE),
  };
}

/**
 * Lets a job into the line, before it is there; `expectedMs` is what it will take as far as that is known. Throws {@link Refusal}
 * `line_full`, `too_costly`, `budget_spent`, `disk_used_up`.
 */
export function requireJobRoom(db: Database, owner: string, expectedMs: number | null): void {
  const most = limitsOf(db, owner);
  if (!most) return;
  const seconds = Math.ceil((expectedMs ?? 0) / 1000);
  if (most.waitingJobs !== null && jobsWaiting(db, owner) >= most.waitingJobs)
    throw new Refusal('line_full', { most: most.waitingJobs, retrySeconds: Math.max(10, seconds) });
  if (most.jobSeconds !== null && seconds > most.jobSeconds)
    throw new Refusal('too_costly', { seconds, most: most.jobSeconds });
  if (most.daySeconds !== null && usedToday(db, owner) / 1000 + seconds > most.daySeconds)
    throw new Refusal('budget_spent', { most: most.daySeconds, retrySeconds: secondsUntilTomorrow() });
  requireDiskRoom(db, owner, 0);
}

/** Lets bytes in. Throws {@link Refusal} `disk_used_up`. */
export function requireDiskRoom(db: Database, owner: string, bytes: number): void {
  const most = limitsOf(db, owner)?.diskMegabytes ?? null;
  if (most === null) return;
  const held = (bytesHeld(db, owner) + bytes) / MEGABYTE;
  if (held > most || (bytes === 0 && held >= most))
    throw new Refusal('disk_used_up', { usedMegabytes: Math.round(held), most });
}

/** Days are those of UTC. */
function secondsUntilTomorrow(): number {
  return Math.ceil((DAY_MS - (Date.now() % DAY_MS)) / 1000);
}
