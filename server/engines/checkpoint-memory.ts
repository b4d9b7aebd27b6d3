/** Whether the memory suffices to load one more checkpoint. A rule of thumb over sizes of files. Knows no engine. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Weights are kept in 16 bits and computed with in 32, and a picture needs some memory beside them. */
const MEMORY_OVER_FILES = 3;

/** Whether a checkpoint needs more memory than is free now. A folder that cannot be read needs none: loading it says why. */
export function isMemoryShort(folder: string, freeBytes = process.availableMemory()): boolean {
  return weightFileBytes(folder) * MEMORY_OVER_FILES > freeBytes;
}

function weightFileBytes(folder: string): number {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.safetensors'))
      .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  } catch {
    return 0;
  }
}
