/** Figures as a table for people. Pure. */
import type { StickerRun } from '../stickers/run.ts';
import type { EditFigure, Figures, Headline } from './figures.ts';
import type { Share } from './statistics.ts';

/** Targets of the small model: those of the issue that it was trained for. */
export const TARGETS: Record<keyof Headline, string> = {
  subject: '>= 0.97',
  style: '>= 0.97',
  position: '>= 0.97',
  wordSeen: '>= 0.95',
  wordUnseen: '>= 0.95',
  editOutsidePsnr: '>= 26 dB',
  editDone: '>= 0.90',
  identity: '>= 0.95',
  identitySeen: '-',
  identityLook: '>= 0.90',
  identityDistance: '-',
  typed: '>= 0.93',
  typedEdits: '>= 0.90',
  caseEqual: '>= 0.98',
  meaningEqual: '-',
  variety: '5 x before',
  varietyRight: '-',
  styleByReference: '>= 0.90',
  uploadKept: '>= 26 dB',
  uploadRight: '-',
  absentKept: '-',
  chains: '>= 0.85',
  secondsPerPicture: '<= 0.35 s',
};

/** Columns of the tables, and where each figure stands. */
export const COLUMNS: readonly [string, (figures: Figures) => Share | number | undefined][] = [
  ['n', ({ n }) => n],
  ['subject', ({ subject }) => subject],
  ['style', ({ style }) => style],
  ['place', ({ position }) => position],
  ['count', ({ count }) => count],
  ['ground', ({ background }) => background],
  ['word', ({ word }) => word],
  ['NED', ({ wordLikeness }) => wordLikeness],
  ['done', ({ done }) => done],
  ['kept', ({ kept }) => kept],
  ['right', ({ right }) => right],
  ['PSNR', ({ outsidePsnr }) => outsidePsnr],
  ['SSIM', ({ outsideSsim }) => outsideSsim],
  ['1 of 20', ({ identity }) => identity],
  ['likeness', ({ likeness }) => likeness],
  ['to truth', ({ toTruth }) => toTruth],
  ['nearest', ({ nearest }) => nearest],
];

/** A share, a number, or a dash for what was not measured. */
export const show = (value: Share | number | undefined | null): string => {
  if (value === undefined || value === null) return '-';
  if (typeof value !== 'number') return value.value.toFixed(2);
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 1);
};

function lines(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, k) => Math.max(...[head, ...rows].map((row) => row[k]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!))).join('  ');
  return [line(head), ...rows.map(line)].join('\n');
}

/** Headline figures with targets and ceilings. */
export function formatHeadline(headline: Headline, ceiling: Headline): string {
  const names = Object.keys(TARGETS) as (keyof Headline)[];
  return lines(
    ['figure', 'measured', 'ceiling', 'target'],
    names.map((name) => [name, show(headline[name]), show(ceiling[name]), TARGETS[name]]),
  );
}

/** One row per kind of case. */
export function formatTable(table: Record<string, Figures>): string {
  return lines(
    ['kind', ...COLUMNS.map(([name]) => name)],
    Object.entries(table).map(([kind, figures]) => [kind, ...COLUMNS.map(([, of]) => show(of(figures)))]),
  );
}

/** What edits are measured by, with the intervals of shares. */
export function formatEdits(edits: readonly EditFigure[]): string {
  return lines(
    ['edits', 'figure', '95 %', 'n'],
    edits.map(({ name, share, db }) =>
      share
        ? [
            name,
            share.value.toFixed(2),
            `${share.low.toFixed(2)} to ${share.high.toFixed(2)}`,
            String(share.n),
          ]
        : [name, `${db!.toFixed(1)} dB`, '', ''],
    ),
  );
}

/** The stickers beside their ceilings and floors. */
export function formatStickers({ figures, ceilings, floors, diversity, leftOut }: StickerRun): string {
  const of = (some: StickerRun['figures'], name: string) =>
    some.find((figure) => figure.name === name)?.value?.toFixed(2) ?? '-';
  const table = lines(
    ['Sticker', 'measured', '95 %', 'renders', 'other prompts', 'n'],
    figures.map(({ name, value, low, high, prompts }) => [
      ...[
        name,
        value?.toFixed(2) ?? '-',
        low === undefined ? '' : `${low.toFixed(2)} to ${high!.toFixed(2)}`,
      ],
      ...[of(ceilings, name), of(floors, name), String(prompts)],
    ]),
  );
  const apart = `diversity: four seeds of a prompt that says everything differ by ${diversity?.toFixed(1) ?? '-'} of 255`;
  return [table, apart, ...leftOut.map((each) => `left out: ${each}`)].join('\n');
}
