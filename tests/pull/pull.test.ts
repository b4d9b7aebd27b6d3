/** A checkpoint from a server that speaks the hub's API: whole, after breaks and silences, and never with other bytes than its hashes say. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { type PullOptions, pull } from '../../command/pull/pull.ts';
import { isSafe, isWanted } from '../../command/pull/source.ts';
import { SMALL } from '../engine/fixtures.ts';
import { smallDisk } from '../server/small-disk.ts';
import { COMMIT, type Faults, startHub } from './hub-server.ts';

const NAME = 'zai-org/GLM-Image';
const root = mkdtempSync(join(tmpdir(), 'palimpsest-pull-'));
afterAll(() => rmSync(root, { recursive: true }));

async function hub(faults: Faults = {}) {
  const server = await startHub(NAME, SMALL, faults);
  onTestFinished(() => server.close());
  return server;
}

const lines: string[] = [];
const fetchFrom = (from: string, output: string, changes: Partial<PullOptions> = {}) =>
  pull({ name: NAME, from, output, retryMs: 1, print: (line) => lines.push(line), ...changes });

/** Wanted files with their bytes. */
const filesOf = (folder: string): Record<string, Buffer> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => isWanted(path) && statSync(join(folder, path)).isFile())
      .sort()
      .map((path) => [path, readFileSync(join(folder, path))]),
  );

const fresh = () => join(mkdtempSync(join(root, 'to-')), 'model');

test('brings every file, says the licence and what fits, and fetches nothing twice', async () => {
  const { url, reads } = await hub();
  const output = fresh();
  await fetchFrom(url, output);
  expect(filesOf(output)).toEqual(filesOf(SMALL));
  expect(lines.join('\n')).toMatch(
    new RegExp(`${COMMIT}[^]*Licence: mit[^]*is complete[^]*fits into the memory`),
  );
  const count = reads.length;
  await fetchFrom(url, output);
  expect(reads).toHaveLength(count);
});

test('goes on after cuts and silences from where it was', async () => {
  const { url, reads } = await hub({ cut: { after: 1000, times: 5 }, stall: { after: 500, times: 2 } });
  const output = fresh();
  await fetchFrom(url, output, { stallMs: 2_000 });
  expect(filesOf(output)).toEqual(filesOf(SMALL));
  expect(reads.some(({ from }) => from > 0)).toBe(true);
});

test('goes on after a kill: a part is kept, a damaged file comes again', async () => {
  const { url, reads } = await hub();
  const output = fresh();
  const [path, bytes] = Object.entries(filesOf(SMALL)).find(([name]) => name.endsWith('.safetensors'))!;
  mkdirSync(dirname(join(output, path)), { recursive: true });
  writeFileSync(join(output, `${path}.part`), bytes.subarray(0, 777));
  await fetchFrom(url, output);
  expect(reads.find((read) => read.path === path)).toEqual({ path, from: 777 });
  appendFileSync(join(output, path), 'x');
  await fetchFrom(url, output);
  expect(filesOf(output)).toEqual(filesOf(SMALL));
});

test('a lie once is fetched again, a lie twice is refused and leaves no file', async () => {
  const path = /transformer\/.*safetensors$/;
  const once = await hub({ lie: { path, times: 1 } });
  const output = fresh();
  await fetchFrom(once.url, output);
  expect(filesOf(output)).toEqual(filesOf(SMALL));
  const always = await hub({ lie: { path, times: 9 } });
  const refused = fresh();
  await expect(fetchFrom(always.url, refused)).rejects.toThrow(
    /other bytes than its hash says.*another mirror/,
  );
  const made = readdirSync(refused, { recursive: true, encoding: 'utf8' });
  expect(made.filter((name) => path.test(name))).toEqual([]);
});

test('a server that never gets on is given up with what to do', async () => {
  const { url } = await hub({ cut: { after: 0, times: 1e6 } });
  await expect(fetchFrom(url, fresh())).rejects.toThrow(/stopped at 0 of .* Run the same command again/);
  const longer = await hub({ moreBytes: 5 });
  await expect(fetchFrom(longer.url, fresh())).rejects.toThrow(/Run the same command again|hash/);
});

test('a listed path outside of the folder is refused before anything is written', async () => {
  const { url } = await hub({ extra: [{ path: 'vae/../../../stolen.json', size: 1 }] });
  const output = fresh();
  await expect(fetchFrom(url, output)).rejects.toThrow(/outside of the model's folder/);
  expect(existsSync(output)).toBe(false);
  for (const path of ['/etc/x', 'vae/../x', 'vae\\x', 'C:/x', 'vae//x']) expect(isSafe(path)).toBe(false);
});

test.each([
  [401, /HF_TOKEN/],
  [404, /has no model/],
  [500, /status 500/],
])('status %i is said in words', async (status, words) => {
  const { url } = await hub({ status });
  await expect(fetchFrom(url, fresh())).rejects.toThrow(words);
});

test('without a network a mirror or a folder is advised, and a folder is taken', async () => {
  const server = await startHub(NAME, SMALL);
  await server.close();
  await expect(fetchFrom(server.url, fresh())).rejects.toThrow(
    /cannot be reached \(ECONNREFUSED\).*--from DIR/,
  );
  const output = fresh();
  await fetchFrom(SMALL, output);
  expect(filesOf(output)).toEqual(filesOf(SMALL));
});

test('a disk without the room is refused before anything is written', async () => {
  const disk = smallDisk('size=4m');
  if (!disk) return;
  const { url } = await hub();
  await expect(fetchFrom(url, join(disk, 'model'))).rejects.toThrow(/free\. Free some/);
  expect(readdirSync(disk)).toEqual([]);
});
