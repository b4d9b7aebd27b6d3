/**
 * The heartbeat of the engine process, in a thread of its own: one byte a second on a pipe to the parent. Computing blocks the main
 * thread for as long as a unit of work takes, this one only stops when the whole process does. The byte is 1 where the main
 * thread's event loop has turned since the byte before, and 0 where it has not.
 */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { BEAT_MS, HEARTBEAT_FD } from './channel.ts';

/** Turns of the main thread's event loop. */
const turns = new Int32Array(workerData as SharedArrayBuffer);
let before = 0;

setInterval(() => {
  const now = Atomics.load(turns, 0);
  const byte = Uint8Array.of(now === before ? 0 : 1);
  before = now;
  try {
    writeSync(HEARTBEAT_FD, byte);
  } catch (error) {
    // A full pipe has a parent that does not read for a while; a broken one has none, so there is nobody to compute for.
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') process.kill(process.pid, 'SIGKILL');
  }
}, BEAT_MS);
