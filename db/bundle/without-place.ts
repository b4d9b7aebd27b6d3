/**
 * A picture's file without where it was taken: the GPS directory of its EXIF and the position in its XMP are blanked, and no other byte
 * changes, so the pixels stay as they are. JPEG, PNG, WebP, TIFF, AVIF. Pure.
 * Source: CIPA DC-008 (EXIF 3.0), 4.6; XMP part 2, 3.2 (exif namespace).
 */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const GPS_DIRECTORY = 0x8825;
const ENTRY_BYTES = 12;
/** Bytes of a value, by the number of its type. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];
const CHUNKS_WITH_CHECKSUM = ['eXIf', 'iTXt', 'tEXt'];

/** The same bytes where the file says nothing of a place. */
export function withoutPlace(file: Uint8Array): Uint8Array {
  const bytes = Buffer.from(isPng(Buffer.from(file)) ? withoutPackedPlace(file) : file);
  const isUnpacked = Buffer.compare(bytes, file) !== 0;
  const isBlanked = headersIn(bytes).map((start) => blankDirectory(bytes, start));
  const isCleaned = blankXmp(bytes);
  if (!isBlanked.includes(true) && !isCleaned && !isUnpacked) return file;
  if (isPng(bytes)) renewChecksums(bytes);
  return bytes;
}

const isPng = (bytes: Buffer): boolean => bytes.toString('latin1', 0, 4) === '\x89PNG';

const XMP_KEYWORD = 'XML:com.adobe.xmp\0';
/** EXIF and XMP as ImageMagick writes them: in hex. */
const RAW_PROFILE = /^Raw profile type (exif|app1|xmp)\0/i;

/** A PNG whose compressed XMP says nothing of a place, and without profiles in hex; the same bytes where there is neither. */
function withoutPackedPlace(file: Uint8Array): Uint8Array {
  const png = Buffer.from(file);
  const parts: Buffer[] = [png.subarray(0, 8)];
  let isChanged = false;
  for (let at = 8; at + 12 <= png.length; ) {
    const end = at + 12 + png.readUInt32BE(at);
    if (end > png.length) return file;
    const type = png.toString('latin1', at + 4, at + 8);
    const data = png.subarray(at + 8, end - 4);
    const part = type === 'zTXt' || type === 'tEXt' ? textWithoutPlace(type, data) : data;
    isChanged ||= part !== data;
    if (part) parts.push(part === data ? png.subarray(at, end) : chunkOf(type, part));
    at = end;
  }
  return isChanged ? Buffer.concat(parts) : file;
}

/** The data of a text chunk; undefined where the chunk is to go. */
function textWithoutPlace(type: string, data: Buffer): Buffer | undefined {
  const start = data.toString('latin1', 0, 40);
  if (RAW_PROFILE.test(start)) return undefined;
  if (type !== 'zTXt' || !start.startsWith(XMP_KEYWORD)) return data;
  // Keyword, method of compression, text.
  const packed = XMP_KEYWORD.length + 1;
  try {
    const xmp = inflateSync(data.subarray(packed));
    return blankXmp(xmp) ? Buffer.concat([data.subarray(0, packed), deflateSync(xmp)]) : data;
  } catch {
    return undefined;
  }
}

function chunkOf(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(data.length + 12);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, data.length + 8)), data.length + 8);
  return chunk;
}

function isTiffHeader(bytes: Buffer, at: number): boolean {
  return ['II*\0', 'MM\0*'].includes(bytes.toString('latin1', at, at + 4));
}

/** Where EXIF begins, or may begin, in a file of any format. */
function headersIn(bytes: Buffer): number[] {
  const starts = isTiffHeader(bytes, 0) ? [0] : [];
  for (const [mark, ahead] of [
    ['Exif\0\0', 6],
    ['eXIf', 4],
    ['EXIF', 8],
  ] as const)
    for (let at = bytes.indexOf(mark, 0, 'latin1'); at >= 0; at = bytes.indexOf(mark, at + 1, 'latin1'))
      if (isTiffHeader(bytes, at + ahead)) starts.push(at + ahead);
  return starts;
}

/** Blanks the GPS directory of the EXIF that begins at `start`; false where it has none. */
function blankDirectory(bytes: Buffer, start: number): boolean {
  const isLittle = bytes[start] === 0x49;
  const two = (at: number) => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const four = (at: number) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  try {
    const first = start + four(start + 4);
    const entries = Array.from({ length: two(first) }, (_, nth) => first + 2 + nth * ENTRY_BYTES);
    const pointer = entries.find((at) => two(at) === GPS_DIRECTORY);
    if (pointer === undefined) return false;
    const directory = start + four(pointer + 8);
    const count = two(directory);
    if (count === 0) return false;
    for (let nth = 0; nth < count; nth += 1) {
      const at = directory + 2 + nth * ENTRY_BYTES;
      const size = (TYPE_BYTES[two(at + 2)] ?? 0) * four(at + 4);
      const value = start + four(at + 8);
      if (size > 4 && value + size <= bytes.length) bytes.fill(0, value, value + size);
    }
    bytes.fill(0, directory, Math.min(bytes.length, directory + 2 + count * ENTRY_BYTES));
    return true;
  } catch (error) {
    // Offsets that lead out of the file: there is nothing that a reader would find either.
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const XMP_PLACE = /exif:GPS\w+(?:="([^"]*)"|='([^']*)'|>([^<]*)<)/g;

function blankXmp(bytes: Buffer): boolean {
  if (bytes.indexOf('exif:GPS', 0, 'latin1') < 0) return false;
  let isChanged = false;
  for (const match of bytes.toString('latin1').matchAll(XMP_PLACE)) {
    const value = match[1] ?? match[2] ?? match[3] ?? '';
    if (value.trim() === '') continue;
    const at = match.index + match[0].indexOf(value, 'exif:GPS'.length);
    bytes.fill(' ', at, at + value.length, 'latin1');
    isChanged = true;
  }
  return isChanged;
}

function renewChecksums(png: Buffer): void {
  for (let at = 8; at + 12 <= png.length; ) {
    const end = at + 8 + png.readUInt32BE(at);
    if (end + 4 > png.length) return;
    if (CHUNKS_WITH_CHECKSUM.includes(png.toString('latin1', at + 4, at + 8)))
      png.writeUInt32BE(crc32(png.subarray(at + 4, end)), end);
    at = end + 4;
  }
}
