/**
 * The manifest of a bundle that an earlier version wrote, in the words of this one. Version 1 is what 0.1.0 wrote: it called
 * a picture an image, and the denoise stage decode. Knows no rows.
 */

const KEYS_OF_VERSION_1: Record<string, string> = {
  images: 'pictures',
  imageId: 'pictureId',
  decode: 'denoise',
};

/** The manifest as version 2, its fields in the order in which they stood; anything else as it is. */
export function upgradeManifest(manifest: unknown): unknown {
  const { format, version } = (manifest ?? {}) as { format?: unknown; version?: unknown };
  if (format !== 'palimpsest.session' || version !== 1) return manifest;
  return { ...(renamed(manifest) as object), version: 2 };
}

function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      KEYS_OF_VERSION_1[key] ?? key,
      key === 'field' && each === 'headImageId' ? 'headPictureId' : renamed(each),
    ]),
  );
}
