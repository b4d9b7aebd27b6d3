/**
 * How well messages are read: precision and recall of what is said not to be understood, over messages of strangers with right readings
 * by hand (half of them never tuned on), and false alarms over the typed prompts. No picture is drawn.
 *
 *   node eval/readings.ts [KNOWS.json]     default: the list of models/mini
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Knows, knowsFile } from '../studio/known.ts';
import { readMessage, type Unknown } from '../studio/reading/reading.ts';

export interface Stranger {
  message: string;
  subjects: string[];
  /** What is not understood, as written, or `!kind`. */
  unknown: string[];
  /** Never tuned on. */
  held: boolean;
}

const list = (cell = ''): string[] =>
  cell
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

export function readStrangers(): Stranger[] {
  const lines = readFileSync(join(import.meta.dirname, 'strangers.txt'), 'utf8').split('\n');
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line, index) => {
      const [message, subjects, unknown] = line.split('|').map((cell) => cell.trim());
      return { message: message!, subjects: list(subjects), unknown: list(unknown), held: index % 2 === 1 };
    });
}

export const readList = (file = join(import.meta.dirname, '../models/mini/knows.json')): Knows =>
  knowsFile.parse(JSON.parse(readFileSync(file, 'utf8')));

/** What is said of a message, in the form of {@link Stranger.unknown}. */
export const saidOf = ({ kind, asked }: Unknown): string =>
  kind === 'thing' || kind === 'look' ? asked.toLowerCase() : `!${kind === 'alike' ? 'count' : kind}`;

export interface ReadingFigures {
  messages: number;
  precision: number;
  recall: number;
  /** Share of messages of whose subjects all and no others were found. */
  subjects: number;
  wrong: string[];
}

export function readingFigures(strangers: readonly Stranger[], knows: Knows): ReadingFigures {
  let [right, said, due, whole] = [0, 0, 0, 0];
  const wrong: string[] = [];
  for (const { message, subjects, unknown } of strangers) {
    const reading = readMessage(message, knows);
    const found = [...new Set(reading.unknown.map(saidOf))];
    const named = new Set(reading.understood.flatMap(({ kind, name }) => (kind === 'subject' ? [name] : [])));
    const hits = found.filter((each) => unknown.includes(each));
    right += hits.length;
    said += found.length;
    due += unknown.length;
    const isWhole = named.size === new Set(subjects).size && subjects.every((subject) => named.has(subject));
    whole += isWhole ? 1 : 0;
    if (hits.length < Math.max(found.length, unknown.length) || !isWhole)
      wrong.push(
        `${message} | ${[...named].join(', ')} | ${found.join(', ')} | due: ${subjects.join(', ')} | ${unknown.join(', ')}`,
      );
  }
  return {
    messages: strangers.length,
    precision: right / said,
    recall: right / due,
    subjects: whole / strangers.length,
    wrong,
  };
}

if (import.meta.main) {
  const knows = readList(process.argv[2]);
  const strangers = readStrangers();
  for (const [name, some] of [
    ['tuned', strangers.filter(({ held }) => !held)],
    ['held', strangers.filter(({ held }) => held)],
  ] as const) {
    const { wrong, ...figures } = readingFigures(some, knows);
    console.log(JSON.stringify({ set: name, ...figures }));
    if (name === 'tuned') for (const line of wrong) console.log(`  ${line}`);
  }
  const typed = JSON.parse(readFileSync(join(import.meta.dirname, 'cases/typed.json'), 'utf8')) as Record<
    string,
    { prompt: string }[]
  >;
  for (const [name, cases] of Object.entries(typed)) {
    const alarms = cases.flatMap(({ prompt }) => {
      const said = readMessage(prompt, knows).unknown.map(saidOf);
      return said.length > 0 ? [`${prompt} | ${said.join(', ')}`] : [];
    });
    console.log(JSON.stringify({ set: name, prompts: cases.length, alarms }));
  }
}
