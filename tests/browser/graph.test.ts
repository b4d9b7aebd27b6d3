/** The version graph on paper: who stands where, what can move; and the small pure parts of looking and writing. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { difference } from '../../app/components/compare/difference.ts';
import { isPressed } from '../../app/components/keyboard/command.ts';
import { type Graph, graphOf, neighbour, viewOf } from '../../app/components/lineage/graph.ts';
import {
  type MaskHistory,
  type MaskOperation,
  NOTHING_DONE,
  redone,
  undone,
  withOperation,
} from '../../app/components/mask/mask-operations.ts';
import {
  afterMention,
  mentionAt,
  suggestionsFor,
  withMention,
} from '../../app/components/message-box/suggestions.ts';
import { turnsAside } from '../../app/components/state/branch.ts';
import { idOfEnd } from '../../studio/branch.ts';
import type { TurnView } from '../../studio/protocol.ts';
import { versionTurn } from './turn-views.ts';

const turns = [
  versionTurn(1),
  versionTurn(2, [[1, 'target']]),
  versionTurn(3, [[2, 'target']]),
  versionTurn(4, [[2, 'target']]),
  versionTurn(5, [
    [3, 'target'],
    [4, 'style'],
  ]),
];
const place = ({ items }: Graph, id: string) => {
  const { row, column, onBranch } = items.find((item) => item.id === id)!;
  return [row, column, onBranch];
};

test('an edit stands under what it changed, others of it beside that; the branch that is active moves nothing', () => {
  const graph = graphOf(turns, 'p5');
  expect(place(graph, 'p1')).toEqual([0, 0, true]);
  expect(place(graph, 'p3')).toEqual([2, 0, true]);
  expect(place(graph, 'p4')).toEqual([2, 1, false]);
  expect(place(graph, 'p5')).toEqual([3, 0, true]);
  expect(graph.edges.filter(({ onBranch }) => onBranch).map(({ to }) => to)).toEqual(['p2', 'p3', 'p5']);
  const placesOf = (head: string) =>
    graphOf(turns, head).items.map(({ id, row, column }) => [id, row, column]);
  for (const head of ['p1', 'p2', 'p3', 'p4']) expect(placesOf(head)).toEqual(placesOf('p5'));
  expect(place(graphOf(turns, 'p4'), 'p4')).toEqual([2, 1, true]);
});

test('sixty first pictures fill rows of three; what has edits stands by itself, under what is older', () => {
  const roots = Array.from({ length: 60 }, (_, index) => versionTurn(index + 1));
  const { items } = graphOf(roots, 'p60');
  expect(Math.max(...items.map(({ column }) => column))).toBe(2);
  expect(Math.max(...items.map(({ row }) => row))).toBe(19);
  const edited = graphOf([...roots, versionTurn(61, [[30, 'target']]), versionTurn(62)], 'p61');
  expect(place(edited, 'p61')).toEqual([(place(edited, 'p30')[0] as number) + 1, 0, true]);
  expect(edited.items.filter(({ row }) => row === place(edited, 'p30')[0])).toHaveLength(1);
});

test('pictures of one message stay together', () => {
  const four = versionTurn(1);
  const picture = four.pictures[0]!;
  const pictures = [1, 2, 3, 4].map((version) => ({
    ...picture,
    id: `p${version}`,
    version,
    index: version - 1,
  }));
  const { items } = graphOf([{ ...four, pictures }, versionTurn(5)], 'p1');
  expect(items.map(({ row, column }) => [row, column])).toEqual([
    [0, 0],
    [0, 1],
    [0, 2],
    [0, 3],
    [1, 0],
  ]);
});

test('a version in the making stands where it will stand', () => {
  const job = {
    id: 'j6',
    turnId: 't6',
    state: 'running',
    attempt: 1,
    error: null,
    elapsedMs: null,
    waitsFor: [],
  };
  const making = (version: number, of: number): TurnView => ({
    ...versionTurn(version, [[of, 'target']]),
    pictures: [],
    job: { ...job, state: 'running', turnId: `t${version}` },
  });
  const session = { headPictureId: 'p5' };
  const history = { undo: null, redo: null };
  const placeOf = (state: Parameters<typeof idOfEnd>[0], id: string) =>
    place(graphOf(state.turns, idOfEnd(state)), id);
  const next = { session, history, turns: [...turns, making(6, 5)] };
  expect(placeOf(next, 't6')).toEqual([4, 0, true]);
  expect(placeOf(next, 'p5')).toEqual([3, 0, true]);
  const two = { ...next, turns: [...next.turns, making(7, 6)] };
  expect(placeOf(two, 't7')).toEqual([5, 0, true]);
  const aside = { ...next, turns: [...turns, making(6, 2)] };
  expect(placeOf(aside, 't6')).toEqual([2, 2, true]);
  // Someone has gone to another version since: the head stays there when the turn is done.
  const chosen = { id: 9, kind: 'head' as const, at: 100, turnId: null };
  const left = { ...next, history: { undo: chosen, redo: null } };
  expect(placeOf(left, 't6')).toEqual([4, 0, false]);
});

test('the graph is moved so that a version is in sight, and never past its edges', () => {
  const size = { widthPx: 300, heightPx: 400 };
  const one = viewOf({ widthPx: 100, heightPx: 110 }, size, { xPx: 50, yPx: 50 }, 1);
  expect(one).toEqual({ x: 0, y: 0, zoom: 1 });
  const graph = { widthPx: 1000, heightPx: 2000 };
  expect(viewOf(graph, size, { xPx: 50, yPx: 50 }, 1)).toEqual({ x: 0, y: 0, zoom: 1 });
  expect(viewOf(graph, size, { xPx: 500, yPx: 1000 }, 1)).toEqual({ x: -350, y: -800, zoom: 1 });
  expect(viewOf(graph, size, { xPx: 990, yPx: 1990 }, 1)).toEqual({ x: -700, y: -1600, zoom: 1 });
});

test('turns that the session went another way from are aside', () => {
  const asideOf = (head: string) => [...turnsAside(turns, head)];
  expect(asideOf('p5')).toEqual([]);
  expect(asideOf('p3')).toEqual(['t4', 't5']);
  expect(asideOf('p1')).toEqual(['t2', 't3', 't4', 't5']);
  // Another first picture is no side branch of this one, unless it was left.
  const two = [versionTurn(1), versionTurn(2)];
  expect([...turnsAside(two, 'p2')]).toEqual([]);
  expect([...turnsAside(two, 'p1')]).toEqual(['t2']);
});

test('what is hidden is not drawn, what is left out is', () => {
  const hidden = turns.with(3, { ...turns[3]!, state: 'removed' });
  expect(graphOf(hidden, 'p5').items.map(({ id }) => id)).not.toContain('p4');
  const left = turns.with(1, { ...turns[1]!, state: 'disabled' });
  expect(graphOf(left, 'p5').items.map(({ id }) => id)).toContain('p2');
});

test('no two versions stand in one place, and each below all it came from', () => {
  const parents = fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(parents, fc.nat(30), (given, head) => {
      const made = given.map(([one, other], index) =>
        index === 0
          ? versionTurn(1)
          : versionTurn(index + 1, [
              [(one % index) + 1, 'target'],
              [(other % index) + 1, 'reference'],
            ]),
      );
      const { items, edges } = graphOf(made, `p${(head % made.length) + 1}`);
      expect(new Set(items.map(({ row, column }) => `${row}:${column}`)).size).toBe(items.length);
      const rowOf = new Map(items.map(({ id, row }) => [id, row]));
      for (const { from, to } of edges) expect(rowOf.get(to)!).toBeGreaterThan(rowOf.get(from)!);
    }),
  );
});

test('an edit moves by one place, and never before the first picture', () => {
  const { items } = graphOf(turns, 'p5');
  const item = (id: string) => items.find((each) => each.id === id)!;
  expect(neighbour(items, item('p3'), -1)).toBe('t1');
  expect(neighbour(items, item('p3'), 1)).toBe('t5');
  expect(neighbour(items, item('p2'), -1)).toBeNull();
  expect(neighbour(items, item('p5'), 1)).toBeNull();
  expect(neighbour(items, item('p1'), 1)).toBeNull();
});

test('a mention under the cursor is found, offered by number and by word, and written out', () => {
  expect(mentionAt('put @3 in', 6)).toEqual({ start: 4, typed: '3' });
  expect(mentionAt('me@home', 7)).toBeNull();
  expect(mentionAt('把@熊', 3)).toEqual({ start: 1, typed: '熊' });
  expect(suggestionsFor(turns, '').map(({ token }) => token)).toEqual(['@5', '@4', '@3', '@2', '@1']);
  expect(suggestionsFor(turns, 'v4').map(({ token }) => token)).toEqual(['@4']);
  expect(suggestionsFor(turns, 'prompt 2').map(({ token }) => token)).toEqual(['@2']);
  expect(withMention('put @ in', { start: 4, typed: '' }, '@3')).toEqual({ text: 'put @3 in', cursor: 7 });
  expect(withMention('put @', { start: 4, typed: '' }, '@3')).toEqual({ text: 'put @3 ', cursor: 7 });
});

test('the version of just the typed number is offered first, however many begin with it', () => {
  const many = Array.from({ length: 19 }, (_, index) => versionTurn(index + 1));
  const tokens = (typed: string) => suggestionsFor(many, typed).map(({ token }) => token);
  expect(tokens('1')).toEqual(['@1', '@19', '@18', '@17', '@16', '@15']);
  expect(tokens('v12')).toEqual(['@12']);
});

test('a mention leaves no space before punctuation and no two spaces', () => {
  const typed = (text: string, added: string) => {
    const mention = withMention(text, { start: text.indexOf('@'), typed: '' }, '@3');
    const { cursor } = mention;
    const now = mention.text.slice(0, cursor) + added + mention.text.slice(cursor);
    const after = { text: now, cursor: cursor + added.length };
    return afterMention(mention, after) ?? after;
  };
  expect(typed('put @', ',')).toEqual({ text: 'put @3,', cursor: 7 });
  expect(typed('put @', ' ')).toEqual({ text: 'put @3 ', cursor: 7 });
  expect(typed('put @', '\n')).toEqual({ text: 'put @3\n', cursor: 7 });
  expect(typed('put @', 'i')).toEqual({ text: 'put @3 i', cursor: 8 });
  expect(typed('把@', '，')).toEqual({ text: '把@3，', cursor: 4 });
  expect(typed('put @ in', ',')).toEqual({ text: 'put @3, in', cursor: 7 });
  expect(typed('put @, then', 'x')).toEqual({ text: 'put @3x, then', cursor: 7 });
});

test('undo of a mask takes back exactly what was done, redo brings it again', () => {
  const operation: fc.Arbitrary<MaskOperation> = fc.oneof(
    fc.constant({ type: 'invert' as const }),
    fc.constant({ type: 'clear' as const }),
    fc.record({ type: fc.constant('cell' as const), column: fc.nat(7), row: fc.nat(7), paint: fc.boolean() }),
    fc.record({
      type: fc.constant('area' as const),
      erase: fc.boolean(),
      points: fc.array(fc.tuple(fc.nat(64), fc.nat(64))),
    }),
  );
  fc.assert(
    fc.property(fc.array(operation), fc.nat(20), (operations, steps) => {
      const done = operations.reduce<MaskHistory>(withOperation, NOTHING_DONE);
      let back = done;
      for (let step = 0; step < steps; step++) back = undone(back);
      expect(back.done).toEqual(operations.slice(0, Math.max(0, operations.length - steps)));
      for (let step = 0; step < steps; step++) back = redone(back);
      expect(back.done).toEqual(operations);
    }),
  );
});

test('equal pictures do not differ; one changed pixel of four is a quarter', () => {
  const grey = new Uint8ClampedArray(16).fill(128);
  const heat = new Uint8ClampedArray(16);
  expect(difference(grey, grey, heat)).toEqual({ changedShare: 0, psnrDb: null });
  const other = Uint8ClampedArray.from(grey);
  other[4] = 255;
  const { changedShare, psnrDb } = difference(grey, other, heat);
  expect(changedShare).toBe(0.25);
  expect(psnrDb).toBeCloseTo(10 * Math.log10((255 * 255) / ((127 * 127) / 12)), 6);
  expect([...heat.slice(4, 8)]).not.toEqual([...heat.slice(0, 4)]);
});

test('keys are the ones that are named', () => {
  const key = (init: Partial<KeyboardEvent>) =>
    ({ ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...init }) as KeyboardEvent;
  expect(isPressed('Mod+Z', key({ key: 'z', ctrlKey: true }))).toBe(true);
  expect(isPressed('Mod+Z', key({ key: 'Z', metaKey: true, shiftKey: true }))).toBe(false);
  expect(isPressed('Mod+Shift+Z', key({ key: 'Z', metaKey: true, shiftKey: true }))).toBe(true);
  expect(isPressed('?', key({ key: '?', shiftKey: true }))).toBe(true);
  expect(isPressed('G', key({ key: 'g' }))).toBe(true);
  expect(isPressed('G', key({ key: 'g', ctrlKey: true }))).toBe(false);
  expect(isPressed('+', key({ key: '+', shiftKey: true }))).toBe(true);
  expect(isPressed('+', key({ key: '-' }))).toBe(false);
});
