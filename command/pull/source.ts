/** Where a checkpoint is fetched from, as the rest sees it: its files with their sizes and hashes, and their bytes from any place on. */

/** SHA-256 of the bytes, or the hash by which git names a small file: SHA-1 of `blob SIZE\0` and the bytes. */
export interface FileHash {
  kind: 'sha256' | 'git';
  hex: string;
}

export interface RemoteFile {
  /** Relative, with slashes. */
  path: string;
  size: number;
  /** Undefined where the source knows none. */
  hash: FileHash | undefined;
}

export interface Source {
  /** The commit or folder that the files belong to: a run that goes on takes them from the same one. */
  revision: string;
  licence: string | undefined;
  files: readonly RemoteFile[];
  /** Bytes of a file from `from` on. Throws errors of the network or of the file system. */
  read: (file: RemoteFile, from: number, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;
}

/** Folders of a checkpoint that the engine reads; the files above them are small and say what it is. */
const FOLDERS = new Set([
  ...['processor', 'scheduler', 'text_encoder', 'tokenizer', 'transformer', 'vae'],
  'vision_language_encoder',
]);
const ABOVE = /^(model_index\.json|knows\.json|README\.md|LICENSE[\w.]*|NOTICE[\w.]*)$/i;

/** Whether a file is part of a checkpoint; pictures and weights in other formats are left where they are. */
export function isWanted(path: string): boolean {
  const [folder, ...rest] = path.split('/');
  if (rest.length === 0) return ABOVE.test(path);
  return FOLDERS.has(folder!) && /\.(json|safetensors|jinja|model|txt)$/.test(path);
}

/** Whether a path stays inside the folder that it is written to, on every system. */
export const isSafe = (path: string): boolean =>
  !/[\\:\0]/.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
