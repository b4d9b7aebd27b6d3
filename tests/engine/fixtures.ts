/**
 * Where the checkpoints and goldens of the engine's tests lie. The tiny checkpoint is handed to the project beside its
 * repository; a public clone has only `models/mini`, and tests that need more are skipped with the reason.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const FIXTURES = join(import.meta.dirname, '../../../shared/fixtures');

export const TINY = join(FIXTURES, 'tiny');
export const GOLDENS = join(FIXTURES, 'goldens');
export const MINI = join(import.meta.dirname, '../../models/mini');

/** Why tests over the tiny checkpoint cannot run here; undefined where they can. */
export const noFixtures = existsSync(TINY) && existsSync(GOLDENS) ? undefined : `there is no ${FIXTURES}`;

/** For `beforeEach`: skips the test, saying why, where the tiny checkpoint is missing. */
export function needsFixtures({ skip }: { skip: (note?: string) => void }): void {
  if (noFixtures) skip(noFixtures);
}

/** The small checkpoint for tests that any checkpoint can pass: tiny, or the one in the repository. */
export const SMALL = noFixtures ? MINI : TINY;
