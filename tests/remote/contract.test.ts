/** The contract of an engine, over the one in this process and over another Palimpsest behind its own images API. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach } from 'vitest';
import { connectEngine, loadEngine } from '../../engine/index.ts';
import { needsFixtures, SMALL } from '../engine/fixtures.ts';
import { LiveServer } from '../server/live-server.ts';
import { contract } from './contract.ts';

beforeEach(needsFixtures);

contract('the embedded engine', async () => {
  const engine = await loadEngine({ modelDir: SMALL, device: 'cpu' });
  return { engine, end: () => engine.close() };
});

contract('another Palimpsest', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'palimpsest-elsewhere-'));
  const server = await LiveServer.start(
    dataDir,
    { CHECKPOINT_MS: '1000' },
    'tests/server/pageless-server.ts',
  );
  const engine = await connectEngine({ kind: 'openai', addresses: [`${server.url}/v1`] });
  const end = async () => {
    await engine.close();
    await server.kill();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { engine, end };
});
