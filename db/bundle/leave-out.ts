/**
 * A session whose files are not all there as a bundle without them: a picture is left out only where its pixels are lost, its
 * turn stays; what else is lost (latents, prior tokens, the original) costs no picture. What was left out is named in the
 * graph. Pure.
 */
import {
  type BundleChange,
  type BundleTurn,
  hashesOf,
  type LeftOut,
  type Manifest,
  type PictureRef,
} from './bundle.ts';

type BundlePicture = BundleTurn['pictures'][number];

/** The graph without what names these files; the same graph where there are none. */
export function leavingOut(manifest: Manifest, lost: ReadonlySet<string>): Manifest {
  if (lost.size === 0) return manifest;
  const gone = new Set(
    manifest.turns.flatMap(({ position, pictures }) =>
      pictures.filter(({ pixels }) => lost.has(pixels)).map(({ index }) => `${position}/${index}`),
    ),
  );
  const refOf = (ref: PictureRef | null) => (Array.isArray(ref) && gone.has(ref.join('/')) ? null : ref);
  const changeOf = (change: BundleChange): BundleChange =>
    change.field === 'headPictureId'
      ? { ...change, before: refOf(change.before), after: refOf(change.after) }
      : change;
  const turns = manifest.turns.map((turn) => turnWithout(turn, lost));
  const named = new Set(turns.flatMap(hashesOf));
  return {
    ...manifest,
    session: { ...manifest.session, head: refOf(manifest.session.head) },
    turns,
    operations: manifest.operations.map((operation) => ({
      ...operation,
      changes: operation.changes.map(changeOf),
    })),
    blobs: manifest.blobs.filter(({ sha256 }) => named.has(sha256)),
    leftOut: manifest.turns.flatMap((turn) => leftOutOf(turn, lost)),
  };
}

/** What was left out, in words for a header or a terminal: `v3`, `v4 (latents)`, `an input of turn 5`. */
export function namesOf(leftOut: readonly LeftOut[]): string[] {
  return leftOut.map((each) => {
    if ('turn' in each) return `an input of turn ${each.turn}`;
    return each.part === 'pixels' ? `v${each.version}` : `v${each.version} (${each.part})`;
  });
}

function turnWithout(turn: BundleTurn, lost: ReadonlySet<string>): BundleTurn {
  const kept = (sha256: string | null) => (sha256 === null || lost.has(sha256) ? null : sha256);
  return {
    ...turn,
    inputs: turn.inputs.map((input) => ({ ...input, pixels: kept(input.pixels) })),
    pictures: turn.pictures
      .filter(({ pixels }) => !lost.has(pixels))
      .map((picture) => ({
        ...picture,
        latent: kept(picture.latent),
        prior: kept(picture.prior),
        original: kept(picture.original),
      })),
  };
}

function leftOutOf({ position, inputs, pictures }: BundleTurn, lost: ReadonlySet<string>): LeftOut[] {
  const isLost = (sha256: string | null) => sha256 !== null && lost.has(sha256);
  // A picture of this session is named as itself, not once more by each turn that it went into.
  const input = inputs.some(
    ({ picture, pixels, role }) => isLost(pixels) && (role === 'mask' || typeof picture === 'string'),
  );
  return [
    ...pictures.flatMap((picture) => partsLost(picture, isLost)),
    ...(input ? [{ turn: position, part: 'input' as const }] : []),
  ];
}

function partsLost(
  { version, pixels, latent, prior, original }: BundlePicture,
  isLost: (sha256: string | null) => boolean,
): LeftOut[] {
  if (isLost(pixels)) return [{ version, part: 'pixels' }];
  return [
    ...(isLost(latent) ? [{ version, part: 'latents' as const }] : []),
    ...(isLost(prior) ? [{ version, part: 'prior tokens' as const }] : []),
    ...(isLost(original) ? [{ version, part: 'original' as const }] : []),
  ];
}
