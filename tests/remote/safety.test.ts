/** What a server may make us do: whom we ask for a picture, whose certificate we take, what of it comes into our words. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Endpoint, type EndpointOptions } from '../../engine/remote/http.ts';
import { isAllowed, isPublic, type Lookup } from '../../engine/remote/public-address.ts';

const KEY = 'sk-a-key-that-nobody-may-see';
const CALL = { deadlineMs: 10_000 };

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function listening(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  open.push({ close: () => new Promise((closed) => server.close(closed)) });
  return (server.address() as AddressInfo).port;
}

async function endpointTo(
  listener: RequestListener,
  options: Partial<EndpointOptions> = {},
): Promise<Endpoint> {
  const port = await listening(createServer({ keepAlive: false }, listener));
  const endpoint = new Endpoint({ url: `http://127.0.0.1:${port}/v1`, key: KEY, ...options });
  open.push(endpoint);
  return endpoint;
}

test.each([
  ...['127.0.0.1', '127.255.1.1', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  ...[
    '169.254.169.254',
    '100.64.0.1',
    '198.18.0.1',
    '192.0.0.8',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
  ],
  ...['::', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8', '::127.0.0.1', '64:ff9b::7f00:1'],
  ...[
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%lo',
    'ff02::1',
    '2002:7f00:1::',
    '2001:0:1::',
    '2001:db8::1',
  ],
  ...['', 'host', '127.1', '2130706433', '0x7f000001', '1.2.3'],
])('%j is no public address', (address) => {
  expect(isPublic(address)).toBe(false);
});

test.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '198.20.0.1', '2606:4700::1111', '2a00:1450:4001::1'])(
  '%s is a public address',
  (address) => {
    expect(isPublic(address)).toBe(true);
  },
);

test('a host is allowed by its name or one above it, an address by nothing', () => {
  expect(isAllowed('cdn.host', ['cdn.host'])).toBe(true);
  expect(isAllowed('CDN.host.', ['cdn.host'])).toBe(true);
  expect(isAllowed('a.b.host', ['*.host'])).toBe(true);
  for (const host of ['host', 'evilhost', 'host.evil'])
    expect(isAllowed(host, ['*.host', 'cdn.host'])).toBe(false);
  for (const host of ['8.8.8.8', '[2606:4700::1111]']) expect(isAllowed(host, ['8.8.8.8', '*'])).toBe(false);
});

const lookupOf =
  (...addresses: string[]): Lookup =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

test.each([
  ...['http://127.0.0.1:1/', 'http://2130706433/', 'http://0x7f.1/', 'http://017700000001/', 'http://[::1]/'],
  ...[
    'http://[::ffff:127.0.0.1]/',
    'http://169.254.169.254/latest/meta-data',
    'https://localhost/',
    'ftp://a.cdn/',
  ],
  ...[
    'http://a.cdn/',
    'https://me:secret@a.cdn/',
    'https://8.8.8.8/',
    'file:///etc/passwd',
    'data:,x',
    '//other/x',
  ],
])('a picture at %s is not asked for', async (address) => {
  const asked: string[] = [];
  const lookup: Lookup = async (name) => {
    asked.push(name);
    return [{ address: '8.8.8.8', family: 4 }];
  };
  const endpoint = await endpointTo(() => {}, { pictureHosts: ['*.cdn'], lookup });
  await expect(endpoint.file(address, CALL)).rejects.toMatchObject({
    code: 'rejected',
    message: expect.stringContaining('another host'),
  });
  expect(asked).toEqual([]);
});

test.each([[['127.0.0.1']], [['8.8.8.8', '10.0.0.1']], [['::ffff:10.0.0.1']], [[]]])(
  'an allowed host that stands for %j is not asked',
  async (addresses) => {
    const endpoint = await endpointTo(() => {}, { pictureHosts: ['a.cdn'], lookup: lookupOf(...addresses) });
    await expect(endpoint.file('https://a.cdn/p.png', CALL)).rejects.toMatchObject({
      message: expect.stringMatching(/a\.cdn, is in a private network/),
    });
  },
);

test('an allowed host is asked at the address that was looked up, once; an adapter may name hosts of its own', async () => {
  let lookups = 0;
  // Public by its form, and given back by those who had it: what counts is that nothing else is asked.
  const lookup: Lookup = async () => {
    lookups += 1;
    return lookups === 1 ? [{ address: '3ffe::7', family: 6 }] : [{ address: '127.0.0.1', family: 4 }];
  };
  const endpoint = await endpointTo(() => {}, { lookup });
  const asking = endpoint.file('https://a.cdn/p.png', { deadlineMs: 1_500 }, ['*.cdn']);
  await expect(asking).rejects.toMatchObject({ code: expect.stringMatching(/unreachable|timed_out/) });
  expect(lookups).toBe(1);
});

test('on the server itself a picture is asked for with the key', async () => {
  const keys: (string | undefined)[] = [];
  const endpoint = await endpointTo((request, response) => {
    keys.push(request.headers.authorization);
    response.end('picture');
  });
  expect(Buffer.from(await endpoint.file('/files/1.png', CALL)).toString()).toBe('picture');
  expect(keys).toEqual([`Bearer ${KEY}`]);
});

test.each([301, 302, 303, 307, 308])('a redirect (%i) is not followed', async (status) => {
  let asked = 0;
  const endpoint = await endpointTo((_request, response) => {
    asked += 1;
    response.writeHead(status, { location: '/elsewhere' }).end();
  });
  await expect(endpoint.json('models', CALL)).rejects.toMatchObject({ code: 'rejected' });
  expect(asked).toBe(1);
});

test('an error comes as one line of plain text, without the key that it repeats', async () => {
  const endpoint = await endpointTo((_request, response) => {
    const message = `<img src=x onerror=alert(1)>\n\u0007Incorrect key ${KEY}. ${'x'.repeat(1_000)}`;
    response
      .writeHead(401, { 'content-type': 'application/json' })
      .end(JSON.stringify({ error: { message } }));
  });
  const error = await endpoint.json('models', CALL).catch((reason) => reason);
  expect(error).toMatchObject({ code: 'rejected', fault: 'refused' });
  expect(error.message).toContain('<img src=x onerror=alert(1)> Incorrect key ….');
  expect(error.message.length).toBeLessThan(600);
  expect(JSON.stringify(error) + error.stack + error.cause).not.toContain(KEY);
});

test('where a key is cut off by the limit of words, no part of it is left', async () => {
  const endpoint = await endpointTo((_request, response) => {
    response.writeHead(400).end(`${'x'.repeat(390)}${KEY}`);
  });
  const error = await endpoint.json('models', CALL).catch((reason) => reason);
  expect(error.message).not.toContain(KEY.slice(0, 8));
});

test.each([
  [429, 'unreached'],
  [503, 'unreached'],
  [502, 'broken'],
  [504, 'silent'],
  [500, 'failed'],
  [400, 'refused'],
])('%i says: %s', async (status, fault) => {
  const endpoint = await endpointTo((_request, response) => {
    response.writeHead(status).end('words');
  });
  await expect(endpoint.json('models', CALL)).rejects.toMatchObject({ fault });
});

test('a refused connection is known not to have reached the server, a broken one is not', async () => {
  const port = await listening(createServer());
  for (const each of open.splice(0)) await each.close();
  const gone = new Endpoint({ url: `http://127.0.0.1:${port}` });
  await expect(gone.json('models', CALL)).rejects.toMatchObject({ code: 'unreachable', fault: 'unreached' });
  gone.close();
  const breaking = await endpointTo((request) => request.socket.destroy());
  const call = { ...CALL, method: 'POST', body: { prompt: 'a fox' } } as const;
  await expect(breaking.json('models', call)).rejects.toMatchObject({ code: 'unreachable', fault: 'broken' });
});

test('a certificate that nobody vouches for is not taken, whatever the environment says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-certificate-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-keyout', key, '-out', cert];
  execFileSync('openssl', [...made, ...subject], { stdio: 'ignore' });
  const server = createSecureServer(
    { key: readFileSync(key), cert: readFileSync(cert) },
    (_request, response) => {
      response.end('{"data":[]}');
    },
  );
  const port = await listening(server);
  const endpoint = new Endpoint({ url: `https://localhost:${port}/v1`, key: KEY });
  open.push(endpoint);
  const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  try {
    await expect(endpoint.json('models', CALL)).rejects.toMatchObject({
      code: 'unreachable',
      fault: 'unreached',
      message: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
    });
  } finally {
    if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    rmSync(folder, { recursive: true, force: true });
  }
});
