/**
 * A value with large arrays of numbers as one file: a digest of all that follows it, the value with the places of its arrays
 * left open, then the arrays' bytes as they lie in memory. Nothing is held twice, whatever its size: V8's own serialised
 * form is one buffer, and a buffer ends at 2 GiB for files and at 4 for arrays.
 */
import { createHash } from 'node:crypto';
import { fstatSync, readSync, writeSync } from 'node:fs';
import { Deserializer, Serializer } from 'node:v8';
import { bytesOf } from './cache-key.ts';

/** Name of the format, which goes into the digest: a file of another format is refused. */
const FORM = 'palimpsest arrays 1';
const DIGEST_BYTES = 32;
const HEAD_BYTES = DIGEST_BYTES + 8;
/** Bytes that are digested, written or read at a time. */
const CHUNK_BYTES = 1 << 26;

const ARRAYS = [
  Float32Array,
  Int8Array,
  Int32Array,
  Uint8Array,
  Uint16Array,
  Float16Array,
  BigInt64Array,
] as const;

type NumberArray = InstanceType<(typeof ARRAYS)[number]>;

/** V8's writer, which leaves arrays out and keeps them aside. Node's types do not know the two methods that it calls. */
class OpenSerializer extends Serializer {
  readonly arrays: NumberArray[] = [];

  constructor() {
    super();
    (this as unknown as ArrayHost)._setTreatArrayBufferViewsAsHostObjects(true);
    this.writeHeader();
  }

  _writeHostObject(array: NumberArray): void {
    const kind = ARRAYS.findIndex((each) => array instanceof each);
    if (kind < 0) throw new TypeError(`Expected arrays of numbers, got ${array.constructor.name}`);
    this.writeUint32(kind);
    this.writeDouble(array.length);
    this.arrays.push(array);
  }
}

interface ArrayHost {
  _setTreatArrayBufferViewsAsHostObjects(open: boolean): void;
}

/** V8's reader, which makes the arrays, still empty. Their bytes may not be more than there are. */
class OpenDeserializer extends Deserializer {
  readonly arrays: NumberArray[] = [];
  #restBytes: number;

  constructor(frame: Buffer, restBytes: number) {
    super(frame);
    this.#restBytes = restBytes;
    this.readHeader();
  }

  _readHostObject(): NumberArray {
    const kind = ARRAYS[this.readUint32()];
    const length = this.readDouble();
    this.#restBytes -= length * (kind?.BYTES_PER_ELEMENT ?? Number.NaN);
    if (!kind || !(this.#restBytes >= 0)) throw new Error('The file does not hold the arrays that it names');
    const array = new kind(length);
    this.arrays.push(array);
    return array;
  }
}

/** A value ready to be written. */
export interface ArrayFile {
  readonly sizeBytes: number;
  /** Writes it to a file that was opened for that. */
  write(file: number): void;
}

/** Takes a value that structured cloning can copy apart. Its arrays are not copied. Throws for what cannot be written. */
export function arrayFile(value: unknown): ArrayFile {
  const serializer = new OpenSerializer();
  serializer.writeValue(value);
  const frame = serializer.releaseBuffer();
  const frameBytes = Buffer.alloc(8);
  frameBytes.writeBigUInt64LE(BigInt(frame.length));
  const parts = [frameBytes, frame, ...serializer.arrays.map(bytesOf)];
  return {
    sizeBytes: parts.reduce((sum, { length }) => sum + length, DIGEST_BYTES),
    write(file) {
      const hash = createHash('sha256').update(FORM);
      let at = DIGEST_BYTES;
      for (const chunk of parts.flatMap(chunksOf)) {
        hash.update(chunk);
        writeFully(file, chunk, at);
        at += chunk.length;
      }
      writeFully(file, hash.digest(), 0);
    },
  };
}

/** The value in a file that was opened for reading. Throws for a file that is not whole, or not of this form. */
export function readArrayFile(file: number): unknown {
  const { size } = fstatSync(file);
  const head = readFully(file, Buffer.alloc(HEAD_BYTES), 0);
  const frameLength = Number(head.readBigUInt64LE(DIGEST_BYTES));
  if (frameLength > size - HEAD_BYTES) throw new Error('The file is cut short');
  const frame = readFully(file, Buffer.alloc(frameLength), HEAD_BYTES);
  let at = HEAD_BYTES + frameLength;
  const deserializer = new OpenDeserializer(frame, size - at);
  const value: unknown = deserializer.readValue();
  const hash = createHash('sha256').update(FORM).update(head.subarray(DIGEST_BYTES)).update(frame);
  for (const chunk of deserializer.arrays.map(bytesOf).flatMap(chunksOf)) {
    hash.update(readFully(file, chunk, at));
    at += chunk.length;
  }
  if (at !== size || !hash.digest().equals(head.subarray(0, DIGEST_BYTES)))
    throw new Error('The digest differs');
  return value;
}

/** Views of some bytes, none longer than a chunk. */
function chunksOf(bytes: Uint8Array): Uint8Array[] {
  const count = Math.ceil(bytes.length / CHUNK_BYTES);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES));
}

function writeFully(file: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(file, bytes, done, bytes.length - done, at + done);
}

function readFully<B extends Uint8Array>(file: number, into: B, at: number): B {
  for (let done = 0; done < into.length; ) {
    const count = readSync(file, into, done, into.length - done, at + done);
    if (count === 0) throw new Error('The file is cut short');
    done += count;
  }
  return into;
}
