/** The stickers: questions from what a prompt says, their answers by hand-worked sights, ceilings on renders and floors under other prompts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CASES_DIR, readCases } from '../../eval/cases.ts';
import type { Drawing } from '../../eval/judges/drawings.ts';
import type { Judges } from '../../eval/judges/judge.ts';
import { loadJudges } from '../../eval/judges/load.ts';
import { readPixels } from '../../eval/judges/pixels.ts';
import { type Judged, shuffled, stickerFigures } from '../../eval/stickers/figures.ts';
import { questionsOf, type Seen } from '../../eval/stickers/questions.ts';
import { look } from '../../eval/stickers/run.ts';
import { readStickers, type Sticker } from '../../eval/stickers/sticker.ts';

const set = readCases();
let judges: Judges;
beforeAll(async () => {
  judges = await loadJudges(set);
});
afterAll(() => judges.words?.close());

const drawing = (subject: string, place: string, style = '3d'): Drawing => ({
  subject,
  place,
  style,
  sure: 1,
});
const twoSides: Pick<Sticker, 'expect' | 'without'> = {
  expect: {
    items: [
      { subject: 'fox', place: 'left', style: '3d' },
      { subject: 'owl', place: 'right', style: '3d' },
    ],
    background: ['plain', 'red'],
    word: { text: 'HELLO', row: 1, ink: null },
  },
  without: ['tree', 'text'],
};
const right: Seen = {
  drawings: [drawing('fox', 'left'), drawing('owl', 'right')],
  ground: { kind: 'plain', colour: 'red' },
  words: ['HELLO', ''],
};
/** The questions that are answered with no. */
const wrong = (seen: Seen) =>
  questionsOf(twoSides, set.places)
    .filter(({ isTrue }) => !isTrue(seen))
    .map(({ text }) => text);

test('everything that a prompt says is asked once, parents before children', () => {
  const questions = questionsOf(twoSides, set.places);
  expect(questions.map(({ kind }) => kind)).toEqual([
    ...['entity', 'attribute', 'relation', 'entity', 'attribute', 'relation'],
    ...['relation', 'numeracy', 'ground', 'attribute', 'word', 'negation', 'negation'],
  ]);
  expect(questions.every(({ id, parents }) => parents.every((parent) => parent < id))).toBe(true);
  // The word that is asked for is the text that must not be there: only that question is a contradiction.
  expect(wrong(right)).toEqual(['Is it without any text?']);
});

test('each wrong part is answered with no, and only it', () => {
  const without = (seen: Seen) => wrong(seen).filter((text) => text !== 'Is it without any text?');
  expect(without({ ...right, ground: { kind: 'plain', colour: 'blue' } })).toEqual(['Is the ground red?']);
  expect(without({ ...right, words: ['HELO'] })).toEqual(['Does it say HELLO?']);
  expect(without({ ...right, drawings: [drawing('fox', 'left', 'flat'), drawing('owl', 'right')] })).toEqual([
    'Is the fox drawn in the look 3d?',
  ]);
  expect(without({ ...right, drawings: [drawing('owl', 'left'), drawing('fox', 'right')] })).toEqual([
    ...['Is a fox at the place left?', 'Is a owl at the place right?', 'Is the fox left of the owl?'],
  ]);
  expect(without({ ...right, drawings: [...right.drawings, drawing('tree', 'top')] })).toEqual([
    ...['Are there 2 drawings, no more and no fewer?', 'Is there no tree?'],
  ]);
});

test('three of a subject are asked one by one', () => {
  const items = ['left', 'right', 'top'].map((place) => ({ subject: 'ghost', place, style: null }));
  const questions = questionsOf({ expect: { items, background: null, word: null } }, set.places);
  const seen: Seen = { ...right, drawings: [drawing('ghost', 'left'), drawing('ghost', 'right')] };
  const entities = questions.filter(({ kind }) => kind === 'entity');
  expect(entities.map(({ isTrue }) => isTrue(seen))).toEqual([true, true, false]);
});

test('dense captions lose the children of what is missing; instructions count every answer', () => {
  const expectations = { ...twoSides.expect, word: null };
  const seen: Seen = { ...right, drawings: [drawing('owl', 'right')], words: [] };
  const sticker = (set_: 'dense' | 'instructions') =>
    ({
      ...{ id: set_, set: set_, prompt: '', seed: 1, language: 'en', truth: '', expect: expectations },
      ...(set_ === 'instructions' && { group: 'relation', wording: 'short' }),
    }) as Sticker;
  const judged: Judged[] = [
    { sticker: sticker('dense'), seen },
    { sticker: sticker('instructions'), seen },
  ];
  const figures = new Map(stickerFigures(judged, set.places).map(({ name, value }) => [name, value]));
  // Of ten: no fox (and so neither its look, its place nor the relation), and not two drawings.
  expect(figures.get('dense')).toBeCloseTo(5 / 10);
  expect(figures.get('instructions, short: relation')).toBeCloseTo(5 / 10);
});

test('renders answer nearly all questions, and pictures under the prompts of others few', {
  timeout: 900_000,
}, async () => {
  const stickers = readStickers();
  const some = [
    ...Map.groupBy(stickers, (each) => `${each.set} ${each.language} ${each.group} ${each.wording}`).values(),
  ].flatMap((kind) => kind.slice(0, 2));
  const judged: Judged[] = [];
  for (const sticker of some) {
    const picture = await readPixels(readFileSync(join(CASES_DIR, sticker.truth)));
    judged.push({ sticker, seen: await look(picture, judges) });
  }
  const shareOf = (all: readonly Judged[]) => {
    const answers = all.flatMap(({ sticker, seen }) =>
      questionsOf(sticker, set.places)
        .filter(({ kind }) => judges.words || !['word', 'negation'].includes(kind))
        .map(({ isTrue }) => Number(isTrue(seen))),
    );
    return answers.reduce((sum, each) => sum + each, 0) / answers.length;
  };
  expect(shareOf(judged)).toBeGreaterThan(0.92);
  expect(shareOf(shuffled(judged))).toBeLessThan(0.5);
});
