/** The words for people in a studio, and the bodies of the routes about them. Pure. */
import { z } from 'zod';

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

const password = z.string().min(MIN_PASSWORD).max(128);
const email = z.email().max(200).toLowerCase();
const name = z.string().trim().min(1).max(100);

/** Body of `POST /api/account/first`: the first administrator, by the link that the server printed. */
export const firstAdminSchema = z.strictObject({ token: z.string(), name, email, password });

/** Body of `POST /api/account/password`: by a one-time link that an administrator made. */
export const linkedPasswordSchema = z.strictObject({ token: z.string(), password });

/** Body of `POST /api/account/keys`. */
export const newKeySchema = z.strictObject({
  name,
  scopes: z.array(z.enum(RIGHTS)).min(1).default(['read', 'draw']),
});

/** Body of `POST /api/admin/people`. */
export const newPersonSchema = z.strictObject({ name, email, role: z.enum(ROLES).default('member') });

/** Body of `PATCH /api/admin/people/:id`. */
export const personChangeSchema = z.strictObject({
  role: z.enum(ROLES).optional(),
  blocked: z.boolean().optional(),
});

const most = z.int().nonnegative().nullable();

/** Query of `GET /api/admin/audit`: rows before one. */
export const auditQuery = z.strictObject({ before: z.coerce.number().int().positive().optional() });

/** What one person may take, administrators excepted; null: no limit. Body of `PUT /api/admin/limits`. */
export const limitsSchema = z.strictObject({
  /** Requests to the API in a minute. */
  requestsPerMinute: most,
  /** Messages that wait or run at once. */
  waitingJobs: most,
  /** What one message may take, as far as runs like it were measured. */
  jobSeconds: most,
  /** What the engines may work for them in a day of UTC, as measured. */
  daySeconds: most,
  /** What their sessions may hold. */
  diskMegabytes: most,
});
export type Limits = z.output<typeof limitsSchema>;

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
