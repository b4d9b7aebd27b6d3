/** What kind of file it is, by how it begins. Knows no pixels. */

/** A file's kind: one that can be read, a moving picture, one that is known by name only, or none of these. */
export type FileKind =
  | { is: 'readable' }
  | { is: 'animated'; frames: number }
  | { is: 'named'; format: string }
  | { is: 'unknown' };

/** How the files begin that can be read. Others, such as SVG or PDF, are programs whose running time their writer decides. */
const READABLE: readonly (readonly [at: number, bytes: string])[] = [
  [0, '\x89PNG'],
  [0, '\xff\xd8\xff'],
  [0, 'GIF8'],
  [8, 'WEBP'],
  [0, 'II*\0'],
  [0, 'MM\0*'],
];

/** How files begin that people take for pictures, or that are some, and that cannot be read here. */
const NAMED: readonly (readonly [at: number, bytes: string, format: string])[] = [
  [0, '%PDF', 'PDF'],
  [0, '8BPS', 'Photoshop'],
  [0, 'BM', 'BMP'],
  [0, '\0\0\x01\0', 'ICO'],
  [0, '\xff\x0a', 'JPEG XL'],
  [4, 'JXL ', 'JPEG XL'],
  [4, 'jP  ', 'JPEG 2000'],
  [0, 'gimp xcf', 'GIMP'],
  [0, 'v/1\x01', 'OpenEXR'],
  [0, '#?RADIANCE', 'Radiance HDR'],
  [0, 'II+\0', 'BigTIFF'],
  [0, 'MM\0+', 'BigTIFF'],
  [0, 'IIRO', 'camera raw'],
  [0, 'FUJIFILM', 'camera raw'],
  [0, '\x1aE\xdf\xa3', 'video'],
  [0, 'PK\x03\x04', 'ZIP'],
];

const HEIC = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs', 'mif1', 'msf1'];
const SEQUENCES = ['avis'];
const HEAD_BYTES = 512;

/** The kind of a file. Looks at its first bytes; for a moving AVIF also for the count of its frames. */
export function kindOf(bytes: Uint8Array): FileKind {
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1');
  if (head.startsWith('ftyp', 4)) return kindOfBoxes(bytes, head);
  if (READABLE.some(([at, signature]) => head.startsWith(signature, at))) return { is: 'readable' };
  const named = NAMED.find(([at, signature]) => head.startsWith(signature, at));
  if (named) return { is: 'named', format: named[2] };
  // A drawing may begin with a declaration, with comments and with spaces.
  return /^\s*(<\?xml|<!--|<!DOCTYPE svg|<svg)/i.test(head) && /<svg/i.test(head)
    ? { is: 'named', format: 'SVG' }
    : { is: 'unknown' };
}

/**
 * Files of boxes (ISO 14496-12) say by their brands what is in them: AVIF can be read, HEIC has the same frame around pixels that
 * cannot, and all others are videos.
 */
function kindOfBoxes(bytes: Uint8Array, head: string): FileKind {
  const length = Math.min(
    Math.max(16, bytes.length > 4 ? Buffer.from(bytes).readUInt32BE(0) : 0),
    HEAD_BYTES,
  );
  const major = head.slice(8, 12);
  const brands = [major, ...(head.slice(16, length).match(/.{4}/gs) ?? [])];
  if (SEQUENCES.includes(major)) return { is: 'animated', frames: framesOf(bytes) };
  if (brands.includes('avif')) return { is: 'readable' };
  return { is: 'named', format: brands.some((brand) => HEIC.includes(brand)) ? 'HEIC' : 'video' };
}

/** How many samples the first track has that has several: its pictures, where a track of their transparency follows. */
function framesOf(bytes: Uint8Array): number {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Box of sample sizes: name, version and flags, size of all samples, count.
  const at = file.indexOf('stsz', 0, 'latin1');
  return at < 0 || at + 16 > file.length ? 2 : Math.max(2, file.readUInt32BE(at + 12));
}
