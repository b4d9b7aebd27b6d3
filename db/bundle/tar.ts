/**
 * Reading and writing tar files, as much of them as a bundle needs: plain files with short names, and no clock or user in
 * any header, so that the same files are the same bytes. Any tar program opens them; that is why it is tar and not a format
 * of our own. Written by hand because it is three fields in a header, and a package would add times and modes.
 * Source: POSIX.1-1988 ustar, pax(1) "ustar Interchange Format".
 */

const BLOCK = 512;
const MAX_NAME = 100;
const MAX_SIZE = 0o77777777777;

export interface TarFile {
  name: string;
  sizeBytes: number;
  /** The bytes, once; must be read to the end before the next file. */
  body: AsyncIterable<Uint8Array>;
}

/** Bytes that are no tar file, or one that is cut short or damaged. */
export class TarError extends Error {
  readonly fault: 'not_a_bundle' | 'cut_short';

  constructor(fault: TarError['fault']) {
    super(fault === 'cut_short' ? 'The bytes are cut short' : 'The bytes are no tar file');
    this.name = 'TarError';
    this.fault = fault;
  }
}

/** The header block of a file. Throws RangeError for a name or size that does not fit. */
export function tarHeader(name: string, sizeBytes: number): Uint8Array {
  if (Buffer.byteLength(name) > MAX_NAME || sizeBytes > MAX_SIZE)
    throw new RangeError(
      `Expected a name of at most ${MAX_NAME} bytes and less than 8 GiB, got ${name}, ${sizeBytes}`,
    );
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${sizeBytes.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  header.write(`${checksum(header).toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** The zeros between the bytes of a file and the next header. */
export function tarPadding(sizeBytes: number): Uint8Array {
  return new Uint8Array((BLOCK - (sizeBytes % BLOCK)) % BLOCK);
}

/** How many bytes a stream has, once read to its end. */
export async function bundleSizeOf(bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const chunk of bytes) size += chunk.length;
  return size;
}

/** The zeros at the end of a tar file. */
export const TAR_END = new Uint8Array(2 * BLOCK);

/** The files in a stream of bytes, in order. Throws {@link TarError}. */
export async function* tarFiles(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<TarFile> {
  const reader = new ByteReader(bytes);
  try {
    for (;;) {
      const header = await reader.take(BLOCK);
      if (header.every((byte) => byte === 0)) return;
      const { name, sizeBytes } = parseHeader(header);
      let left = sizeBytes;
      const body = (async function* () {
        while (left > 0) {
          const chunk = await reader.some(left);
          left -= chunk.byteLength;
          yield chunk;
        }
      })();
      yield { name, sizeBytes, body };
      if (left > 0) throw new TypeError(`Expected ${name} to be read to its end, got ${left} bytes left`);
      await reader.take((BLOCK - (sizeBytes % BLOCK)) % BLOCK);
    }
  } finally {
    await reader.close();
  }
}

function parseHeader(block: Uint8Array): { name: string; sizeBytes: number } {
  const header = Buffer.from(block);
  const field = (start: number, end: number) => header.toString('utf8', start, end).split('\0')[0]!.trim();
  const isTar = field(257, 262) === 'ustar' && Number.parseInt(field(148, 156), 8) === checksum(header);
  const sizeBytes = Number.parseInt(field(124, 136), 8);
  const type = field(156, 157);
  if (!isTar || Number.isNaN(sizeBytes) || (type !== '0' && type !== '')) throw new TarError('not_a_bundle');
  return { name: field(0, MAX_NAME), sizeBytes };
}

/** Sum of the bytes, with the checksum's own field read as spaces. */
function checksum(header: Uint8Array): number {
  return header.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 0x20 : byte), 0);
}

class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#chunks = bytes[Symbol.asyncIterator]();
  }

  /** Tells whoever gives the bytes that no more of them are wanted. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  /** At least one byte and at most `most`. */
  async some(most: number): Promise<Uint8Array> {
    while (this.#rest.byteLength === 0) {
      const { value, done } = await this.#chunks.next();
      if (done) throw new TarError('cut_short');
      this.#rest = value;
    }
    const taken = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(taken.byteLength);
    return taken;
  }

  async take(sizeBytes: number): Promise<Uint8Array> {
    const taken = new Uint8Array(sizeBytes);
    for (let at = 0; at < sizeBytes; ) {
      const some = await this.some(sizeBytes - at);
      taken.set(some, at);
      at += some.byteLength;
    }
    return taken;
  }
}
