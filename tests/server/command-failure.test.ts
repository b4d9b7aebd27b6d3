/** The print of an error that ends a command or a server: a sentence where its user can mend it, the stack where only we can. */
import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { CommandError, failureOf, UsageError } from '../../command/failure.ts';
import { BlobMissingError } from '../../db/blobs.ts';
import { FolderInUseError } from '../../db/folder/folder-lock.ts';
import { EngineError } from '../../engine/index.ts';
import { EnvironmentError } from '../../server/environment.ts';
import { Refusal } from '../../studio/refusal.ts';
import { freshFolders } from './harness.ts';
import { ROOT } from './live-server.ts';

const said = (error: unknown) => failureOf(error, 'THE USAGE');

test.each([
  [new EngineError('bad_checkpoint', 'a.b is missing'), 'a.b is missing'],
  [new CommandError('Say where.'), 'Say where.'],
  [new EnvironmentError('PORT', 'x', 'allowed is a number'), 'PORT is "x"; allowed is a number.'],
  [new FolderInUseError('/data', ''), 'The data folder /data is in use'],
  [new Refusal('bad_bundle.cut_short', {}), 'This bundle is cut short.'],
  [new BlobMissingError('ab'), 'The file of the picture with the hash ab is missing from the data folder.'],
  [
    Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT', syscall: 'open' }),
    'ENOENT: no such file',
  ],
])('says in one sentence what the user can mend: %s', (error, sentence) => {
  const { text, exitCode } = said(error);
  expect([text, exitCode]).toEqual([expect.stringContaining(`palimpsest: ${sentence}`), 1]);
  expect(text).not.toContain('\n');
});

test('shows the usage for a command line that is none', () => {
  expect(said(new UsageError('What?'))).toEqual({ text: 'palimpsest: What?\n\nTHE USAGE', exitCode: 2 });
});

test.each([new Error('plain'), new TypeError('x is undefined'), new RangeError('too far')])(
  'keeps the stack of a mistake of ours: %s',
  (error) => {
    const { text, exitCode } = said(error);
    expect(exitCode).toBe(1);
    expect(text).toContain(error.message);
    expect(text).toContain('command-failure.test.ts');
  },
);

test('a server prints a sentence for what its user can mend, and keeps the stack of a mistake of ours', async () => {
  const { dataDir } = freshFolders();
  const start = (env: Record<string, string>, ...options: string[]) =>
    promisify(execFile)(process.execPath, [...options, 'server.ts'], {
      cwd: ROOT,
      env: { ...process.env, PORT: '0', PALIMPSEST_DATA: dataDir, ...env },
    }).catch((error) => error);
  const mistyped = await start({ PALIMPSEST_DEVICE: 'tpu' });
  expect([mistyped.code, mistyped.stderr]).toEqual([
    1,
    expect.stringMatching(/^palimpsest: PALIMPSEST_DEVICE is "tpu".*\n$/),
  ]);
  const breaking = "process.argv.includes = () => { throw new TypeError('broken') }";
  const broken = await start({}, '--import', `data:text/javascript,${encodeURIComponent(breaking)}`);
  expect(broken.code).toBe(1);
  expect(broken.stderr).toMatch(/TypeError: broken\n\s+at /);
});

test('a file that is not there is one sentence on the command line, an unknown option the usage', async () => {
  const { dataDir } = freshFolders();
  const palimpsest = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['cli.ts', ...args], { cwd: ROOT }).catch((error) => error);
  const missing = await palimpsest('import', join(dataDir, 'none'), '--data', dataDir);
  expect([missing.code, missing.stderr.trim().split('\n').length]).toEqual([1, 1]);
  expect(missing.stderr).toMatch(/^palimpsest: ENOENT/);
  expect((await palimpsest('--wrong')).stderr).toContain('Usage');
  for (const file of ['cli.ts', ...globSync('command/*.ts', { cwd: ROOT })])
    expect(readFileSync(join(ROOT, file), 'utf8')).not.toMatch(/process\.env\./);
});
