/**
 * A picture file without what its camera or program wrote beside the pixels: position, device, time, author, small pictures. The
 * compressed pixels stay as they are, bit for bit, and so do colours and the way up. Pure.
 * Sources: JPEG: ITU-T T.81, annex B; EXIF 3.0, 4.5 and 4.6; PNG specification (third edition), 5 and 11; WebP container
 * specification, RFC 9649, 2.
 */

import { markOf } from './marks/mark.ts';
import { NotMarkableError } from './marks/marking.ts';

/** Answers null for a file of another kind, or one that does not keep to the form of its kind. */
export function withoutTraces(file: Uint8Array): Uint8Array | null {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  try {
    if (bytes.toString('latin1', 0, 8) === PNG) return pngOf(bytes);
    if (bytes.toString('latin1', 0, 3) === '\xff\xd8\xff') return withReceiptOf(bytes, jpegOf(bytes));
    if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP')
      return withReceiptOf(bytes, webpOf(bytes));
  } catch (error) {
    // Read beyond the end of a file that is cut short.
    if (!(error instanceof RangeError)) throw error;
  }
  return null;
}

/** The receipt stays, as it is no trace of a camera: leaving it out is another switch. */
function withReceiptOf(bytes: Buffer, cleaned: Uint8Array | null): Uint8Array | null {
  if (cleaned === null) return null;
  try {
    const text = markOf(bytes)?.textIn(bytes);
    return text === undefined ? cleaned : markOf(cleaned)!.withText(cleaned, text);
  } catch (error) {
    if (!(error instanceof NotMarkableError)) throw error;
    return cleaned;
  }
}

const PNG = '\x89PNG\r\n\x1a\n';
/** What decides pixels, colours and size; all other chunks are words. The receipt is one of those and stays: it is another switch. */
const PNG_KEPT = new Set(
  'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD pHYs acTL fcTL fdAT'.split(' '),
);

function pngOf(bytes: Buffer): Uint8Array | null {
  const kept: Buffer[] = [bytes.subarray(0, 8)];
  for (let at = 8; at < bytes.length; ) {
    const end = at + 12 + bytes.readUInt32BE(at);
    if (end > bytes.length) return null;
    const type = bytes.toString('latin1', at + 4, at + 8);
    const isReceipt = type === 'iTXt' && bytes.toString('latin1', at + 8, at + 19) === 'palimpsest\0';
    if (PNG_KEPT.has(type) || isReceipt) kept.push(bytes.subarray(at, end));
    if (type === 'IEND') return Buffer.concat(kept);
    at = end;
  }
  return null;
}

const SOS = 0xda;
const EOI = 0xd9;

function jpegOf(bytes: Buffer): Uint8Array | null {
  const kept: Buffer[] = [bytes.subarray(0, 2)];
  let turned = 1;
  for (let at = 2; at < bytes.length; ) {
    if (bytes.readUInt8(at) !== 0xff) return null;
    const marker = bytes.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    // Nothing behind the end belongs to the picture: telephones put films and second pictures there.
    if (marker === EOI) {
      const upright = turned === 1 ? [] : [exifSegment(turned)];
      return Buffer.concat([kept[0]!, ...upright, ...kept.slice(1), Buffer.from([0xff, EOI])]);
    }
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length) return null;
    const segment = bytes.subarray(at, end);
    const name = segment.toString('latin1', 4, 16);
    if (marker === 0xe1 && name.startsWith('Exif\0\0')) turned = orientationIn(segment.subarray(10));
    if (isKeptSegment(marker, name)) kept.push(segment);
    at = end;
    if (marker === SOS) {
      const next = endOfScan(bytes, at);
      kept.push(bytes.subarray(at, next));
      at = next;
    }
  }
  return null;
}

/** Tables, frames and scans; of the segments of programs the pixel's shape, colours, and how they were transformed. */
function isKeptSegment(marker: number, name: string): boolean {
  if (marker === 0xe0) return name.startsWith('JFIF\0');
  if (marker === 0xe2) return name.startsWith('ICC_PROFILE\0');
  if (marker === 0xee) return name.startsWith('Adobe');
  const isOfPrograms = (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe;
  return !isOfPrograms;
}

/** Where coded pixels end: at a marker that is neither a stuffed byte nor a restart. */
function endOfScan(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes.readUInt8(at + 1);
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  throw new RangeError('Expected the end of the coded pixels, got that of the file');
}

/** A segment that says nothing but which way is up. */
function exifSegment(turned: number): Buffer {
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exifOf(turned)]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

const ORIENTATION = 0x0112;

function exifOf(turned: number): Buffer {
  const exif = Buffer.from('MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0', 'latin1');
  exif.writeUInt16BE(turned, 18);
  return exif;
}

/** Which way is up, 1 to 8; 1 where nothing is said that can be understood. */
function orientationIn(exif: Buffer): number {
  try {
    const isLittle = exif.toString('latin1', 0, 2) === 'II';
    const short = (at: number) => (isLittle ? exif.readUInt16LE(at) : exif.readUInt16BE(at));
    const first = isLittle ? exif.readUInt32LE(4) : exif.readUInt32BE(4);
    const count = Math.min(short(first), 1_000);
    for (let entry = 0; entry < count; entry += 1) {
      const at = first + 2 + entry * 12;
      const value = short(at + 8);
      if (short(at) === ORIENTATION) return value >= 1 && value <= 8 ? value : 1;
    }
  } catch {
    // Damaged, and so of no use to anyone.
  }
  return 1;
}

/** Bits of the extended header: which chunks follow. */
const HAS_EXIF = 0x08;
const HAS_XMP = 0x04;
const WEBP_KEPT = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ICCP', 'ANIM', 'ANMF']);

function webpOf(bytes: Buffer): Uint8Array | null {
  const end = 8 + bytes.readUInt32LE(4);
  if (end > bytes.length + 1) return null;
  const kept: Buffer[] = [];
  let turned = 1;
  for (let at = 12; at + 8 <= end; ) {
    const type = bytes.toString('latin1', at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    if (at + 8 + size > bytes.length) return null;
    const chunk = Buffer.from(bytes.subarray(at, at + 8 + size + (size % 2)));
    if (type === 'EXIF') turned = orientationIn(exifIn(chunk.subarray(8)));
    if (WEBP_KEPT.has(type)) kept.push(chunk);
    at += 8 + size + (size % 2);
  }
  const [extended] = kept.filter((chunk) => chunk.toString('latin1', 0, 4) === 'VP8X');
  if (extended) {
    const flags = extended.readUInt8(8) & ~(HAS_EXIF | HAS_XMP);
    extended.writeUInt8(turned === 1 ? flags : flags | HAS_EXIF, 8);
    if (turned !== 1) kept.push(riffChunk('EXIF', exifOf(turned)));
  }
  const body = Buffer.concat([Buffer.from('WEBP', 'latin1'), ...kept]);
  return riffChunk('RIFF', body);
}

/** Some programs write the beginning of a JPEG's segment there too. */
const exifIn = (data: Buffer): Buffer =>
  data.toString('latin1', 0, 6) === 'Exif\0\0' ? data.subarray(6) : data;

function riffChunk(type: string, data: Buffer): Buffer {
  const head = Buffer.from(`${type}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}
