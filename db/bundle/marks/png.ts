/** The text of a PNG: an iTXt chunk of the keyword `palimpsest`. Source: PNG specification (third edition), 5 and 11.3.3.4. */
import { crc32 } from 'node:zlib';
import { limitParts, type Mark, MOST_TEXT_BYTES, NotMarkableError } from './marking.ts';

const KEYWORD = 'palimpsest';
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
// Keyword, not compressed, no language, no translated keyword, text.
const PREFIX = Buffer.from(`${KEYWORD}\0\0\0\0\0`, 'latin1');

interface Chunk {
  type: string;
  data: Buffer;
  /** The chunk with length, type and checksum. */
  whole: Buffer;
}

export const pngMark: Mark = {
  isOf: (file) => Buffer.compare(file.subarray(0, SIGNATURE.length), SIGNATURE) === 0,
  withText(file, text) {
    const [header, ...rest] = chunksOf(file);
    const kept = rest.filter((chunk) => !isOurs(chunk));
    return Buffer.concat([SIGNATURE, header!.whole, chunkOf(text), ...kept.map(({ whole }) => whole)]);
  },
  textIn: (file) => {
    // One after the other: what stands behind the text is not read.
    for (const chunk of chunksOf(file)) if (isOurs(chunk)) return textOf(chunk);
    return undefined;
  },
  without: (file) =>
    Buffer.concat([
      SIGNATURE,
      ...[...chunksOf(file)].flatMap((chunk) => (isOurs(chunk) ? [] : [chunk.whole])),
    ]),
  imageData: (file) => [...chunksOf(file)].flatMap(({ type, data }) => (type === 'IDAT' ? [data] : [])),
  mostBytes: MOST_TEXT_BYTES,
};

/** One after the other: what is read of a file decides how much of it is held. */
function* chunksOf(png: Uint8Array): Generator<Chunk> {
  if (!pngMark.isOf(png)) throw new NotMarkableError('Expected a PNG file, got other bytes');
  const file = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  let count = 0;
  for (let at = SIGNATURE.length; at < file.length; ) {
    const length = at + 12 <= file.length ? file.readUInt32BE(at) : Number.POSITIVE_INFINITY;
    const end = at + 12 + length;
    if (end > file.length) throw new NotMarkableError('Expected a whole PNG file, got one that is cut short');
    count += 1;
    limitParts(count);
    const type = file.toString('latin1', at + 4, at + 8);
    yield { type, data: file.subarray(at + 8, end - 4), whole: file.subarray(at, end) };
    at = end;
  }
}

function textOf({ data }: Chunk): string | undefined {
  return data.length > MOST_TEXT_BYTES ? undefined : data.toString('utf8', PREFIX.length);
}

function isOurs({ type, data }: Chunk): boolean {
  return type === 'iTXt' && data.toString('latin1', 0, KEYWORD.length + 1) === `${KEYWORD}\0`;
}

function chunkOf(text: string): Buffer {
  const body = Buffer.concat([Buffer.from('iTXt', 'latin1'), PREFIX, Buffer.from(text, 'utf8')]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(body.length - 4, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}
