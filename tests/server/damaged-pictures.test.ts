/** Bytes that are not what their name says are never handed out as good ones, and one lost file costs no more than itself. */

import { execFile } from 'node:child_process';
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { runDataCommand } from '../../command/data-commands.ts';
import { saveCheckpoint } from '../../server/queue/save-checkpoint.ts';
import type { SessionView, TurnView } from '../../studio/protocol.ts';
import { type Client, freshFolders, QUICK, serve } from './harness.ts';

interface Drawn {
  client: Client;
  dataDir: string;
  id: string;
  turns: TurnView[];
}

/** A server over a session of a picture and an edit of it. */
async function drawn(): Promise<Drawn> {
  const { dataDir } = freshFolders();
  const client = await (await serve({ dataDir })).ready();
  const { id } = await client.newSession();
  await client.turn(id, { prompt: 'a fox', options: QUICK });
  await client.turn(id, { prompt: 'at night', mode: 'edit', options: QUICK });
  await client.untilEnds(id, 2);
  return { client, dataDir, id, turns: (await client.open(id)).turns };
}

const fileOf = (dataDir: string, hash: string) => join(dataDir, 'blobs', hash.slice(0, 2), hash.slice(2));

function flip(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(file, bytes);
}

const DAMAGES: [string, (file: string) => void, string][] = [
  ['with one bit flipped', flip, 'blob_damaged'],
  ['cut short', (file) => truncateSync(file, 100), 'blob_damaged'],
  ['gone', (file) => rmSync(file), 'blob_missing'],
];

test.each(DAMAGES)(
  'a picture %s is refused by a code, as itself and as an input',
  async (_, damage, code) => {
    const { client, dataDir, id, turns } = await drawn();
    const [{ id: pictureId, hash } = { id: '', hash: '' }] = turns[0]!.pictures;
    const whole = await client.picture(hash);
    expect(whole.headers.get('cache-control')).toContain('immutable');
    const bytes = readFileSync(fileOf(dataDir, hash));
    damage(fileOf(dataDir, hash));
    for (const query of ['', '?download=fox.png']) {
      const served = await fetch(`${client.server.url}/images/${hash}${query}`);
      expect(served.headers.get('cache-control')).toBe('no-store');
      const text = await served.text();
      expect(text).not.toContain(dataDir);
      if (code === 'blob_damaged') {
        expect(served.status).toBe(410);
        expect(JSON.parse(text)).toMatchObject({ error: { code, params: { sha256: hash } } });
      } else expect(served.status).toBeGreaterThanOrEqual(400);
    }
    const inputs = [{ pictureId, role: 'target' as const }];
    await client.turn(id, { prompt: 'x', mode: 'edit', options: QUICK, inputs });
    await client.untilEnds(id, 3);
    const error = (await client.open(id)).turns[2]!.job!.error!;
    expect(error.code).toBe(code);
    expect(error.message).not.toContain(dataDir);
    // Whoever puts the file back has nothing else to do.
    writeFileSync(fileOf(dataDir, hash), bytes);
    expect(Buffer.compare((await client.picture(hash)).bytes, bytes)).toBe(0);
  },
);

test.each(DAMAGES)('a session with a picture %s goes out without it, and says which', async (_, damage) => {
  const { client, dataDir, id, turns } = await drawn();
  damage(fileOf(dataDir, turns[0]!.pictures[0]!.hash));
  const response = await fetch(`${client.server.url}/api/sessions/${id}/export`);
  expect([response.status, response.headers.get('palimpsest-left-out')]).toEqual([200, 'v1']);
  expect(response.headers.get('content-disposition')).toContain('(without v1).palimpsest');
  const bundle = Buffer.from(await response.arrayBuffer());
  const file = `${dataDir}.palimpsest`;
  writeFileSync(file, bundle);
  const { stdout } = await promisify(execFile)('tar', ['-xOf', file, 'session.json']);
  expect(JSON.parse(stdout).leftOut).toEqual([{ version: 1, part: 'pixels' }]);
  const taken = await client.call<{ session: SessionView }>('POST', '/api/sessions/import', bundle);
  expect(taken.status).toBe(201);
  const [first, second] = (await client.open(taken.body.session.id)).turns;
  expect([first!.prompt, first!.pictures]).toEqual(['a fox', []]);
  expect(second!.pictures.map(({ hash, version }) => [hash, version])).toEqual([
    [turns[1]!.pictures[0]!.hash, 2],
  ]);
});

test.each(DAMAGES)('a run whose checkpoint is %s begins anew', async (_, damage) => {
  const { dataDir } = freshFolders();
  const client = await (await serve({ dataDir })).ready();
  const { id } = await client.newSession();
  await client.call('POST', '/api/queue', { paused: true });
  const { body } = await client.turn(id, { options: QUICK });
  await saveCheckpoint(client.runtime, body.job.id, Buffer.alloc(1_000, 'state'));
  const [row] = client.runtime.db.orm.all<{ hash: string }>('SELECT checkpoint_blob AS hash FROM jobs');
  damage(fileOf(dataDir, row!.hash));
  await client.call('POST', '/api/queue', { paused: false });
  expect((await client.finished(id, body.turn.id)).job.state).toBe('done');
});

test('damaged latents and prior tokens cost no picture', async () => {
  const { client, dataDir, id, turns } = await drawn();
  const rows = client.runtime.db.orm.all<{ latent: string; prior: string }>(
    `SELECT latent_blob AS latent, prior_blob AS prior FROM pictures ORDER BY version`,
  );
  flip(fileOf(dataDir, rows[0]!.latent));
  rmSync(fileOf(dataDir, rows[1]!.prior));
  const response = await fetch(`${client.server.url}/api/sessions/${id}/export`);
  expect(response.headers.get('palimpsest-left-out')).toBe('v1 (latents), v2 (prior tokens)');
  const bundle = new Uint8Array(await response.arrayBuffer());
  const taken = await client.call<{ session: SessionView }>('POST', '/api/sessions/import', bundle);
  const copy = await client.open(taken.body.session.id);
  expect(copy.turns.map(({ pictures }) => pictures[0]!.hash)).toEqual(
    turns.map(({ pictures }) => pictures[0]!.hash),
  );
});

test('fsck finds a cut file by its size alone, and the repair moves it aside; export names what it left out', async () => {
  const { client, dataDir, id, turns } = await drawn();
  await client.close();
  const file = fileOf(dataDir, turns[0]!.pictures[0]!.hash);
  truncateSync(file, 100);
  const lines: string[] = [];
  const spy = vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(String(line)));
  try {
    expect(await runDataCommand('fsck', [], { data: dataDir })).toBe(1);
    expect(lines.join('\n')).toContain(basename(file));
    const output = `${dataDir}.palimpsest`;
    expect(await runDataCommand('export', [id], { data: dataDir, output })).toBe(1);
    expect(lines.join('\n')).toContain('v1');
    expect(await runDataCommand('fsck', [], { data: dataDir, repair: true })).toBe(1);
  } finally {
    spy.mockRestore();
  }
  expect(() => readFileSync(file)).toThrow('ENOENT');
  expect(readFileSync(join(dataDir, 'quarantine/manifest.jsonl'), 'utf8')).toContain('"why":"damaged"');
});
