/**
 * node eval/report/report.ts [--write docs/mini.md] RESULTS.json [NAME=RESULTS.json …]
 * The tables of docs/mini.md as Markdown: figures of the first file beside ceilings and targets, then one row per further file.
 * `--write` puts the figures of the first file between the two `figures` marks of that document and its contact sheets beside it.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Figures, type Headline, KINDS } from './figures.ts';
import type { Share } from './statistics.ts';
import { COLUMNS, show, TARGETS } from './table.ts';

interface Results extends Headline {
  ceilings: Headline;
  table: Record<string, Figures>;
  ceilingTable: Record<string, Figures>;
  drift?: { psnr: number[]; done?: Share; n: number };
  model: { digest: string; precision: string };
  settings: { steps: number; guidanceScale: number; quick: boolean };
  machine: { cpu: string; cores: number; load: number[] };
  pictures: number;
  cpuSecondsPerPicture: number | null;
}

/** Which share of the tables a headline figure is: for its interval. */
const SHARE_OF: Partial<Record<keyof Headline, (table: Record<string, Figures>) => Share | undefined>> = {
  subject: ({ t2i }) => t2i?.subject,
  style: ({ t2i }) => t2i?.style,
  position: ({ t2i }) => t2i?.position,
  wordSeen: (table) => table['words-seen']?.word,
  wordUnseen: (table) => table['words-unseen']?.word,
  editDone: ({ edits }) => edits?.done,
  identity: (table) => table['identity-unseen']?.identity,
  identitySeen: (table) => table['identity-seen']?.identity,
  identityLook: (table) => table['identity-unseen']?.style,
  typed: ({ typed }) => typed?.right,
  typedEdits: (table) => table['typed-edit']?.right,
  styleByReference: ({ like }) => like?.right,
  uploadRight: ({ upload }) => upload?.right,
  absentKept: ({ absent }) => absent?.right,
};

const read = (path: string): Results => JSON.parse(readFileSync(path, 'utf8')) as Results;
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map((_, k) => (k === 0 ? '---' : '---:'))), ...rows.map(row)].join('\n');

function headline(results: Results): string {
  const names = Object.keys(TARGETS) as (keyof Headline)[];
  return table(
    ['figure', 'target', 'measured', '95 % interval', 'n', 'ceiling on ground truth'],
    names.map((name) => {
      const share = SHARE_OF[name]?.(results.table);
      const interval = share ? `${share.low.toFixed(2)} to ${share.high.toFixed(2)}` : '-';
      return [
        name,
        TARGETS[name],
        show(results[name]),
        interval,
        String(share?.n ?? '-'),
        show(results.ceilings[name]),
      ];
    }),
  );
}

function kinds(figures: Record<string, Figures>): string {
  const used = COLUMNS.filter(([, of]) => Object.values(figures).some((one) => of(one) !== undefined));
  return table(
    ['kind', ...used.map(([name]) => name)],
    Object.entries(figures).map(([kind, one]) => [kind, ...used.map(([, of]) => show(of(one)))]),
  );
}

/** Sheets that the document shows. */
const SHEETS = [...KINDS, 'drift'];
const MARKS = ['<!-- figures -->', '<!-- /figures -->'] as const;

function figuresText(results: Results): string {
  const { model, settings, machine, pictures, drift } = results;
  const machineText = `${machine.cpu}, ${machine.cores} cores, load ${machine.load.map((value) => value.toFixed(1)).join(' to ')}`;
  const cpu = results.cpuSecondsPerPicture
    ? `, ${results.cpuSecondsPerPicture.toFixed(2)} s of processor time a picture`
    : '';
  return [
    `Checkpoint \`${model.digest.slice(0, 12)}\`, ${model.precision}, ${settings.steps} steps, guidance ${settings.guidanceScale}, ${pictures} pictures; ${machineText}${cpu}.`,
    headline(results),
    kinds(results.table),
    'The same judges on ground truth:',
    kinds(results.ceilingTable),
    ...(drift
      ? [
          `Ten edits in a row (chains: ${drift.n}), PSNR of the untouched half against the first picture: ${drift.psnr.map((db) => db.toFixed(1)).join(', ')} dB; edits done ${show(drift.done)}.`,
        ]
      : []),
  ].join('\n\n');
}

function write(document: string, results: Results, from: string): void {
  const text = readFileSync(document, 'utf8');
  const [start, end] = MARKS.map((mark) => text.indexOf(mark)) as [number, number];
  if (start < 0 || end < start)
    throw new Error(`Expected ${MARKS.join(' and ')} in ${document}, in this order`);
  writeFileSync(
    document,
    `${text.slice(0, start + MARKS[0].length)}\n${figuresText(results)}\n${text.slice(end)}`,
  );
  const folder = join(dirname(document), 'eval');
  mkdirSync(folder, { recursive: true });
  for (const name of SHEETS.map((kind) => `sheet-${kind}.webp`))
    if (existsSync(join(from, name))) copyFileSync(join(from, name), join(folder, name));
}

const { values, positionals } = parseArgs({ options: { write: { type: 'string' } }, allowPositionals: true });
const [first, ...more] = positionals;
if (!first) throw new Error('Expected a results.json: run npm run eval first');
if (!first.includes('=')) {
  const results = read(first);
  if (values.write) write(values.write, results, dirname(first));
  else console.log(figuresText(results));
}
const rows = (first.includes('=') ? [first, ...more] : more).map((pair) => {
  const [name, path] = pair.split('=') as [string, string];
  return { name, results: read(path) };
});
if (rows.length > 0)
  console.log(
    `\n${kinds(Object.fromEntries(rows.map(({ name, results }) => [name, results.table.all!] as const)))}`,
  );
