/** Engines of which there is one, made by a test. */
import type { WatchedEngine } from '../../engine/index.ts';
import { Engines } from '../../server/engines/engines.ts';

export const oneEngine = (engine: WatchedEngine): Engines =>
  new Engines({ entries: [{ name: 'only', kind: 'embedded', folder: '' }], open: () => engine });
