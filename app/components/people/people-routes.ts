/** Calls about people: signing in and out, keys, and what administrators do. */
import type {
  AccountView,
  AuditView,
  KeyView,
  Limits,
  PersonView,
  Right,
  Role,
  StudioView,
} from '../../../studio/people/people.ts';
import { call, json } from '../api/request.ts';

const POST = { method: 'POST' };
const DELETE = { method: 'DELETE' };

export const account = () => call<AccountView>('/api/account');
export const signIn = (email: string, password: string) =>
  call('/api/auth/sign-in/email', json({ email, password }));
/** Where the account elsewhere is asked for. */
export const signInElsewhere = (callbackURL: string) =>
  call<{ url: string }>('/api/auth/sign-in/social', json({ provider: 'oidc', callbackURL }));
export const signOut = () => call('/api/auth/sign-out', json({}));
export const signOutEverywhere = () => call('/api/account/sign-out-everywhere', POST);
export const changePassword = (currentPassword: string, newPassword: string) =>
  call('/api/auth/change-password', json({ currentPassword, newPassword, revokeOtherSessions: true }));
export const addFirst = (asked: { token: string; name: string; email: string; password: string }) =>
  call('/api/account/first', json(asked));
export const setLinkedPassword = (token: string, password: string) =>
  call<{ email: string }>('/api/account/password', json({ token, password }));

export const listKeys = () => call<{ keys: KeyView[] }>('/api/account/keys');
export const makeKey = (name: string, scopes: Right[]) =>
  call<{ key: string; view: KeyView }>('/api/account/keys', json({ name, scopes }));
export const revokeKey = (id: string) => call(`/api/account/keys/${id}`, DELETE);

export const listPeople = () => call<{ people: PersonView[] }>('/api/admin/people');
export const addPerson = (asked: { name: string; email: string; role: Role }) =>
  call<{ id: string; link: string }>('/api/admin/people', json(asked));
export const changePerson = (id: string, change: { role?: Role; blocked?: boolean }) =>
  call(`/api/admin/people/${id}`, json(change, { method: 'PATCH' }));
export const makeLink = (id: string) => call<{ link: string }>(`/api/admin/people/${id}/link`, POST);
export const studio = () => call<StudioView>('/api/admin/studio');
export const setLimits = (limits: Limits) =>
  call<StudioView>('/api/admin/limits', json(limits, { method: 'PUT' }));
export const audit = (before?: number) =>
  call<{ rows: AuditView[]; nextCursor: number | null }>(
    `/api/admin/audit${before === undefined ? '' : `?before=${before}`}`,
  );
