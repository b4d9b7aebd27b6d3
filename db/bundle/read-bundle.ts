/** Reads a bundle and checks it against itself. Knows no rows. */
import { Refusal } from '../../studio/refusal.ts';
import { type BlobStore, type StagedBlob, sha256Of } from '../blobs.ts';
import { IN_FILE, MANIFEST, type Manifest, manifestSchema } from './bundle.ts';
import { checkBundle } from './check-bundle.ts';
import { TarError, tarFiles } from './tar.ts';
import { upgradeManifest } from './upgrade-manifest.ts';

const MAX_MANIFEST_BYTES = 200_000_000;

/** A bundle on its way in: its blobs are staged, no row names them yet. */
export interface ReadBundle {
  manifest: Manifest;
  staged: StagedBlob[];
}

/**
 * Reads a bundle and checks it against itself: every blob is there and is what its name says, and nothing that it names is
 * missing. Nothing is stored that outlives a restart; follow with {@link insertBundle}, or discard the staged blobs. Throws
 * {@link Refusal} `bad_bundle`.
 */
export async function readBundle(bytes: AsyncIterable<Uint8Array>, store: BlobStore): Promise<ReadBundle> {
  const staged: StagedBlob[] = [];
  let manifest: Manifest | undefined;
  try {
    for await (const { name, sizeBytes, body } of tarFiles(bytes)) {
      if (name === MANIFEST) manifest = await readManifest(sizeBytes, body);
      else staged.push(await stageBlob(store, name, body, manifest));
    }
    const missing = manifest?.blobs.find(({ sha256 }) => !staged.some((blob) => blob.sha256 === sha256));
    if (!manifest || missing) throw new Refusal('bad_bundle.incomplete', {}, IN_FILE);
    checkBundle(manifest);
    return { manifest, staged };
  } catch (error) {
    for (const blob of staged) store.discard(blob);
    if (error instanceof TarError)
      throw new Refusal(`bad_bundle.${error.fault}`, {}, { ...IN_FILE, cause: error });
    throw error;
  }
}

async function readManifest(sizeBytes: number, body: AsyncIterable<Uint8Array>): Promise<Manifest> {
  if (sizeBytes > MAX_MANIFEST_BYTES) throw new Refusal('bad_bundle.list_too_large', {}, IN_FILE);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk.slice());
  try {
    const manifest = upgradeManifest(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    manifestSchema.parse(manifest);
    // As it stood, not as it was parsed: its fields keep their order, so that the next bundle is the same bytes.
    return manifest as Manifest;
  } catch (cause) {
    throw new Refusal('bad_bundle.other_version', {}, { ...IN_FILE, cause });
  }
}

async function stageBlob(
  store: BlobStore,
  name: string,
  body: AsyncIterable<Uint8Array>,
  manifest: Manifest | undefined,
): Promise<StagedBlob> {
  const sha256 = name.replace(/^blobs\//, '');
  const entry = manifest?.blobs.find((blob) => blob.sha256 === sha256);
  if (!entry) throw new Refusal('bad_bundle.stray_file', { name }, IN_FILE);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk.slice());
  const bytes = Buffer.concat(chunks);
  if (sha256Of(bytes) !== sha256) throw new Refusal('bad_bundle.damaged_picture', {}, IN_FILE);
  return store.stage(bytes, entry.mediaType);
}
