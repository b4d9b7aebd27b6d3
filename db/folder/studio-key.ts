/**
 * The studio's key, with which it signs the receipts that it writes: Ed25519, in `studio-key.pem` of the data folder, for its owner's
 * eyes alone. The same receipt has the same signature. Source: RFC 8032.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataFolderError } from './folder-lock.ts';

export const KEY_FILE = 'studio-key.pem';

export interface StudioKey {
  /** The public key, 32 bytes in base64url. */
  publicKey: string;
  /** A text's signature, in base64url. */
  sign(text: string): string;
}

/** The key of a data folder, made where there is none. Throws {@link DataFolderError} for a file that is no such key. */
export function studioKey(folder: string): StudioKey {
  const file = join(folder, KEY_FILE);
  if (!existsSync(file))
    writeFileSync(file, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }), {
      mode: 0o600,
      flag: 'wx',
    });
  const key = privateKeyIn(file);
  return {
    publicKey: publicKeyOf(key),
    sign: (text) => sign(null, Buffer.from(text), key).toString('base64url'),
  };
}

/** The public key of a data folder; undefined where it has none. */
export function publicKeyIn(folder: string): string | undefined {
  const file = join(folder, KEY_FILE);
  return existsSync(file) ? publicKeyOf(privateKeyIn(file)) : undefined;
}

function privateKeyIn(file: string): KeyObject {
  try {
    const key = createPrivateKey(readFileSync(file));
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (cause) {
    if ('syscall' in (cause as object)) throw cause;
  }
  throw new DataFolderError(
    `${file} is no key of a studio. Put it back from a backup, or delete it: a new one is made, and receipts are signed by another studio from then on.`,
  );
}

const publicKeyOf = (key: KeyObject): string => createPublicKey(key).export({ format: 'jwk' }).x!;

/** Whether a text was signed with the key that belongs to a public one. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
    return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

/** A public key as people compare it: four groups of four signs. */
export function fingerprintOf(publicKey: string): string {
  const hex = createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('hex');
  return hex.slice(0, 16).match(/.{4}/g)!.join(' ');
}
