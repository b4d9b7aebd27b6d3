/** Pictures that the next turn most likely reads, read by the engine while the user types. Knows no table. */
import type { Logger } from 'pino';
import type { Engine, MadePicture } from '../../engine/index.ts';

interface Parts {
  engine: Engine;
  log: Logger;
}

/** Lets the engine read pictures in the background. Throws nothing: where it fails, the next turn reads its pictures itself. */
export async function readAhead(
  { engine, log }: Parts,
  owner: string | undefined,
  find: () => Promise<(Uint8Array | MadePicture)[]>,
): Promise<void> {
  try {
    const references = await find();
    if (references.length > 0) await engine.warm?.({ references, owner });
  } catch (error) {
    log.debug({ err: error }, 'nothing was read ahead');
  }
}
