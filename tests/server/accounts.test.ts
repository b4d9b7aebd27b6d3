/** Accounts over real HTTP: the first administrator, roles, keys and their scopes, signing out, limits, and the log of what was done. */
import type { OpenAPIV3_1 } from 'openapi-types';
import { expect, onTestFinished, test } from 'vitest';
import {
  type AuditView,
  DEFAULT_LIMITS,
  type KeyView,
  type Limits,
  type PersonView,
} from '../../studio/people/people.ts';
import type { ErrorBody } from '../../studio/protocol.ts';
import { ApiClient } from './api-client.ts';
import { routesOf } from './guesses.ts';
import { QUICK, serve, serveFaulty } from './harness.ts';
import { PASSWORD, Studio, signedIn, tokenIn, withKey } from './people.ts';
import { Someone } from './someone.ts';

const FOR_ALL = [
  'GET /api/health',
  'GET /api/account',
  'POST /api/account/first',
  'POST /api/account/password',
];

test('nobody who is not signed in gets anywhere, a viewer changes nothing, and only administrators administer', async () => {
  const studio = await Studio.open();
  const { root, client } = studio;
  const viewer = await studio.person('vic', 'viewer');
  const member = await studio.person('mel');
  const { body } = await root.call<OpenAPIV3_1.Document>('GET', '/api/openapi.json');
  const routes = routesOf(body).filter(({ method, path }) => !FOR_ALL.includes(`${method} ${path}`));
  expect(routes.length).toBeGreaterThan(45);
  const ask = async (who: ApiClient, method: string, path: string) =>
    (await who.call<ErrorBody>(method, path.replaceAll(/\{\w+\}/g, 'x'), method === 'GET' ? undefined : {}))
      .status;
  for (const { method, path } of routes) {
    expect([method, path, await ask(client, method, path)]).toEqual([method, path, 401]);
    const isOfAdmins = /^\/(api\/(admin|storage)|metrics)/.test(path);
    if (isOfAdmins) expect([path, await ask(member, method, path)]).toEqual([path, 403]);
    const changes = method !== 'GET' && !/context$|^\/mcp$|account/.test(path);
    if (path.endsWith('sign-out-everywhere')) continue;
    const seen = await ask(viewer, method, path);
    expect([method, path, changes || isOfAdmins ? seen : seen === 403]).toEqual([
      ...[method, path, changes || isOfAdmins ? 403 : false],
    ]);
  }
  await expect(
    new Promise((resolve, reject) => client.socket().on('open', resolve).on('error', reject)),
  ).rejects.toThrow('401');
  expect((await client.call('GET', '/api/auth/get-session')).status).toBe(404);
  expect((await client.call('POST', '/api/auth/sign-up/email', {})).status).toBe(404);
});

test('the first administrator is made once, by the link, and has what was made before there were accounts', async () => {
  const alone = await (await serve()).ready();
  const { dataFolder } = alone.runtime.blobs;
  const { id } = await alone.newSession();
  expect((await alone.call('GET', '/api/account')).body).toEqual({
    ...{ hasAccounts: false, person: null, elsewhere: null, use: null },
  });
  await alone.close();
  const studio = await Studio.open({ dataDir: dataFolder });
  expect((await studio.root.open(id)).session.id).toBe(id);
  expect(studio.client.runtime.accounts!.firstLink('')).toBeUndefined();
  const again = await studio.client.call('POST', '/api/account/first', {
    ...{ token: 'x', name: 'Eve', email: 'eve@example.com', password: PASSWORD },
  });
  expect([again.status, again.body.error.code]).toEqual([403, 'bad_link']);
  const last = await studio.root.call('PATCH', '/api/admin/people/local', { role: 'member' });
  expect([last.status, last.body.error.code]).toEqual([409, 'last_admin']);
});

test('a key is shown once, does what its scopes and its person may, and nothing after it is revoked', async () => {
  const studio = await Studio.open();
  const mel = await studio.person('mel');
  const reader = await withKey(mel, ['read', 'manage']);
  const drawer = await withKey(mel);
  expect((await reader.call('GET', '/api/sessions')).status).toBe(200);
  expect((await reader.call('POST', '/api/sessions')).status).toBe(403);
  expect((await reader.call('GET', '/metrics')).status).toBe(403);
  const { id } = await drawer.newSession();
  expect((await drawer.open(id)).session.id).toBe(id);
  expect((await drawer.call('POST', '/api/account/keys', { name: 'more' })).body).toMatchObject({
    error: { code: 'not_by_key' },
  });
  const { body } = await mel.call<{ keys: KeyView[] }>('GET', '/api/account/keys');
  const [, secret] = drawer.headers.Authorization!.split(' ');
  expect(JSON.stringify(body)).not.toContain(secret);
  const closed = new Promise<number>((resolve) => {
    const socket = drawer.socket();
    socket.on('open', async () => {
      const own = body.keys.find(({ beginning }) => secret!.startsWith(beginning))!;
      await mel.call('DELETE', `/api/account/keys/${own.id}`);
    });
    socket.on('close', resolve);
    onTestFinished(() => socket.terminate());
  });
  expect(await closed).toBe(1001);
  expect((await drawer.open(id)) as unknown).toMatchObject({ error: { code: 'not_signed_in' } });
  expect(
    (await new Someone(mel.url, { ...mel.headers, Authorization: 'Bearer no' }).call('GET', '/api/sessions'))
      .status,
  ).toBe(401);
});

test('who signs out is out, everywhere where that is asked; who is kept out is out at once, and loses nothing', async () => {
  const studio = await Studio.open();
  const one = await studio.person('mel');
  const other = await signedIn(one.url, 'MEL@example.com');
  const { id } = await one.newSession();
  await one.call('POST', '/api/auth/sign-out', {});
  expect((await one.call('GET', '/api/sessions')).status).toBe(401);
  expect((await other.open(id)).session.id).toBe(id);
  const change = (currentPassword: string) =>
    other.call('POST', '/api/auth/change-password', {
      ...{ currentPassword, newPassword: PASSWORD, revokeOtherSessions: true },
    });
  expect((await change('not the one before')).body).toMatchObject({
    error: { code: 'wrong_password', reason: 'before' },
  });
  const third = await signedIn(one.url, 'mel@example.com');
  await third.call('POST', '/api/account/sign-out-everywhere');
  expect((await other.call('GET', '/api/sessions')).status).toBe(401);
  const fourth = await signedIn(one.url, 'mel@example.com');
  const key = await withKey(fourth);
  const { body } = await studio.root.call<{ people: PersonView[] }>('GET', '/api/admin/people');
  const mel = body.people.find(({ name }) => name === 'mel')!;
  await studio.root.call('PATCH', `/api/admin/people/${mel.id}`, { blocked: true });
  expect((await fourth.call('GET', '/api/sessions')).status).toBe(401);
  expect((await key.call('GET', '/api/sessions')).status).toBe(401);
  await expect(signedIn(one.url, 'mel@example.com')).rejects.toThrow('wrong_password');
  await studio.root.call('PATCH', `/api/admin/people/${mel.id}`, { blocked: false });
  const link = await studio.root.call<{ link: string }>('POST', `/api/admin/people/${mel.id}/link`);
  const token = tokenIn(link.body.link);
  const set = () => studio.client.call('POST', '/api/account/password', { token, password: `${PASSWORD} 2` });
  expect([(await set()).status, (await set()).status]).toEqual([200, 403]);
  expect((await (await signedIn(one.url, 'mel@example.com', `${PASSWORD} 2`)).open(id)).session.id).toBe(id);
});

test('passwords are not tried for long', async () => {
  const studio = await Studio.open();
  const tries = Array.from({ length: 12 }, (_, index) => `wrong ${index} wrong`);
  const statuses: number[] = [];
  let wait: string | null = null;
  for (const password of tries) {
    const response = await fetch(`${studio.client.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email: 'root@example.com', password }),
    });
    statuses.push(response.status);
    wait = response.headers.get('retry-after');
  }
  expect(statuses[0]).toBe(401);
  expect(statuses.at(-1)).toBe(429);
  expect(Number(wait)).toBeGreaterThan(0);
});

test('what a member may take is limited, and the answer says by what and until when; an administrator takes what there is', async () => {
  const studio = await Studio.open();
  const mel = await studio.person('mel');
  const { root } = studio;
  const limit = (changed: Partial<Limits>) =>
    root.call('PUT', '/api/admin/limits', { ...DEFAULT_LIMITS, ...changed });
  const { id } = await mel.newSession();
  const drawn = await mel.turn(id, { options: QUICK });
  await mel.finished(id, drawn.body.turn.id);
  const refused = async (changed: Partial<Limits>) => {
    await limit(changed);
    const response = await fetch(`${mel.url}/api/sessions/${id}/turns`, {
      method: 'POST',
      headers: mel.headers,
      body: JSON.stringify({ prompt: 'a fox', mode: 'new', options: { ...QUICK, count: 2 } }),
    });
    const { error } = (await response.json()) as ErrorBody;
    return [response.status, error?.code, Number(response.headers.get('retry-after')) > 0];
  };
  expect(await refused({ waitingJobs: 0 })).toEqual([429, 'line_full', true]);
  expect(await refused({ jobSeconds: 0 })).toEqual([413, 'too_costly', false]);
  expect(await refused({ daySeconds: 0 })).toEqual([429, 'budget_spent', true]);
  expect(await refused({ diskMegabytes: 0 })).toEqual([413, 'disk_used_up', false]);
  expect((await mel.open(id)).turns).toHaveLength(1);
  const own = await root.newSession();
  expect((await root.turn(own.id, { options: QUICK })).status).toBe(202);
  const { body } = await root.call<{ people: PersonView[] }>('GET', '/api/admin/people');
  expect(body.people.find(({ name }) => name === 'mel')).toMatchObject({ sessions: 1, waitingJobs: 0 });
  await limit({ requestsPerMinute: 3 });
  const statuses: number[] = [];
  for (let index = 0; index < 6; index += 1) statuses.push((await mel.call('GET', '/api/sessions')).status);
  expect(statuses).toContain(429);
  expect((await root.call('GET', '/api/sessions')).status).toBe(200);
});

test('what an operator may have to look up is noted with who did it and from where', async () => {
  const { root, client } = await Studio.open();
  const { id } = await root.newSession();
  await root.call('GET', `/api/sessions/${id}/export`);
  await root.call('DELETE', `/api/sessions/${id}`);
  await withKey(root);
  await signedIn(root.url, 'root@example.com', 'not it at all').catch(() => {});
  const { body } = await root.call<{ rows: AuditView[] }>('GET', '/api/admin/audit');
  expect(body.rows.map(({ what, person, about }) => [what, person, about])).toEqual([
    ['login.failed', 'Root', 'root@example.com'],
    ['key.made', 'Root', expect.stringMatching(/^palimpsest_.{6}$/)],
    ['session.deleted', 'Root', id],
    ['session.exported', 'Root', id],
    ['login', 'Root', 'root@example.com'],
    ['person.added', 'Root', 'root@example.com'],
  ]);
  expect(body.rows[0]!.address).toBe('127.0.0.1');
  expect((await client.call('GET', '/api/admin/audit')).status).toBe(401);
});

test('a proxy is believed only where it was named; then it tells who asks, from where, and over what', async () => {
  const network = {
    ...{ publicUrl: 'https://studio.example.com', proxies: ['127.0.0.1'], proxyUser: 'X-Forwarded-Email' },
    origins: ['https://other.example.com'],
  };
  const studio = await Studio.open({ hosts: ['studio.example.com'] }, network);
  const { url } = studio.client;
  const ann = new Someone(url, {
    'X-Forwarded-Email': 'ann@example.com',
    'X-Forwarded-For': '6.6.6.6, 203.0.113.7',
  });
  const { id } = await ann.newSession();
  expect((await ann.open(id)).session.id).toBe(id);
  await ann.call('DELETE', `/api/sessions/${id}`);
  const { body } = await studio.root.call<{ rows: AuditView[] }>('GET', '/api/admin/audit');
  expect(body.rows[0]).toMatchObject({
    what: 'session.deleted',
    person: 'ann@example.com',
    address: '203.0.113.7',
  });
  const from = (origin: string) =>
    fetch(`${url}/api/sessions`, {
      method: 'POST',
      headers: { ...ann.headers, Origin: origin, 'Sec-Fetch-Site': 'cross-site' },
    });
  const answered = await Promise.all(
    ['https://studio.example.com', 'https://other.example.com', 'https://evil.example'].map(from),
  );
  expect(answered.map(({ status }) => status)).toEqual([201, 201, 403]);
  expect(answered[1]!.headers.get('access-control-allow-origin')).toBe('https://other.example.com');
  expect(answered[0]!.headers.get('strict-transport-security')).toBe('max-age=31536000');
  const plain = await Studio.open();
  const liar = new Someone(plain.client.url, { 'X-Forwarded-Email': 'root@example.com' });
  expect((await liar.call('GET', '/api/sessions')).status).toBe(401);
});

test('on an address that others can reach there are accounts, without a word of the operator', async () => {
  const client = await serveFaulty({ host: '0.0.0.0' });
  const { port } = new URL(client.url);
  expect((await new ApiClient(`http://127.0.0.1:${port}`).call('GET', '/api/sessions')).status).toBe(401);
});
