/** Values, texts and files that programs stumble over, and what becomes of a good one in hostile hands. */
import { deflateRawSync } from 'node:zlib';
import type { Random } from './random.ts';

const LONG = 'A'.repeat(30_000);

export const TEXTS: readonly string[] = [
  ...[
    '',
    ' ',
    '\0',
    '\u202e\u0000',
    '💥'.repeat(300),
    '\ud800',
    'null',
    'undefined',
    'NaN',
    '__proto__',
    'constructor',
  ],
  ...[
    '../../../../etc/passwd',
    '..%2f..%2fetc',
    '%',
    '%%%',
    '%ff%fe',
    '/',
    '\\',
    'C:\\',
    'file:///etc/passwd',
    'http://169.254.169.254/',
  ],
  ...[
    "' OR 1=1 --",
    '"; DROP TABLE turns; --',
    '{{7*7}}',
    '<script>alert(1)</script>',
    '*',
    '%_',
    '"AND" NEAR( *',
  ],
  ...[
    LONG,
    `${'“'.repeat(20_000)}`,
    '@a '.repeat(6_000),
    '@'.repeat(20_000),
    'a '.repeat(15_000),
    '猫'.repeat(9_000),
    '\n'.repeat(9_000),
  ],
  ...['1e999', '-1', '0x10', '9007199254740993', '1'.repeat(400)],
];

export const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 1e308, -1e308, 2 ** 53, 2 ** 31, -(2 ** 31), [], {}, [[]]],
  ...[
    [null],
    Array(2_000).fill(0),
    { __proto__: null, constructor: 1 },
    nested(2_000),
    Array(300).fill({ a: LONG.slice(0, 99) }),
  ],
];

function nested(depth: number): unknown {
  return JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
}

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'PROPFIND'];

export const HEADERS: readonly Record<string, string>[] = [
  {},
  { 'accept-language': `${'zh;q=0.9,'.repeat(900)}en` },
  { cookie: `NEXT_LOCALE=${'%'.repeat(500)}; a=b` },
  { 'idempotency-key': 'k'.repeat(5_000) },
  { 'idempotency-key': 'the same' },
  { 'content-type': 'multipart/form-data' },
  { 'content-type': 'multipart/form-data; boundary=' },
  { 'content-type': 'text/plain;charset=utf-16' },
  { 'content-encoding': 'gzip' },
  { 'if-none-match': '"'.repeat(3_000) },
  { range: 'bytes=0-0,1-1,-5' },
  { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' },
  { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https', forwarded: 'for=_x' },
  { 'x-http-method-override': 'DELETE' },
  { accept: 'text/event-stream' },
];

/** A file with some of its bytes changed, cut off, doubled or taken out. */
export function spoilt(random: Random, file: Uint8Array): Buffer<ArrayBuffer> {
  const bytes = Buffer.from(file);
  if (bytes.length < 8) return bytes;
  const at = random.below(bytes.length);
  switch (random.below(6)) {
    case 0:
      for (let count = random.below(20); count >= 0; count -= 1)
        bytes[random.below(bytes.length)] = random.below(256);
      return bytes;
    case 1:
      return Buffer.from(bytes.subarray(0, at));
    case 2:
      return Buffer.concat([bytes, bytes.subarray(at)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.below(600))]);
    case 4:
      bytes.fill(random.below(256), at, Math.min(bytes.length, at + random.below(3_000)));
      return bytes;
    default:
      bytes.writeUInt32BE(
        random.pick([0, 1, 0xffffffff, 0x7fffffff, 16_000]),
        Math.min(at, bytes.length - 4),
      );
      return bytes;
  }
}

/** Files that promise what they do not hold, or hold more than they show. */
export const FILES: readonly Buffer<ArrayBuffer>[] = [
  Buffer.alloc(0),
  Buffer.from('x'),
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="9999" height="9999"><filter id="a">${'<feTurbulence numOctaves="99"/>'.repeat(9)}</filter></svg>`,
  ),
  Buffer.from('%PDF-1.7\n'),
  Buffer.from('GIF89a\xff\xff\xff\xff\0\0\0', 'latin1'),
  Buffer.from('RIFF\xff\xff\xff\xffWEBPVP8X', 'latin1'),
  Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    ...Array<Buffer>(50_000).fill(Buffer.from('\0\0\0\0tEXt\0\0\0\0', 'latin1')),
  ]),
  Buffer.concat([Buffer.from('\xff\xd8\xff\xe1\xff\xffExif\0\0', 'latin1'), Buffer.alloc(70_000)]),
  Buffer.from(deflateRawSync(Buffer.alloc(3_000_000))),
  Buffer.from('II*\0\xff\xff\xff\xff', 'latin1'),
];
