/** The end of the branch is one for the page's graph, the composer and the server: the picture that is active once all is done. */
import { expect, it } from 'vitest';
import { endOfBranch, idOfEnd } from '../../studio/branch.ts';
import { compileContext, modeFor } from '../../studio/context.ts';
import type { TurnView } from '../../studio/protocol.ts';
import { turnSchema } from '../../studio/requests.ts';
import { versionTurn } from '../browser/turn-views.ts';

const coming = (version: number, parent: number | null, createdAt = 0): TurnView => ({
  ...versionTurn(version, parent === null ? [] : [[parent, 'target']]),
  pictures: [],
  createdAt,
  job: {
    id: 'j',
    turnId: `t${version}`,
    state: 'queued',
    attempt: 0,
    error: null,
    elapsedMs: null,
    waitsFor: [],
  },
});
const none = { undo: null, redo: null };
const chosenAt = (at: number) => ({ undo: { id: 1, kind: 'head' as const, at, turnId: null } });
const made = [versionTurn(1), versionTurn(2, [[1, 'target']])];
const head = { id: 's', headPictureId: 'p2' };

/** What the page marks, what an edit starts from, and what identity keeps. */
function ends(state: Parameters<typeof compileContext>[0]): (string | null)[] {
  const takenBy = (mode: 'edit' | 'identity') => {
    const result = compileContext(state, turnSchema.parse({ mode, prompt: 'x' }));
    const input = result.ok ? result.context.inputs[0] : undefined;
    return input?.pictureId ?? input?.turnId ?? null;
  };
  return [idOfEnd(state), takenBy('edit'), takenBy('identity')];
}

it.each([
  ['nothing is under way', [], none, 'p2'],
  ['an edit of it is under way', [coming(3, 2)], none, 't3'],
  ['edits of that one follow', [coming(3, 2), coming(4, 3)], none, 't4'],
  ['an older version is edited, which will be the active one', [coming(3, 1)], none, 't3'],
  ['a new picture is under way', [coming(3, null)], none, 't3'],
  ['the active one was chosen since', [coming(3, 1, 5)], chosenAt(9), 'p2'],
  ['it was chosen before', [coming(3, 1, 9)], chosenAt(5), 't3'],
  ['the turn was hidden', [{ ...coming(3, 2), state: 'removed' as const }], none, 'p2'],
])('%s', (_, added, history, expected) => {
  expect(ends({ session: head, turns: [...made, ...added], history })).toEqual([
    expected,
    expected,
    expected,
  ]);
});

it('is the picture of a turn under way once that is made', () => {
  const [{ pictures }] = [versionTurn(3, [[2, 'target']])];
  const turns = [...made, { ...coming(3, 2), pictures }];
  expect(endOfBranch({ session: head, turns, history: none })).toMatchObject({
    pictureId: 'p3',
    hash: pictures[0]!.hash,
  });
});

it('decides the mode that nobody chose', () => {
  const empty = { session: { id: 's', headPictureId: null }, turns: [] };
  expect(modeFor(empty, null, false)).toBe('new');
  expect(modeFor(empty, 'edit', false)).toBe('new');
  expect(modeFor(empty, 'combine', false)).toBe('combine');
  expect(modeFor({ ...empty, turns: [coming(1, null)] }, null, false)).toBe('edit');
});
