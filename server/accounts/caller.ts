/** Who asks: whose sessions a request is about, and what it may do there. Knows no request and no table. */
import { RIGHTS, type Right, type Role } from '../../studio/people/people.ts';

const RIGHTS_OF: Record<Role, readonly Right[]> = {
  admin: ['read', 'draw', 'manage'],
  member: ['read', 'draw'],
  viewer: ['read'],
};

export interface Caller {
  /** Whose sessions, jobs and pictures this request is about; there are no others for it. */
  owner: string;
  rights: readonly Right[];
  /** How the caller is known: there are no accounts, or by a login of a browser, a key, or the name that a proxy gives. */
  by: 'local' | 'login' | 'key' | 'proxy';
  /** Which key, where it is one. */
  keyId?: string;
}

/** Rights of a role, or those among them that a key was given. */
export function rightsOf(role: Role, scopes: readonly Right[] = RIGHTS): Right[] {
  return RIGHTS_OF[role].filter((right) => scopes.includes(right));
}
