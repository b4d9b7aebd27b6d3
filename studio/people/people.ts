/** The words for people in a studio, and the answers of the routes about them. Pure; what routes take is in `people-requests.ts`. */

/** What people are in a studio: the word stands with each user and decides their rights. */
export const ROLES = ['admin', 'member', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** `read`: look at one's own, save and export it. `draw`: change it and make more. `manage`: what concerns the studio as a whole. */
export const RIGHTS = ['read', 'draw', 'manage'] as const;
export type Right = (typeof RIGHTS)[number];

/** What the audit log keeps. */
export const AUDITED = [
  ...['login', 'login.failed', 'logout', 'logout.everywhere', 'password.changed', 'link.used'],
  ...['key.made', 'key.revoked', 'session.deleted', 'session.exported', 'session.imported'],
  ...['person.added', 'person.changed', 'link.made', 'limits.changed', 'engine.changed', 'queue.changed'],
] as const;
export type Audited = (typeof AUDITED)[number];

/** Shorter passwords are refused. */
export const MIN_PASSWORD = 10;

/** What one person may take, administrators excepted; null: no limit. */
export interface Limits {
  /** Requests to the API in a minute. */
  requestsPerMinute: number | null;
  /** Messages that wait or run at once. */
  waitingJobs: number | null;
  /** What one message may take, as far as runs like it were measured. */
  jobSeconds: number | null;
  /** What the engines may work for them in a day of UTC, as measured. */
  daySeconds: number | null;
  /** What their sessions may hold. */
  diskMegabytes: number | null;
}

export const DEFAULT_LIMITS: Limits = {
  requestsPerMinute: 600,
  waitingJobs: 20,
  jobSeconds: 3_600,
  daySeconds: 14_400,
  diskMegabytes: 20_000,
};

/** Answer of `GET /api/account`. */
export interface AccountView {
  hasAccounts: boolean;
  /** Null: nobody is signed in. */
  person: { id: string; name: string; email: string; role: Role } | null;
  /** How one can sign in: by a password, and by an account elsewhere under this name. */
  elsewhere: string | null;
  /** What the person has taken of what they may; null where nothing is limited. */
  use: UseView | null;
}

export interface UseView {
  limits: Limits;
  waitingJobs: number;
  daySeconds: number;
  diskMegabytes: number;
}

/** Answer of `GET /api/account/keys`, without the key. */
export interface KeyView {
  id: string;
  name: string;
  beginning: string;
  scopes: Right[];
  createdAt: number;
  lastUsedAt: number | null;
}

/** A row of `GET /api/admin/people`. */
export interface PersonView {
  id: string;
  name: string;
  email: string;
  role: Role;
  blockedAt: number | null;
  createdAt: number;
  sessions: number;
  waitingJobs: number;
  daySeconds: number;
  diskMegabytes: number;
}

/** Answer of `GET /api/admin/studio`. */
export interface StudioView {
  limits: Limits;
  running: { jobId: string; person: string; engine: string | null; startedAt: number | null }[];
  waiting: number;
  storage: { blobs: number; megabytes: number };
}

/** A row of `GET /api/admin/audit`, newest first. */
export interface AuditView {
  id: number;
  at: number;
  what: Audited;
  person: string | null;
  address: string;
  about: string | null;
}
