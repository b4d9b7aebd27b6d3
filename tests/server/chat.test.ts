/** `palimpsest chat`, as a user runs it: through a pipe, on a running studio and on its own, and the pictures of a terminal. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { decode } from 'sixel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shownIn, wayOf } from '../../command/chat/terminal-pictures.ts';
import { readReceipt } from '../../db/bundle/receipt.ts';
import { LiveServer, MODEL, PAGELESS, QUICK, ROOT } from './live-server.ts';
import { Studio, withKey } from './people.ts';

/** Each line is a process of its own that loads the whole program. */
const SLOWLY_MS = 400_000;
const ESCAPE = '\x1b';
const folder = mkdtempSync(join(tmpdir(), 'palimpsest-chat-'));
const inFolder = (name: string) => join(folder, name);

let server: LiveServer;
beforeAll(async () => {
  server = await LiveServer.start(inFolder('data'), { CHECKPOINT_MS: '60000' }, PAGELESS);
});
afterAll(() => server?.kill());

/** What a chat prints for lines of input. */
async function chat(lines: readonly string[], args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['cli.ts', 'chat', '-o', inFolder('pictures'), ...args], {
    cwd: ROOT,
    env: { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: '', ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  const [code] = await once(child, 'close');
  return { code, stdout: stdout.replaceAll(folder, ''), stderr };
}

test('a transcript through a pipe: words, pictures as files, questions answered by number, errors told', async () => {
  const { id } = await server.newSession();
  const { body } = await server.turn(id, { prompt: 'a fox', options: QUICK });
  await server.finished(id, body.turn.id);
  writeFileSync(
    inFolder('photo.png'),
    await sharp({ create: { width: QUICK.widthPx, height: QUICK.heightPx, channels: 3, background: '#36c' } })
      .png()
      .toBuffer(),
  );
  const lines = [
    'make it night',
    'which one has the night?',
    'hmm, no',
    '2',
    `/add ${inFolder('photo.png')}`,
  ];
  const said = await chat(lines, ['--server', server.url, '--session', id]);
  expect(said).toEqual({
    ...{ code: 0, stderr: '' },
    stdout: [
      ...['> make it night', 'v2  /pictures/v2.png'],
      ...['> which one has the night?', 'It is v2.', 'v2  /pictures/v2.png'],
      ...['> hmm, no', 'What should happen?', '1. Three more like this', '2. Undo'],
      ...['> 2', '> /add /photo.png', 'v3  /pictures/v3.png', ''],
    ].join('\n'),
  });
  expect(readReceipt(readFileSync(inFolder('pictures/v2.png')))!.turns.at(-1)).toMatchObject({
    prompt: 'make it night',
  });
  const other = await chat(['一共有几张图？'], ['--server', server.url, '--session', id], {
    LANG: 'zh_CN.UTF-8',
  });
  expect(other.stdout).toBe('> 一共有几张图？\n这里有 3 张图片。\n');
  const wrong = await chat(['hello'], ['--server', server.url, '--session', 'none']);
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringMatching(/^palimpsest: .*session/)]);
});

test('without a running studio it starts one of its own over the data folder, and leaves it whole', async () => {
  const data = inFolder('own');
  const env = { PORT: '9', PALIMPSEST_DATA: data, PALIMPSEST_MODEL: MODEL };
  const said = await chat(['hello'], [], env);
  expect(said).toMatchObject({ code: 0, stdout: expect.stringMatching(/^> hello\nHello! Say what/) });
  expect(existsSync(join(data, 'palimpsest.sqlite'))).toBe(true);
  const nobody = await chat(['hello'], ['--server', 'http://127.0.0.1:9']);
  expect([nobody.code, nobody.stderr]).toEqual([1, expect.stringContaining('No studio answers')]);
});

test(
  'a studio with accounts is spoken to with a key, by option or variable, and its pictures come too',
  async () => {
    const studio = await Studio.open();
    const member = await withKey(await studio.person('mel'));
    const key = member.headers.Authorization!.replace('Bearer ', '');
    const args = ['--server', studio.client.url];
    const said = await chat(['a fox', 'how many pictures are there?'], args, { PALIMPSEST_KEY: key });
    expect(said).toEqual({
      ...{ code: 0, stderr: '' },
      stdout: expect.stringMatching(/^> a fox\nv1 {2}\S*v1\.png\n> how many/),
    });
    expect(await chat(['hello'], [...args, '--key', key])).toMatchObject({ code: 0, stderr: '' });
    const nobody = await chat(['hello'], args);
    expect([nobody.code, nobody.stderr]).toEqual([1, expect.stringMatching(/^palimpsest: .*sign in/i)]);
    const wrong = await chat(['hello'], args, { PALIMPSEST_KEY: 'nonsense' });
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringMatching(/^palimpsest: .+/)]);
  },
  SLOWLY_MS,
);

test('a terminal is shown pictures in its own way, and any other gets none', async () => {
  expect(wayOf({ TERM: 'xterm-kitty' }, true)).toBe('kitty');
  expect(wayOf({ TERM: 'xterm-kitty', TMUX: '1' }, true)).toBe('none');
  expect(wayOf({ TERM_PROGRAM: 'iTerm.app' }, true)).toBe('iterm');
  expect(wayOf({ TERM: 'foot' }, true)).toBe('sixel');
  expect([wayOf({ TERM: 'xterm-256color' }, true), wayOf({ TERM: 'xterm-kitty' }, false)]).toEqual([
    'none',
    'none',
  ]);

  const noise = randomBytes(60 * 40 * 3);
  const raw = { raw: { width: 60, height: 40, channels: 3 } } as const;
  const png = await sharp(noise, raw).png().toBuffer();
  const kitty = await shownIn('kitty', png);
  const chunks = kitty
    .trimEnd()
    .split(`${ESCAPE}\\`)
    .filter(Boolean)
    .map((chunk) => chunk.replace(`${ESCAPE}_G`, '').split(';') as [string, string]);
  expect(chunks.length).toBeGreaterThan(1);
  expect(chunks.map(([keys]) => keys)).toEqual(
    chunks.map((_, at) => `${at === 0 ? 'a=T,f=100,' : ''}m=${at < chunks.length - 1 ? 1 : 0}`),
  );
  expect(chunks.every(([, data]) => data.length <= 4096)).toBe(true);
  const back = await sharp(Buffer.from(chunks.map(([, data]) => data).join(''), 'base64'))
    .raw()
    .toBuffer();
  expect(back.equals(noise)).toBe(true);

  const iterm = await shownIn('iterm', png);
  expect(iterm.startsWith(`${ESCAPE}]1337;File=inline=1;`)).toBe(true);
  const [about, data] = iterm.slice(0, -2).split(':');
  const [, size] = /size=(\d+)/.exec(about!)!;
  expect(Buffer.from(data!, 'base64').byteLength).toBe(Number(size));

  const plain = await sharp({ create: { width: 12, height: 9, channels: 3, background: '#c02040' } })
    .png()
    .toBuffer();
  const written = await shownIn('sixel', plain);
  expect(written.startsWith(`${ESCAPE}P`) && written.endsWith(`${ESCAPE}\\\n`)).toBe(true);
  // What stands between the introducer and the terminator.
  const sixel = decode(written.slice(written.indexOf('q') + 1, written.lastIndexOf(ESCAPE)));
  expect([sixel.width, sixel.height]).toEqual([12, 9]);
  const [red, green, blue] = new Uint8Array(sixel.data32.buffer, sixel.data32.byteOffset);
  for (const [got, wanted] of [
    [red, 0xc0],
    [green, 0x20],
    [blue, 0x40],
  ])
    expect(Math.abs(got! - wanted!)).toBeLessThan(4);
  expect(await shownIn('none', png)).toBe('');
});
