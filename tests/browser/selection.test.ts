/** Which picture the page is about: what is let go of when the session, its head or the address changes, and what is kept. */
import { expect, test } from 'vitest';
import type { Address } from '../../app/components/state/address.ts';
import { comparedOf } from '../../app/components/state/compared.ts';
import {
  basisOf,
  firstSelection,
  reduceSelection,
  restedOn,
  type Selection,
} from '../../app/components/state/selection.ts';
import { fromSnapshot, type SessionState } from '../../app/components/state/session-state.ts';
import { versionTurn } from './turn-views.ts';

const HERE: Address = { isGallery: false, sessionId: 's', turnId: null, pictureId: null };
const GALLERY: Address = { ...HERE, isGallery: true, sessionId: null };

/** A session of so many versions whose head is the last, or another. */
function sessionOf(versions: number, head = versions, id = 's'): SessionState {
  const turns = Array.from({ length: versions }, (_, index) => versionTurn(index + 1));
  const session = {
    id,
    title: '',
    createdAt: 0,
    updatedAt: 0,
    archivedAt: null,
    pinnedAt: null,
    tags: [],
    headPictureId: `p${head}`,
    thumbnailHash: null,
    pictureCount: versions,
  };
  return fromSnapshot({ session, turns, messages: [], history: { undo: null, redo: null }, seq: 0 });
}

/** The selection after the page has been through these addresses and states, one after the other. */
function through(...steps: (readonly [Address, SessionState | null])[]): Selection {
  const [first, ...rest] = steps;
  return rest.reduce(
    (selection, [address, state]) => restedOn(selection, basisOf(address, state)),
    firstSelection(basisOf(...first!)),
  );
}

test('a picture stays selected while the head stays, and the head takes over when it changes', () => {
  const chosen = reduceSelection(through([HERE, sessionOf(3)]), { type: 'choose', pictureId: 'p1' });
  expect(restedOn(chosen, basisOf(HERE, sessionOf(3))).pictureId).toBe('p1');
  expect(restedOn(chosen, basisOf(HERE, sessionOf(3, 2))).pictureId).toBeNull();
});

test('what is the same basis is the same selection', () => {
  const selection = through([HERE, sessionOf(3)]);
  expect(restedOn(selection, basisOf({ ...HERE }, sessionOf(3)))).toBe(selection);
});

test('a picture that is chosen moves nothing; one that is selected is gone to until a new turn comes', () => {
  const before = through([HERE, sessionOf(3)]);
  expect(reduceSelection(before, { type: 'choose', pictureId: 'p1' }).shown).toBeNull();
  const selected = reduceSelection(before, { type: 'select', pictureId: 'p1' });
  expect(selected.shown).toEqual({ turnId: null, pictureId: 'p1' });
  expect(restedOn(selected, basisOf(HERE, sessionOf(3, 2))).shown).toBe(selected.shown);
  expect(restedOn(selected, basisOf(HERE, sessionOf(4, 3))).shown).toBeNull();
});

test('the address names what is selected and shown, from when its session is there', () => {
  const address = { ...HERE, turnId: 't1', pictureId: 'p1' };
  const arriving = through([HERE, null], [address, null]);
  const arrived = restedOn(arriving, basisOf(address, sessionOf(3)));
  expect(arrived).toMatchObject({ pictureId: 'p1', shown: { turnId: 't1', pictureId: 'p1' } });
  // A session that has just been opened is gone through once more: its turns were not there before.
  expect(arrived.shown).not.toBe(arriving.shown);
  expect(restedOn(arrived, basisOf(address, sessionOf(3, 2))).pictureId).toBeNull();
  expect(restedOn(arrived, basisOf(HERE, sessionOf(4))).shown).toBeNull();
});

test('a turn in the address that names no picture is shown, and the head stays selected', () => {
  const { pictureId, shown } = through([HERE, sessionOf(3)], [{ ...HERE, turnId: 't1' }, sessionOf(3)]);
  expect(pictureId).toBeNull();
  expect(shown).toEqual({ turnId: 't1', pictureId: null });
});

test('another session takes nothing over', () => {
  const chosen = reduceSelection(through([HERE, sessionOf(3)]), { type: 'select', pictureId: 'p1' });
  const other = restedOn(chosen, basisOf({ ...HERE, sessionId: 't' }, sessionOf(3, 3, 't')));
  expect(other).toMatchObject({ pictureId: null, shown: null });
});

test('a comparison ends with its session and at the door of the gallery', () => {
  const state = sessionOf(2);
  const [one, other] = state.turns.map(({ pictures }) => comparedOf(pictures[0]!, state.turns, 'added'));
  const comparing = reduceSelection(through([HERE, state]), { type: 'compare', two: [one!, other!] });
  expect(comparing.compared).toMatchObject([
    { label: 'v1', prompt: 'prompt 1' },
    { label: 'v2', prompt: 'prompt 2' },
  ]);
  expect(restedOn(comparing, basisOf(HERE, sessionOf(3))).compared).toBe(comparing.compared);
  expect(restedOn(comparing, basisOf(GALLERY, null)).compared).toBeNull();
  expect(restedOn(comparing, basisOf({ ...HERE, sessionId: 't' }, null)).compared).toBeNull();
});

test('the gallery remembers the session that it was entered from', () => {
  const inGallery = through([HERE, sessionOf(1)], [GALLERY, null]);
  expect(inGallery.lastSessionId).toBe('s');
  expect(restedOn(inGallery, basisOf({ ...HERE, sessionId: null }, null)).lastSessionId).toBeNull();
});
