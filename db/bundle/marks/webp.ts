/** The text of a WebP: an XMP chunk, and a header that says so. Source: RFC 9649, 2.7. */
import { limitParts, type Mark, MOST_TEXT_BYTES, NotMarkableError } from './marking.ts';
import { packetOf, textOf } from './xmp.ts';

const HEAD_BYTES = 12;
const XMP_FLAG = 0x04;
const ALPHA_FLAG = 0x10;
const PIXELS = ['VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF'];

interface Chunk {
  name: string;
  data: Buffer;
}

export const webpMark: Mark = {
  isOf: (file) => {
    const head = Buffer.from(file.subarray(0, HEAD_BYTES)).toString('latin1');
    return head.startsWith('RIFF') && head.endsWith('WEBP');
  },
  withText(file, text) {
    const chunks = plainChunksOf(file);
    return fileOf([headerOf(chunks, XMP_FLAG), ...chunks, { name: 'XMP ', data: packetOf(text) }]);
  },
  textIn: (file) => {
    const chunk = chunksOf(file).find(isOurs);
    return chunk && textOf(chunk.data);
  },
  without: (file) => (chunksOf(file).some(isOurs) ? fileOf(plainChunksOf(file)) : file),
  imageData: (file) => chunksOf(file).flatMap(({ name, data }) => (PIXELS.includes(name) ? [data] : [])),
  mostBytes: MOST_TEXT_BYTES,
};

/** Without our text, and without a header where there is nothing that needs one. */
function plainChunksOf(file: Uint8Array): Chunk[] {
  const kept = chunksOf(file).filter((chunk) => !isOurs(chunk));
  const isSimple = kept.every(({ name }) => name === 'VP8X' || name === 'VP8 ' || name === 'VP8L');
  if (isSimple) return kept.filter(({ name }) => name !== 'VP8X');
  const flags = kept.some(({ name }) => name === 'XMP ') ? 0xff : 0xff & ~XMP_FLAG;
  return kept.map(({ name, data }) => ({ name, data: name === 'VP8X' ? withFlags(data, 0, flags) : data }));
}

function chunksOf(webp: Uint8Array): Chunk[] {
  if (!webpMark.isOf(webp)) throw new NotMarkableError('Expected a WebP file, got other bytes');
  const file = Buffer.from(webp.buffer, webp.byteOffset, webp.byteLength);
  const chunks: Chunk[] = [];
  for (let at = HEAD_BYTES; at + 8 <= file.length; ) {
    const length = file.readUInt32LE(at + 4);
    if (at + 8 + length > file.length)
      throw new NotMarkableError('Expected a whole WebP file, got one that is cut short');
    limitParts(chunks.length);
    chunks.push({ name: file.toString('latin1', at, at + 4), data: file.subarray(at + 8, at + 8 + length) });
    at += 8 + length + (length % 2);
  }
  return chunks;
}

const isOurs = ({ name, data }: Chunk): boolean =>
  name === 'XMP ' && data.length <= MOST_TEXT_BYTES + PACKET_BYTES && textOf(data) !== undefined;

/** More than a packet has around its text. */
const PACKET_BYTES = 1_000;

/** The header of a file that has more than pixels; it goes in front, in place of the one that is among the chunks. */
function headerOf(chunks: Chunk[], flags: number): Chunk {
  const before = chunks.findIndex(({ name }) => name === 'VP8X');
  if (before >= 0) {
    const [{ data }] = chunks.splice(before, 1) as [Chunk];
    return { name: 'VP8X', data: withFlags(data, flags, 0xff) };
  }
  const { widthPx, heightPx, hasAlpha } = sizeOf(chunks[0]);
  const data = Buffer.alloc(10);
  data[0] = flags | (hasAlpha ? ALPHA_FLAG : 0);
  data.writeUIntLE(widthPx - 1, 4, 3);
  data.writeUIntLE(heightPx - 1, 7, 3);
  return { name: 'VP8X', data };
}

/** The data of a header with these flags set, and without those that are not among `kept`. */
function withFlags(data: Buffer, set: number, kept: number): Buffer {
  const copy = Buffer.from(data);
  copy[0] = (copy[0]! & kept) | set;
  return copy;
}

/** The size of the only picture of a simple file. */
function sizeOf(chunk: Chunk | undefined): { widthPx: number; heightPx: number; hasAlpha: boolean } {
  if (chunk?.name === 'VP8 ' && chunk.data.length >= 10) {
    const { data } = chunk;
    return {
      widthPx: data.readUInt16LE(6) & 0x3fff,
      heightPx: data.readUInt16LE(8) & 0x3fff,
      hasAlpha: false,
    };
  }
  if (chunk?.name === 'VP8L' && chunk.data.length >= 5) {
    const bits = chunk.data.readUInt32LE(1);
    return {
      widthPx: (bits & 0x3fff) + 1,
      heightPx: ((bits >>> 14) & 0x3fff) + 1,
      hasAlpha: ((bits >>> 28) & 1) === 1,
    };
  }
  throw new NotMarkableError('Expected a WebP file with a picture, got one without');
}

function fileOf(chunks: readonly Chunk[]): Buffer {
  const parts = chunks.flatMap(({ name, data }) => {
    const head = Buffer.from(`${name}\0\0\0\0`, 'latin1');
    head.writeUInt32LE(data.length, 4);
    return [head, data, Buffer.alloc(data.length % 2)];
  });
  const body = Buffer.concat([Buffer.from('WEBP', 'latin1'), ...parts]);
  const head = Buffer.from('RIFF\0\0\0\0', 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}
