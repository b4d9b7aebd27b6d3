/**
 * `node bench/import-stall.ts [TURNS] [PICTURES]`: a bundle of that many turns and pictures is taken in by a whole server process
 * while another client asks for small things; prints how long it took, and how long the others and the event loop waited.
 */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import sharp from 'sharp';
import { MANIFEST } from '../db/bundle/bundle.ts';
import { TAR_END, tarHeader, tarPadding } from '../db/bundle/tar.ts';

const [turns = 50_000, pictures = 5_000] = process.argv.slice(2).map(Number);
const ROOT = resolve(import.meta.dirname, '..');
const SIDE = 64;

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Pictures of noise, all different, of some 12 kB. */
async function madePictures(): Promise<Map<string, Buffer>> {
  const made = new Map<string, Buffer>();
  while (made.size < pictures) {
    const raw = { width: SIDE, height: SIDE, channels: 3 } as const;
    const png = await sharp(randomBytes(SIDE * SIDE * 3), { raw })
      .png({ compressionLevel: 1 })
      .toBuffer();
    made.set(hashOf(png), png);
  }
  return new Map([...made].sort(([one], [other]) => (one < other ? -1 : 1)));
}

const RECIPE = {
  ...{ widthPx: SIDE, heightPx: SIDE, seed: 7, steps: 2, guidanceScale: 1.5, count: 1, layout: 'separate' },
  ...{ modelName: 'tiny', modelDigest: 'ab'.repeat(32) },
};

function manifestOf(files: ReadonlyMap<string, Buffer>): Buffer {
  const hashes = [...files.keys()];
  const at = Date.now() - 1_000_000;
  const made = Array.from({ length: turns }, (_, place) => {
    const pixels = hashes[place];
    return {
      ...{ position: place + 1, kind: 'generate', mode: 'new', state: 'active' },
      ...{ prompt: `a fox in the snow, number ${place}`, sentPrompt: null, recipe: RECIPE, replaces: null },
      ...{ createdAt: at + place, inputs: [] },
      pictures: pixels
        ? [
            {
              ...{ index: 0, version: place + 1, pixels, latent: null, prior: null, original: null },
              ...{ widthPx: SIDE, heightPx: SIDE, drift: null, createdAt: at + place },
            },
          ]
        : [],
      run: pixels
        ? {
            ...{ state: 'done', attempt: 1, errorCode: null, errorMessage: null },
            ...{ elapsedMs: { prior: 10, denoise: 20, vae: 3 }, createdAt: at + place },
          }
        : null,
    };
  });
  const operations = made.slice(0, pictures).map(({ position, createdAt }) => ({
    ...{ kind: 'turn', turn: position, batch: position, position, at: createdAt },
    changes: [
      { field: 'headPictureId', before: position === 1 ? null : [position - 1, 0], after: [position, 0] },
    ],
  }));
  const manifest = {
    ...{ format: 'palimpsest.session', version: 2 },
    session: {
      ...{ title: 'a long session', seed: 'ab', createdAt: at, updatedAt: at, archivedAt: null },
      ...{
        head: pictures > 0 ? [pictures, 0] : null,
        lastPosition: turns,
        lastVersion: Math.max(pictures, 1),
      },
    },
    ...{ turns: made, operations },
    blobs: [...files].map(([sha256, { length }]) => ({ sha256, sizeBytes: length, mediaType: 'image/png' })),
  };
  return Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
}

function* bundleOf(files: ReadonlyMap<string, Buffer>): Generator<Uint8Array> {
  const json = manifestOf(files);
  for (const [name, bytes] of [
    [MANIFEST, json] as const,
    ...[...files].map(([hash, png]) => [`blobs/${hash}`, png] as const),
  ]) {
    yield tarHeader(name, bytes.length);
    yield bytes;
    yield tarPadding(bytes.length);
  }
  yield TAR_END;
}

const room = mkdtempSync(join(tmpdir(), 'palimpsest-import-'));
const file = join(room, 'bundle.tar');
await pipeline(Readable.from(bundleOf(await madePictures())), createWriteStream(file));

const server = spawn(
  process.execPath,
  [
    ...(process.env.PROF ? ['--cpu-prof', '--cpu-prof-dir=/tmp/trust-prof'] : []),
    join(ROOT, 'tests/server/pageless-server.ts'),
  ],
  {
    cwd: ROOT,
    env: {
      ...process.env,
      PORT: '0',
      PALIMPSEST_DATA: join(room, 'data'),
      PALIMPSEST_MODEL: join(ROOT, 'models/mini'),
      PALIMPSEST_LOG: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
let url = '';
for await (const line of createInterface({ input: server.stdout })) {
  url = /is at (http:\S+)/.exec(line)?.[1] ?? '';
  if (url) break;
}
while ((await fetch(`${url}/api/health`)).status !== 200) await new Promise((done) => setTimeout(done, 200));

const metric = async (name: string): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
};
await metric('nodejs_eventloop_lag_max_seconds');
const cpuBefore = await metric('process_cpu_seconds_total');

const waits: number[] = [];
let isOver = false;
const others = (async () => {
  while (!isOver) {
    const from = performance.now();
    await (await fetch(`${url}/api/sessions?limit=10`)).text();
    waits.push(performance.now() - from);
    await new Promise((done) => setTimeout(done, 10));
  }
})();
const from = performance.now();
// Node's fetch waits five minutes for an answer, which a busy machine may need.
const sent = request(`${url}/api/sessions/import`, {
  method: 'POST',
  headers: { 'content-type': 'application/x-tar' },
});
createReadStream(file).pipe(sent);
const [answer] = (await once(sent, 'response')) as [IncomingMessage];
const text = Buffer.concat(await Array.fromAsync(answer as AsyncIterable<Buffer>)).toString();
const seconds = (performance.now() - from) / 1000;
isOver = true;
await others;
waits.sort((one, other) => one - other);
const at = (share: number) =>
  Math.round(waits[Math.min(waits.length - 1, Math.floor(share * waits.length))]!);
const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
console.log(
  JSON.stringify({
    ...{ turns, pictures, status: answer.statusCode, seconds: Number(seconds.toFixed(1)) },
    ...{ others: waits.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) },
    maxStallMs: Math.round((await metric('nodejs_eventloop_lag_max_seconds')) * 1000),
    cpuSeconds: Number(((await metric('process_cpu_seconds_total')) - cpuBefore).toFixed(1)),
    peakMb: Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024),
  }),
);
if (answer.statusCode !== 201) console.error(text.slice(0, 500));
server.kill();
if (!process.env.KEEP) rmSync(room, { recursive: true, force: true });
