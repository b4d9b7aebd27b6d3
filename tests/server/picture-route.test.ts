/** The bytes of a picture are read only for those who read them. */
import { readdirSync, readlinkSync } from 'node:fs';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { createApp } from '../../server/http/app.ts';
import type { TurnView } from '../../studio/protocol.ts';
import { type Client, serve } from './harness.ts';

const HANDLES = '/proc/self/fd';

/** How many handles this process has on files of this name. */
function handlesOn(name: string): number {
  return readdirSync(HANDLES).filter((handle) => {
    try {
      return readlinkSync(`${HANDLES}/${handle}`).endsWith(name);
    } catch {
      // Closed since the folder was read.
      return false;
    }
  }).length;
}

async function uploaded(client: Client): Promise<string> {
  const { id } = await client.newSession();
  const noise = { type: 'gaussian', mean: 128, sigma: 50 } as const;
  const file = await sharp({ create: { width: 512, height: 512, channels: 3, background: '#000', noise } })
    .png()
    .toBuffer();
  const { body } = await client.call<{ turn: TurnView }>('POST', `/api/sessions/${id}/uploads`, file);
  return body.turn.pictures[0]!.hash;
}

test.skipIf(process.platform !== 'linux')(
  'the head of a picture opens no file, and one left unread none that stays open',
  async () => {
    const client = await serve();
    const hash = await uploaded(client);
    const url = `${client.server.url}/images/${hash}`;
    const app = createApp(client.runtime);
    const ask = async (method: string) => app.request(url, { method });
    for (const method of ['HEAD', 'GET']) {
      const left = await Promise.all(Array.from({ length: 20 }, () => ask(method)));
      expect(left.every(({ status }) => status === 200)).toBe(true);
      expect(Number(left[0]!.headers.get('content-length'))).toBeGreaterThan(500_000);
      // Read to its end meanwhile, one of those before it would be open by now.
      const { byteLength } = await (await fetch(url)).arrayBuffer();
      expect(byteLength).toBe(Number(left[0]!.headers.get('content-length')));
      await expect.poll(() => handlesOn(hash.slice(2))).toBe(0);
    }
    const stopped = (await ask('GET')).body!.getReader();
    expect((await stopped.read()).value!.byteLength).toBeGreaterThan(0);
    expect(handlesOn(hash.slice(2))).toBe(1);
    await stopped.cancel();
    await expect.poll(() => handlesOn(hash.slice(2))).toBe(0);
  },
);
