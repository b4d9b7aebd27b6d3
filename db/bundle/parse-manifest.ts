/** The graph of a bundle from its bytes, checked in form and against itself. Pure; takes as long as the graph is large. */
import { ZodError } from 'zod';
import { Refusal } from '../../studio/refusal.ts';
import { IN_FILE, type Manifest, manifestSchema } from './bundle.ts';
import { checkBundle } from './check-bundle.ts';
import { upgradeManifest } from './upgrade-manifest.ts';

/** Throws {@link Refusal} `bad_bundle`. */
export function parseManifest(bytes: Uint8Array): Manifest {
  let manifest: Manifest;
  try {
    const read = upgradeManifest(JSON.parse(Buffer.from(bytes).toString('utf8')));
    manifestSchema.parse(read);
    // As it stood, not as it was parsed: its fields keep their order, so that the next bundle is the same bytes.
    manifest = read as Manifest;
  } catch (cause) {
    const isLarge =
      cause instanceof ZodError &&
      cause.issues.some((issue) => issue.code === 'too_big' && issue.origin === 'array');
    throw new Refusal(
      isLarge ? 'bad_bundle.list_too_large' : 'bad_bundle.other_version',
      {},
      { ...IN_FILE, cause },
    );
  }
  checkBundle(manifest);
  return manifest;
}
