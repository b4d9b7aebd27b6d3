/** A body that is refused before its end: the answer comes, and the connection serves the next request. */
import { Agent, request } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { serve } from './harness.ts';

interface Answer {
  status: number;
  text: string;
}

/** Requests over one connection that is kept. */
function connection(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return (method: string, path: string, body?: Buffer, headers: Record<string, string> = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const sent = request(`${url}${path}`, { agent, method, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({ status: response.statusCode!, text: Buffer.concat(parts).toString() }),
        );
      });
      sent.on('error', reject);
      sent.end(body);
    });
}

it.each([
  ['a bundle that is none', '/api/sessions/import', 'application/x-tar', 3_000_000, 400],
  ['JSON that is too long', '/api/sessions', 'application/json', 3_000_000, 413],
  ['a picture that is too large', '/api/sessions/SESSION/uploads', 'image/png', 51_000_000, 413],
] as const)('%s', async (_, path, type, bytes, status) => {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  const send = connection(client.url);
  for (let time = 0; time < 3; time += 1) {
    const answer = await send('POST', path.replace('SESSION', id), Buffer.alloc(bytes, 'x'), {
      'content-type': type,
    });
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([
      status,
      { error: { code: expect.any(String) } },
    ]);
    expect((await send('GET', `/api/sessions/${id}`)).status).toBe(200);
  }
});
