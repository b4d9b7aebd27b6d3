/**
 * The faulty engine, which waits after an event for as long as a file that names its type lies beside its model: what a test does
 * meanwhile happens within one unit.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine, EngineEvent, EngineOptions } from '../../engine/index.ts';
import { loadEngine as loadFaultyEngine } from './faulty-engine.ts';

type EventType = EngineEvent['type'];

const POLL_MS = 5;

export const HELD_ENGINE = import.meta.filename;
const heldFile = (modelDir: string, after: EventType) => join(modelDir, `held-after-${after}`);

/** Lets the engine of a folder wait after events of a type; the answer lets it go on. */
export function hold(modelDir: string, after: EventType): () => void {
  const file = heldFile(modelDir, after);
  writeFileSync(file, '');
  return () => rmSync(file);
}

export async function loadEngine(options: EngineOptions): Promise<Engine> {
  const tiny = await loadFaultyEngine(options);
  return {
    ...tiny,
    generate: async function* (request, asked) {
      for await (const event of tiny.generate(request, asked)) {
        yield event;
        while (existsSync(heldFile(options.modelDir, event.type))) await sleep(POLL_MS);
      }
    },
  };
}
