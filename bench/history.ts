/**
 * npm run bench -- history [--json] [--turns N] [--sessions N] [--samples N] [--folder DIR] [--routes-only]
 * How long listing, opening and searching take with a long history: in the database layer, and over HTTP from a whole
 * server. 95th percentiles. A folder that is named is written once and used again. `--routes-only` serves the API without
 * the pages, where there is no build of them.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '../db/folder/open-database.ts';
import { search } from '../db/search.ts';
import { listSessions } from '../db/sessions.ts';
import { snapshot } from '../server/views/views.ts';
import { startServer } from '../server.ts';
import { createdAtOf, OWNER, writeHistory } from './history-data.ts';

const QUERIES = [
  'fox',
  'ca',
  'red cat',
  'with hat',
  'a',
  'dragon night snow',
  'li',
  '猫',
  '红色的猫',
  'the',
  'umbrella',
  '城市',
];
const PAGE = 100;

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    json: { type: 'boolean' },
    turns: { type: 'string', default: '100000' },
    sessions: { type: 'string', default: '5000' },
    samples: { type: 'string', default: '200' },
    folder: { type: 'string' },
    'routes-only': { type: 'boolean' },
  },
});
const samples = Number(values.samples);
const sessionCount = Number(values.sessions);

/** Runs that fill the caches of a process that has just started. */
const WARM_UPS = 10;
/** Prime, so that sessions come in no order. */
const STRIDE = 7919;
/** Every so many runs open the longest session. */
const LONGEST_EVERY = 10;

async function p95(work: (index: number) => unknown): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < samples + WARM_UPS; index += 1) {
    const start = performance.now();
    await work(index);
    if (index >= WARM_UPS) times.push(performance.now() - start);
  }
  times.sort((one, other) => one - other);
  return Number(times[Math.ceil(times.length * 0.95) - 1]!.toFixed(2));
}

const sessionOf = (index: number) => (index % LONGEST_EVERY === 0 ? 0 : (index * STRIDE) % sessionCount);
const cursorOf = (index: number) => {
  const at = (index * STRIDE) % sessionCount;
  return { updatedAt: createdAtOf(at), id: `session-${at}` };
};
const queryOf = (index: number) => QUERIES[index % QUERIES.length]!;

async function measureDatabase(folder: string) {
  const db = openDatabase(folder);
  try {
    return {
      listP95Ms: await p95((index) =>
        listSessions(db, OWNER, { limit: PAGE, after: index % 2 ? cursorOf(index) : undefined }),
      ),
      openP95Ms: await p95((index) => snapshot(db, `session-${sessionOf(index)}`)),
      searchP95Ms: await p95((index) => search(db, OWNER, queryOf(index))),
    };
  } finally {
    db.close();
  }
}

async function measureServer(folder: string) {
  const server = await startServer({
    ...{
      host: '127.0.0.1',
      port: 0,
      device: 'cpu',
      logLevel: 'silent',
      dataDir: folder,
    },
    modelDir: join(import.meta.dirname, '../models/mini'),
    pages: !values['routes-only'],
  });
  const get = async (path: string) => {
    const response = await fetch(server.url + path);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  };
  try {
    await server.runtime.engines.running(server.runtime.engines.default)!.ready();
    const cursor = (index: number) => {
      const { updatedAt, id } = cursorOf(index);
      return index % 2 ? `&cursor=${updatedAt}.${id}` : '';
    };
    return {
      pageListP95Ms: await p95((index) => get(`/api/sessions?limit=${PAGE}${cursor(index)}`)),
      pageOpenP95Ms: await p95((index) => get(`/api/sessions/session-${sessionOf(index)}`)),
      pageSearchP95Ms: await p95((index) => get(`/api/search?q=${encodeURIComponent(queryOf(index))}`)),
      pageGalleryP95Ms: await p95((index) => get(`/api/pictures?limit=${PAGE}${cursor(index)}`)),
    };
  } finally {
    await server.close();
  }
}

const folder = values.folder ?? join(mkdtempSync(join(tmpdir(), 'palimpsest-history-')), 'data');
try {
  if (!existsSync(join(folder, 'palimpsest.sqlite')))
    writeHistory(folder, { sessions: sessionCount, turns: Number(values.turns), longest: 300 });
  const figures = { ...(await measureDatabase(folder)), ...(await measureServer(folder)) };
  if (values.json) console.log(JSON.stringify(figures));
  else {
    console.log(`${values.turns} turns in ${sessionCount} sessions; 95th percentiles of ${samples}\n`);
    for (const [name, ms] of Object.entries(figures)) console.log(`${name.padEnd(18)}${ms} ms`);
  }
} finally {
  if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
