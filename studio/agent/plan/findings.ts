/**
 * What is plain of a result from what was measured of it anyway: nothing is said that was not checked. Pure.
 */
import type { Drift, PictureView, SecondLook, TurnView } from '../../protocol.ts';

/**
 * `unchanged`: next to nothing became different, though a change was asked for. `moved`: more than the change became different.
 * `misread`: the words that were read in the picture are not those that were asked for.
 */
export type Finding = { kind: 'unchanged' | 'moved' } | { kind: 'misread'; asked: string; read: string };

/** Share of the area that may look different in a picture of which nothing was redrawn. */
const NOISE = 0.02;
/** Outside of a change: from here on two pictures look the same. */
const SAME_DB = 45;

/** What did not work in a picture, as far as it was measured; empty where all that was checked is well, or nothing was. */
export function findingsOf(
  { kind }: Pick<TurnView, 'kind'>,
  { drift }: Pick<PictureView, 'drift'>,
  look?: SecondLook,
): Finding[] {
  const findings: Finding[] = [];
  if (kind === 'edit' && drift) {
    if (isUnchanged(drift)) findings.push({ kind: 'unchanged' });
    else if (drift.alarms.length > 0) findings.push({ kind: 'moved' });
  }
  const misread = look && misreadOf(look);
  return misread ? [...findings, misread] : findings;
}

/** Where prior tokens can be compared, all are the same; else no place differs in brightness, nor does the picture as a whole. */
function isUnchanged({ parent }: Drift): boolean {
  const { changedTokenShare, changedShare, outsidePsnrDb } = parent;
  if (changedTokenShare !== null) return changedTokenShare === 0 && changedShare < NOISE;
  return changedShare === 0 && outsidePsnrDb !== null && outsidePsnrDb >= SAME_DB;
}

function misreadOf({ asked, read, again }: SecondLook): Finding | undefined {
  const seen = again?.kept ? again.read : read;
  const [wanted, found] = [asked, seen].map((words) => words.join(' '));
  // Nothing was drawn once more: what was read is well.
  if (again === null || plain(wanted!) === plain(found!)) return undefined;
  return { kind: 'misread', asked: wanted!, read: found! };
}

const plain = (text: string): string => text.toLowerCase().replace(/[\p{P}\s]+/gu, '');
