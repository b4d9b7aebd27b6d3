/** The text of a JPEG: XMP in an APP1 segment. Source: ISO/IEC 10918-1, B; ISO 16684-3, 6. */
import { limitParts, type Mark, NotMarkableError } from './marking.ts';
import { packetOf, textOf } from './xmp.ts';

const START = Buffer.from([0xff, 0xd8]);
const HEAD = Buffer.from('http://ns.adobe.com/xap/1.0/\0', 'latin1');
const APP1 = 0xe1;
const APP15 = 0xef;
const APP0 = 0xe0;
const COMMENT = 0xfe;
const SCAN = 0xda;

interface Segment {
  marker: number;
  /** Without marker and length; of the scan all that follows. */
  data: Buffer;
  whole: Buffer;
}

export const jpegMark: Mark = {
  isOf: (file) => Buffer.compare(file.subarray(0, START.length), START) === 0 && file[2] === 0xff,
  withText(file, text) {
    const kept = segmentsOf(file).filter((segment) => !isOurs(segment));
    // What says which kind of JPEG it is stands first.
    const first = kept[0]?.marker === APP0 ? 1 : 0;
    const wholes = kept.map(({ whole }) => whole);
    return Buffer.concat([START, ...wholes.slice(0, first), segmentOf(text), ...wholes.slice(first)]);
  },
  textIn: (file) => {
    const segment = segmentsOf(file).find(isOurs);
    return segment && textOf(segment.data);
  },
  without: (file) =>
    Buffer.concat([
      START,
      ...segmentsOf(file).flatMap((segment) => (isOurs(segment) ? [] : [segment.whole])),
    ]),
  imageData: (file) =>
    segmentsOf(file).flatMap(({ marker, whole }) =>
      (marker >= APP0 && marker <= APP15) || marker === COMMENT ? [] : [whole],
    ),
  // A segment holds 65,533 bytes, the rest of the packet and escaped signs among them.
  mostBytes: 48_000,
};

function segmentsOf(jpeg: Uint8Array): Segment[] {
  if (!jpegMark.isOf(jpeg)) throw new NotMarkableError('Expected a JPEG file, got other bytes');
  const file = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  const segments: Segment[] = [];
  for (let at = START.length; ; ) {
    if (at + 4 > file.length || file[at] !== 0xff)
      throw new NotMarkableError('Expected a whole JPEG file, got one that is cut short');
    const marker = file[at + 1]!;
    const end = marker === SCAN ? file.length : at + 2 + file.readUInt16BE(at + 2);
    if (end > file.length)
      throw new NotMarkableError('Expected a whole JPEG file, got one that is cut short');
    limitParts(segments.length);
    segments.push({ marker, data: file.subarray(at + 4, end), whole: file.subarray(at, end) });
    if (marker === SCAN) return segments;
    at = end;
  }
}

function isOurs({ marker, data }: Segment): boolean {
  return (
    marker === APP1 && Buffer.compare(data.subarray(0, HEAD.length), HEAD) === 0 && textOf(data) !== undefined
  );
}

function segmentOf(text: string): Buffer {
  const data = Buffer.concat([HEAD, packetOf(text)]);
  const head = Buffer.from([0xff, APP1, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
}
