/** The routes of administrators: people, what they use, limits, and the audit log. Knows no page. */
import type { Context, Hono } from 'hono';
import { auditBefore } from '../../../db/accounts/audit.ts';
import {
  allPeople,
  changePerson,
  dropLogins,
  findPerson,
  findPersonByEmail,
  insertPerson,
  otherAdmins,
  type PersonRow,
} from '../../../db/accounts/people.ts';
import { sessionsByOwner, storage } from '../../../db/accounts/usage.ts';
import { queuedJobs } from '../../../db/jobs.ts';
import type { AuditView, PersonView, StudioView } from '../../../studio/people/people.ts';
import {
  auditQuery,
  limitsSchema,
  newPersonSchema,
  personChangeSchema,
} from '../../../studio/people/people-requests.ts';
import { Refusal } from '../../../studio/refusal.ts';
import { limits, setLimits, taken } from '../../accounts/limits.ts';
import type { Shared } from '../../runtime.ts';
import { body, group, query } from '../openapi.ts';
import { requireInPerson } from './account-routes.ts';
import type { Asking } from './asking.ts';
import { note } from './noted.ts';
import { requireAccounts } from './signing.ts';

const MEGABYTE = 1_000_000;
const ROWS = 100;

export function addAdminRoutes(app: Hono<Asking>, shared: Shared): void {
  const { db } = shared;
  const route = group('Administration');

  app.get('/api/admin/people', route('Everybody, with what they use', '{ people }'), (c) => {
    requireAccounts(shared);
    return c.json({ people: peopleViews(shared) });
  });
  app.post(
    '/api/admin/people',
    route('Add somebody; the answer has a one-time link to give them', { 201: '{ id, link }' }),
    body(newPersonSchema),
    (c) => {
      const accounts = requireAccounts(shared);
      requireInPerson(c);
      const asked = c.req.valid('json');
      if (findPersonByEmail(db, asked.email)) throw new Refusal('email_taken', {}, { field: 'email' });
      const { id, token } = db.write(() => {
        const person = insertPerson(db, asked);
        return { id: person.id, token: accounts.makeLink(person.id) };
      });
      note(c, shared, 'person.added', asked.email);
      return c.json({ id, link: linkOf(c, token) }, 201, { 'Cache-Control': 'no-store' });
    },
  );
  app.patch(
    '/api/admin/people/:id',
    route('Give somebody another role, or keep them out', { 204: 'nothing' }),
    body(personChangeSchema),
    (c) => {
      const accounts = requireAccounts(shared);
      requireInPerson(c);
      const person = requirePerson(shared, c.req.param('id'));
      const { role, blocked } = c.req.valid('json');
      const isAdminAfter = (role ?? person.role) === 'admin' && !(blocked ?? person.blockedAt !== null);
      if (person.role === 'admin' && !isAdminAfter && otherAdmins(db, person.id) === 0)
        throw new Refusal('last_admin', {});
      db.write(() => {
        changePerson(db, person.id, {
          ...(role && { role }),
          ...(blocked !== undefined && { blockedAt: blocked ? db.now() : null }),
        });
        if (blocked) dropLogins(db, person.id);
      });
      accounts.tellGone(person.id);
      const what = [role, blocked === undefined ? undefined : blocked ? 'blocked' : 'let in'].filter(Boolean);
      note(c, shared, 'person.changed', `${person.email}: ${what.join(', ')}`);
      return c.body(null, 204);
    },
  );
  app.post(
    '/api/admin/people/:id/link',
    route('Make a one-time link by which somebody sets a new password', { 201: '{ link }' }),
    (c) => {
      const accounts = requireAccounts(shared);
      requireInPerson(c);
      const person = requirePerson(shared, c.req.param('id'));
      const token = db.write(() => accounts.makeLink(person.id));
      note(c, shared, 'link.made', person.email);
      return c.json({ link: linkOf(c, token) }, 201, { 'Cache-Control': 'no-store' });
    },
  );
  app.get('/api/admin/studio', route('What runs, what is stored, and the limits', 'StudioView'), (c) => {
    requireAccounts(shared);
    return c.json(studioView(shared), 200, { 'Cache-Control': 'no-store' });
  });
  app.put(
    '/api/admin/limits',
    route('Set what each person may take', { 200: 'StudioView' }),
    body(limitsSchema),
    (c) => {
      requireAccounts(shared);
      requireInPerson(c);
      db.write(() => setLimits(db, c.req.valid('json')));
      note(c, shared, 'limits.changed', JSON.stringify(c.req.valid('json')));
      return c.json(studioView(shared));
    },
  );
  app.get(
    '/api/admin/audit',
    route('What was done, newest first', '{ rows, nextCursor }'),
    query(auditQuery),
    (c) => {
      requireAccounts(shared);
      return c.json(auditPage(shared, c.req.valid('query').before), 200, { 'Cache-Control': 'no-store' });
    },
  );
}

function requirePerson({ db }: Shared, id: string): PersonRow {
  const person = findPerson(db, id);
  if (!person) throw new Refusal('unknown_person', { personId: id });
  return person;
}

const linkOf = (c: Context<Asking>, token: string): string => `${c.var.origin}/welcome?join#${token}`;

function peopleViews({ db }: Shared): PersonView[] {
  const sessions = sessionsByOwner(db);
  return allPeople(db).map(({ id, name, email, role, blockedAt, createdAt }) => ({
    ...{ id, name, email, role, blockedAt, createdAt: createdAt.getTime() },
    sessions: sessions.get(id) ?? 0,
    ...taken(db, id),
  }));
}

/** Jobs are named by whose they are and how long they take, not by what they draw: that is nobody else's. */
function studioView({ db }: Shared): StudioView {
  const jobs = queuedJobs(db);
  const names = new Map(allPeople(db).map(({ id, name }) => [id, name]));
  const { blobs, bytes } = storage(db);
  return {
    limits: limits(db),
    running: jobs
      .filter(({ state }) => state === 'running')
      .map(({ id: jobId, owner, engine, startedAt }) => ({
        ...{ jobId, engine, startedAt },
        person: names.get(owner) ?? owner,
      })),
    waiting: jobs.filter(({ state }) => state !== 'running').length,
    storage: { blobs, megabytes: Math.round(bytes / MEGABYTE) },
  };
}

function auditPage(
  { db }: Shared,
  before = Number.MAX_SAFE_INTEGER,
): { rows: AuditView[]; nextCursor: number | null } {
  const names = new Map(allPeople(db).map(({ id, name }) => [id, name]));
  const rows = auditBefore(db, before, ROWS);
  return {
    rows: rows.map(({ id, at, what, userId, address, about }) => ({
      ...{ id, at, what, address, about },
      person: userId === null ? null : (names.get(userId) ?? userId),
    })),
    nextCursor: rows.length < ROWS ? null : rows.at(-1)!.id,
  };
}
