/** `palimpsest verify`: finds the files of a receipt, has the picture made again, and prints the verdict. */
import { readFile } from 'node:fs/promises';
import { blobFile, sha256Of } from '../db/blobs.ts';
import { signedText } from '../db/bundle/receipt.ts';
import { fingerprintOf, isSignedBy, publicKeyIn } from '../db/folder/studio-key.ts';
import { loadEngine } from '../engine/index.ts';
import { type Command, dataDirOf, engineOptions } from './command-line.ts';
import { UsageError } from './failure.ts';
import { verify } from './verify.ts';

/** Makes a picture again from its receipt. Exit code 0: equal, also within the tolerance of another device. */
export async function runVerify(command: Command): Promise<void> {
  const { values, rest } = command;
  if (rest.length !== 1) throw new UsageError('Say which picture to verify: palimpsest verify FILE.png');
  const file = await readFile(rest[0]!);
  const data = dataDirOf(command);
  const given = await Promise.all((values.input ?? []).map((name) => readFile(name)));
  const stored = async (sha256: string) => {
    const bytes = await readFile(blobFile(data, sha256)).catch(() => undefined);
    return bytes && sha256Of(bytes) === sha256 ? bytes : undefined;
  };
  const find = async (sha256: string) =>
    given.find((bytes) => sha256Of(bytes) === sha256) ?? (await stored(sha256));
  const engine = await loadEngine(engineOptions(command));
  try {
    const verdict = await verify(file, engine, find);
    const signer = signerOf(file, data);
    if (signer) console.log(signer);
    if (verdict.outcome === 'equal') console.log('equal: the receipt makes this picture, byte for byte');
    else if (verdict.outcome === 'close')
      console.log(
        `equal within tolerance on this device: levels differ by at most ${verdict.largestDifference}`,
      );
    else {
      console.log(`${verdict.outcome}: ${verdict.field}: ${verdict.message}`);
      process.exitCode = 1;
    }
  } finally {
    await engine.close();
  }
}

/** Whose signature a file's receipt bears, in words; undefined where it has none that could be read. */
function signerOf(file: Uint8Array, data: string): string | undefined {
  const signed = signedText(file);
  if (!signed) return undefined;
  const { key, text, value } = signed;
  if (!isSignedBy(key, text, value))
    return 'signature: it is not of this receipt; the receipt was changed after it was signed';
  const whose =
    key === publicKeyIn(data)
      ? 'this studio'
      : 'another studio, or one whose data folder is not named by --data';
  return `signature: by the studio ${fingerprintOf(key)} (${whose})`;
}
