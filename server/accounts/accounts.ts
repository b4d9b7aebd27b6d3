/**
 * A studio of several people: who asks is told by a key, by the login of a browser, or by the name that a trusted proxy gives. The
 * one place that turns a request into a caller.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { findKey } from '../../db/accounts/keys.ts';
import {
  dropLogins,
  findPerson,
  findPersonByEmail,
  hasPeople,
  insertLink,
  insertPerson,
  type PersonRow,
  setPassword,
  takeLink,
} from '../../db/accounts/people.ts';
import type { Database } from '../../db/database.ts';
import { Refusal } from '../../studio/refusal.ts';
import type { Access } from './access.ts';
import { type Auth, type Elsewhere, openAuth } from './auth.ts';
import { type Caller, rightsOf } from './caller.ts';
import type { Proxies } from './proxies.ts';

export interface AccountOptions {
  proxies: Proxies;
  /** Whose sessions the first administrator has: all that was made before there were accounts. */
  firstId: string;
  elsewhere?: Elsewhere | undefined;
  /** Header in which a trusted proxy names the e-mail address of whom it let in. */
  proxyUser?: string | undefined;
}

export class Accounts implements Access {
  readonly hasAccounts = true;
  readonly auth: Auth;
  readonly #db: Database;
  readonly #options: AccountOptions;
  readonly #listeners = new Set<(owner: string) => void>();
  /** What stands in the link of the first administrator, until there is one. */
  readonly #firstToken: string | undefined;

  constructor(db: Database, options: AccountOptions) {
    this.#db = db;
    this.#options = options;
    const { elsewhere, proxies } = options;
    this.auth = openAuth(db, { publicUrl: proxies.publicUrl, elsewhere });
    this.#firstToken = hasPeople(db) ? undefined : newToken();
  }

  /** Whether people sign in by an account elsewhere too. */
  get hasElsewhere(): boolean {
    return this.#options.elsewhere !== undefined;
  }

  /** The address of the page on which the first administrator is made; undefined where there is one. */
  firstLink(origin: string): string | undefined {
    return hasPeople(this.#db) ? undefined : `${origin}/welcome#${this.#firstToken}`;
  }

  async callerOf(request: IncomingMessage): Promise<Caller | undefined> {
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given !== undefined) return this.#byKey(given);
    return (await this.#byLogin(request)) ?? this.#byProxy(request);
  }

  #byKey(given: string): Caller | undefined {
    const found = findKey(this.#db, given);
    if (!found || isBlocked(found.person)) return undefined;
    const { person, row } = found;
    return { owner: person.id, rights: rightsOf(person.role, row.scopes), by: 'key', keyId: row.id };
  }

  async #byLogin(request: IncomingMessage): Promise<Caller | undefined> {
    const { cookie } = request.headers;
    if (!cookie) return undefined;
    const login = await this.auth.api.getSession({
      headers: new Headers({ cookie }),
      query: { disableRefresh: true },
    });
    return login ? this.#callerFor(findPerson(this.#db, login.user.id), 'login') : undefined;
  }

  #byProxy(request: IncomingMessage): Caller | undefined {
    const { proxyUser, proxies } = this.#options;
    const email = proxyUser && request.headers[proxyUser.toLowerCase()];
    if (typeof email !== 'string' || !email.includes('@') || !proxies.isTrusted(request)) return undefined;
    // The first administrator comes by the printed link, so that they get what was there before.
    if (!hasPeople(this.#db)) return undefined;
    const person =
      findPersonByEmail(this.#db, email) ??
      this.#db.write(() => insertPerson(this.#db, { name: email, email, role: 'member' }));
    return this.#callerFor(person, 'proxy');
  }

  #callerFor(person: PersonRow | undefined, by: 'login' | 'proxy'): Caller | undefined {
    return person && !isBlocked(person) ? { owner: person.id, rights: rightsOf(person.role), by } : undefined;
  }

  /** Makes the first administrator, whose token stood in the printed link. Throws {@link Refusal} `bad_link`. */
  async addFirst(asked: {
    token: string;
    name: string;
    email: string;
    password: string;
  }): Promise<PersonRow> {
    const isRight = this.#firstToken !== undefined && isSame(asked.token, this.#firstToken);
    const password = await this.#hashed(asked.password);
    if (!isRight || hasPeople(this.#db)) throw new Refusal('bad_link', {});
    const { name, email } = asked;
    return this.#db.write(() => {
      const person = insertPerson(this.#db, { id: this.#options.firstId, name, email, role: 'admin' });
      setPassword(this.#db, person.id, password);
      return person;
    });
  }

  /** What stands in a new one-time link of somebody; inside of `write`. */
  makeLink(userId: string): string {
    const token = newToken();
    insertLink(this.#db, userId, token);
    return token;
  }

  /** Sets the password of whose link it is, and signs their browsers out. Throws {@link Refusal} `bad_link`. */
  async setLinkedPassword(token: string, password: string): Promise<PersonRow> {
    const hashed = await this.#hashed(password);
    const person = this.#db.write(() => {
      const found = takeLink(this.#db, token);
      if (!found || isBlocked(found)) return undefined;
      setPassword(this.#db, found.id, hashed);
      dropLogins(this.#db, found.id);
      return found;
    });
    if (!person) throw new Refusal('bad_link', {});
    this.tellGone(person.id);
    return person;
  }

  async #hashed(password: string): Promise<string> {
    return (await this.auth.$context).password.hash(password);
  }

  /** Calls `listener` with each owner whose rights ended somewhere: a browser signed out, a key revoked, a person blocked. */
  onGone(listener: (owner: string) => void): void {
    this.#listeners.add(listener);
  }

  /** Tells the listeners that what an owner follows has to be asked for again. */
  tellGone(owner: string): void {
    for (const listener of this.#listeners) listener(owner);
  }
}

const newToken = (): string => randomBytes(24).toString('base64url');

const isBlocked = ({ blockedAt }: PersonRow): boolean => blockedAt !== null;

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
