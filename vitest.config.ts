/**
 * How tests run: real parts are slow to start, so timeouts are generous; two workers, because two cores are common. What is random
 * in them comes from one seed, which is printed and can be set.
 */
import { defineConfig } from 'vitest/config';

process.env.TEST_SEED ??= String(Math.floor(Math.random() * 2 ** 31));
console.log(`TEST_SEED=${process.env.TEST_SEED}`);

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/seed.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: 2,
    // A second try, for tests that watch real clocks on busy machines; the report marks those that needed it (retry x1).
    retry: 1,
  },
});
