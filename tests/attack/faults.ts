/**
 * Faults of the machine under a server that is in use: a disk that is full, read-only or failing, a database that is damaged or
 * gone, bytes that flip, an engine that stands still, few file descriptors, little memory, a clock that leaps. Each on a data folder
 * of its own; in the end all that was stored is there and is what it was.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Findings } from './findings.ts';
import { checkBytes } from './kills.ts';
import { type Harm, QUICK, ROOT, Target, until } from './target.ts';

interface Stored {
  sessionId: string;
  hashes: string[];
}

type Fault = (room: string, findings: Findings) => Promise<void>;

export const FAULTS: Record<string, Fault> = {
  'a full disk': (room, findings) => onDisk(room, 'size=16m', findings, fillUp),
  'a read-only disk': (room, findings) => onDisk(room, 'size=64m', findings, makeReadOnly),
  'a failing disk': failingDisk,
  'a damaged database': (room, findings) =>
    broken(room, findings, (file) => {
      const bytes = readFileSync(file);
      for (let at = 3 * 4_096; at + 4_096 <= bytes.length; at += 5 * 4_096) bytes.fill(0x5a, at, at + 4_096);
      writeFileSync(file, bytes);
    }),
  'a lost database': (room, findings) => broken(room, findings, (file) => rmSync(file)),
  'a database that goes while it is used': deletedUnderneath,
  'flipped bytes': flipped,
  'an engine that stands still': standingStill,
  'few file descriptors': (room, findings) => harmed(room, findings, { shell: 'ulimit -n 160;' }, 40),
  'little memory': (room, findings) => harmed(room, findings, { node: ['--max-old-space-size=160'] }, 40),
  'a clock that leaps': (room, findings) =>
    harmed(room, findings, { node: ['--import', join(import.meta.dirname, 'wrong-clock.mjs')] }, 20),
};

/** Plays a fault. Answers why it could not be played here, where it could not. */
export async function playFault(name: string, findings: Findings): Promise<string | undefined> {
  const room = mkdtempSync(join(tmpdir(), 'palimpsest-fault-'));
  try {
    await FAULTS[name]!(room, findings);
    return undefined;
  } catch (error) {
    if (error instanceof Unplayable) return error.message;
    throw error;
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

class Unplayable extends Error {}

/** A server over a folder, with an upload and a drawn picture in it. */
async function used(
  dataDir: string,
  findings: Findings,
  harm: Harm = {},
): Promise<{ target: Target } & Stored> {
  const target = await Target.ready(dataDir, findings, harm);
  return { target, ...(await store(target, findings)) };
}

async function store(target: Target, findings: Findings): Promise<Stored> {
  const { body } = await target.json<{ session: { id: string } }>('POST', '/api/sessions', {});
  const sessionId = body.session.id;
  const raw = { create: { width: 64, height: 64, channels: 3, background: '#3a6' } } as const;
  findings.inputs += 2;
  await target.json(
    'POST',
    `/api/sessions/${sessionId}/uploads`,
    (await sharp(raw).png().toBuffer()) as Buffer<ArrayBuffer>,
  );
  await target.json('POST', `/api/sessions/${sessionId}/turns`, {
    prompt: 'a fox',
    mode: 'new',
    options: QUICK,
  });
  await until('a picture', 300_000, async () => (await hashesOf(target, sessionId)).length === 2);
  // Labels are written a second later.
  await new Promise((done) => setTimeout(done, 2_500));
  return { sessionId, hashes: await hashesOf(target, sessionId) };
}

async function hashesOf(target: Target, sessionId: string): Promise<string[]> {
  const { body } = await target.json<{ turns?: { pictures: { hash: string }[] }[] }>(
    'GET',
    `/api/sessions/${sessionId}`,
  );
  return (body.turns ?? []).flatMap(({ pictures }) => pictures.map(({ hash }) => hash));
}

/** All that was stored, by a server without any fault. */
async function checkAfter(dataDir: string, { sessionId, hashes }: Stored, findings: Findings): Promise<void> {
  const target = await Target.ready(dataDir, findings);
  const there = await hashesOf(target, sessionId);
  findings.lostPictures += hashes.filter((hash) => !there.includes(hash)).length;
  await checkBytes(target, hashes, findings);
  await target.kill('server', 'SIGTERM');
}

async function onDisk(
  room: string,
  options: string,
  findings: Findings,
  harm: (target: Target, folder: string, stored: Stored) => Promise<void>,
): Promise<void> {
  const disk = join(room, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    throw new Unplayable('no file system can be mounted here');
  }
  try {
    const dataDir = join(disk, 'data');
    const { target, ...stored } = await used(dataDir, findings);
    await harm(target, disk, stored);
    await target.kill('server');
    execFileSync('mount', ['-o', 'remount,rw,size=128m', disk]);
    await checkAfter(dataDir, stored, findings);
  } finally {
    execFileSync('umount', ['-l', disk]);
  }
}

async function fillUp(target: Target, folder: string, stored: Stored): Promise<void> {
  spawnSync('dd', ['if=/dev/zero', `of=${join(folder, 'filler')}`, 'bs=64k'], { stdio: 'ignore' });
  await tryAll(target, stored, 10);
  rmSync(join(folder, 'filler'));
}

async function makeReadOnly(target: Target, folder: string, stored: Stored): Promise<void> {
  execFileSync('mount', ['-o', 'remount,ro', folder]);
  await tryAll(target, stored, 10);
}

/** Writes and reads; what cannot be stored is refused by name. */
async function tryAll(target: Target, { sessionId, hashes }: Stored, count: number): Promise<void> {
  const raw = {
    create: { width: 200, height: 200, channels: 3, noise: { type: 'gaussian', mean: 128, sigma: 60 } },
  } as const;
  const file = (await sharp({ ...raw, create: { ...raw.create, background: '#000' } })
    .png()
    .toBuffer()) as Buffer<ArrayBuffer>;
  for (let time = 0; time < count; time += 1) {
    await target.json('POST', `/api/sessions/${sessionId}/uploads`, file);
    await target.json('POST', `/api/sessions/${sessionId}/turns`, {
      prompt: `${time}`,
      mode: 'new',
      options: QUICK,
    });
    await target.get(`/images/${hashes[time % hashes.length]}?time=${time}`);
    await target.json('PATCH', `/api/sessions/${sessionId}`, { title: `time ${time}` });
  }
}

async function failingDisk(room: string, findings: Findings): Promise<void> {
  const shim = join(room, 'failing-disk.so');
  const built = spawnSync(
    'gcc',
    ['-shared', '-fPIC', '-o', shim, join(import.meta.dirname, 'failing-disk.c'), '-ldl'],
    { stdio: 'ignore' },
  );
  if (built.status !== 0) throw new Unplayable('there is no compiler here');
  const dataDir = join(room, 'data');
  const { target, ...stored } = await used(dataDir, findings);
  await target.kill('server');
  const harm = { env: { LD_PRELOAD: shim, ATTACK_FOLDER: dataDir, ATTACK_EVERY: '37' } };
  const harmed = await Target.start(dataDir, findings, harm);
  // A disk may fail at the very first write; then the start says so.
  if (harmed instanceof Target) {
    await tryAll(harmed, stored, 30);
    await harmed.kill('server');
  }
  await checkAfter(dataDir, stored, findings);
}

/** The server refuses the folder and says what to do; doing that brings back all that was stored. */
async function broken(room: string, findings: Findings, harm: (file: string) => void): Promise<void> {
  const dataDir = join(room, 'data');
  const { target, ...stored } = await used(dataDir, findings);
  await target.kill('server', 'SIGTERM');
  harm(join(dataDir, 'palimpsest.sqlite'));
  const refused = await Target.start(dataDir, findings);
  if (refused instanceof Target) {
    // Nobody noticed: the worst of all.
    findings.wrongBytes += 1;
    await refused.kill('server');
    return;
  }
  if (!refused.said.includes('fsck --repair')) findings.serverErrors += 1;
  repair(dataDir);
  await checkAfter(dataDir, stored, findings);
}

function repair(dataDir: string): void {
  spawnSync(process.execPath, [join(ROOT, 'cli.ts'), 'fsck', '--repair', '--data', dataDir], {
    stdio: 'ignore',
  });
}

async function deletedUnderneath(room: string, findings: Findings): Promise<void> {
  const dataDir = join(room, 'data');
  const { target, ...stored } = await used(dataDir, findings);
  rmSync(join(dataDir, 'palimpsest.sqlite'));
  const { status } = await target.json('POST', '/api/sessions', {});
  if (status !== 503) findings.wrongBytes += 1;
  await target.kill('server');
  repair(dataDir);
  await checkAfter(dataDir, stored, findings);
}

async function flipped(room: string, findings: Findings): Promise<void> {
  const dataDir = join(room, 'data');
  const { target, ...stored } = await used(dataDir, findings);
  const [hash] = stored.hashes;
  const file = join(dataDir, 'blobs', hash!.slice(0, 2), hash!.slice(2));
  const good = readFileSync(file);
  for (let time = 0; time < 20; time += 1) {
    const bytes = Buffer.from(good);
    bytes[(time * 97) % bytes.length]! ^= 1 << (time % 8);
    writeFileSync(file, bytes);
    findings.inputs += 1;
    if ((await target.get(`/images/${hash}`)).status === 200) findings.wrongBytes += 1;
  }
  writeFileSync(file, good);
  await target.kill('server', 'SIGTERM');
  await checkAfter(dataDir, stored, findings);
}

async function standingStill(room: string, findings: Findings): Promise<void> {
  const dataDir = join(room, 'data');
  const { target, ...stored } = await used(dataDir, findings);
  const engines = target.engines();
  await target.kill('engine', 'SIGSTOP');
  const { body } = await target.json<{ turn: { id: string } }>(
    'POST',
    `/api/sessions/${stored.sessionId}/turns`,
    {
      ...{ prompt: 'a fox', mode: 'new', options: { ...QUICK, seed: 3 } },
    },
  );
  try {
    await until('another engine', 240_000, async () => {
      const session = await target.json<{ turns: { id: string; job: { state: string } | null }[] }>(
        'GET',
        `/api/sessions/${stored.sessionId}`,
      );
      return session.body.turns.find(({ id }) => id === body.turn.id)?.job?.state === 'done';
    });
  } catch {
    findings.hangs += 1;
    for (const pid of engines) process.kill(pid, 'SIGCONT');
  }
  await target.kill('server', 'SIGTERM');
  await checkAfter(dataDir, stored, findings);
}

async function harmed(room: string, findings: Findings, harm: Harm, count: number): Promise<void> {
  const dataDir = join(room, 'data');
  const { target, ...stored } = await used(dataDir, findings, harm);
  await Promise.all(Array.from({ length: 8 }, () => tryAll(target, stored, Math.ceil(count / 8))));
  await target.kill('server', 'SIGTERM');
  await checkAfter(dataDir, stored, findings);
}
