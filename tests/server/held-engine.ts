/**
 * The tiny engine, which stops after its first event and waits for as long as a file named `held` lies beside its model: what
 * a test does meanwhile happens within one unit.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine, EngineOptions } from '../../engine/index.ts';
import { loadEngine as loadTinyEngine } from './tiny-engine.ts';

const POLL_MS = 5;

export const HELD_ENGINE = import.meta.filename;
export const hold = (modelDir: string): void => writeFileSync(join(modelDir, 'held'), '');
export const release = (modelDir: string): void => rmSync(join(modelDir, 'held'));

export async function loadEngine(options: EngineOptions): Promise<Engine> {
  const tiny = await loadTinyEngine(options);
  const held = join(options.modelDir, 'held');
  return {
    ...tiny,
    generate: async function* (request, asked) {
      for await (const event of tiny.generate(request, asked)) {
        yield event;
        while (existsSync(held)) await sleep(POLL_MS);
      }
    },
  };
}
