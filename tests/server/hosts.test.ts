/** Under which names a server answers, and what a request of another kind does to it. */
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { isOwnHost } from '../../server/http/hosts.ts';
import { serve } from './harness.ts';

it('knows addresses, names of a local network, and those that it was told', () => {
  const ours = ['127.0.0.1:3000', '[::1]:3000', '192.168.1.4', 'localhost:3000', 'nas', 'nas.local:80'];
  for (const host of [undefined, ...ours, 'studio.example'])
    expect(isOwnHost(host, ['studio.example']), host).toBe(true);
  for (const host of ['evil.example:3000', '127.0.0.1.evil.example', 'local.evil.example', '', 'a b'])
    expect(isOwnHost(host, ['studio.example']), host).toBe(false);
});

/** The status that a request under a name gets. */
async function statusUnder(url: string, host: string): Promise<number> {
  const sent = request(`${url}/api/sessions`, { headers: { host } }).end();
  const [response] = await once(sent, 'response');
  response.resume();
  return response.statusCode;
}

it('refuses a page whose name was pointed here, reading and subscribing alike', async () => {
  const { server } = await serve({ hosts: ['studio.example'] });
  expect(await statusUnder(server.url, 'evil.example')).toBe(421);
  expect(await statusUnder(server.url, 'studio.example')).toBe(200);
  expect(await upgrade(server.url, '/api/events', 'evil.example')).toBe('');
  expect(await upgrade(server.url, '/api/events', 'studio.example')).toMatch(/^HTTP\/1.1 101/);
});

it('outlives an upgrade of no address', async () => {
  const client = await serve();
  expect(await upgrade(client.server.url, '//', 'localhost')).toBe('');
  expect((await client.call('GET', '/api/sessions')).status).toBe(200);
});

/** What the server answers first, or nothing where it hangs up. */
async function upgrade(url: string, path: string, host: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const key = Buffer.from('sixteen bytes ok').toString('base64');
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  );
  const [first] = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
  socket.destroy();
  return Buffer.isBuffer(first) ? first.toString() : '';
}
