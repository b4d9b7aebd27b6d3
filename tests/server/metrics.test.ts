/** What an operator reads at `/metrics`, of a real server with a real engine. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LiveServer, QUICK } from './live-server.ts';

let server: LiveServer;
beforeAll(async () => {
  server = await LiveServer.start(mkdtempSync(join(tmpdir(), 'palimpsest-metrics-')));
});
afterAll(() => server?.kill());

/** The value of each line, by name and labels. */
async function figures(): Promise<Map<string, number>> {
  const response = await fetch(`${server.url}/metrics`);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

test('jobs, stages, pictures, caches and the process are counted', async () => {
  const before = await figures();
  expect(before.get('palimpsest_engine_ready')).toBe(1);
  expect(before.get('palimpsest_pictures_total')).toBe(0);
  expect(before.get('process_resident_memory_bytes')).toBeGreaterThan(0);

  const { id } = await server.newSession();
  for (const [prompt, mode] of [
    ['a fox', 'new'],
    ['make it night', 'edit'],
    ['add a boat', 'edit'],
  ] as const) {
    const { turn } = (await server.turn(id, { prompt, mode, options: QUICK })).body;
    await server.finished(id, turn.id);
  }
  const { turn, job } = (await server.turn(id, { prompt: 'a cat', mode: 'new', options: { steps: 1000 } }))
    .body;
  await server.working(id, turn.id);
  expect((await figures()).get('palimpsest_jobs{state="running"}')).toBe(1);
  await server.call('POST', `/api/jobs/${job.id}/cancel`, {});
  await server.finished(id, turn.id);

  const after = await figures();
  expect(after.get('palimpsest_jobs_total{outcome="done"}')).toBe(3);
  expect(after.get('palimpsest_jobs_total{outcome="cancelled"}')).toBe(1);
  expect(after.get('palimpsest_pictures_total')).toBe(3);
  expect(after.get('palimpsest_stage_seconds_count{stage="denoise"}')).toBe(3);
  expect(after.get('palimpsest_stage_seconds_sum{stage="denoise"}')).toBeGreaterThan(0);
  expect(after.get('palimpsest_jobs{state="running"}')).toBeUndefined();
  const hits = [...after].filter(([name]) => /^palimpsest_cache_lookups_total\{.*result="hit"/.test(name));
  expect(hits.length).toBeGreaterThan(0);
  expect(hits.every(([, count]) => count > 0)).toBe(true);
  const saved = [...after].filter(([name]) => name.startsWith('palimpsest_cache_saved_seconds_total'));
  expect(saved.some(([, seconds]) => seconds > 0)).toBe(true);
});
