/** Messages with their right reading: the form of a line, the sessions that they are said in, and what counts as the same reading. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isChanging, isDrawing } from '../../studio/agent/action-kinds.ts';
import {
  type Action,
  ANSWER_KINDS,
  type PictureRef,
  type Plan,
  REGIONS,
} from '../../studio/agent/actions.ts';
import type { SeenSession } from '../../studio/agent/seen-session.ts';
import { LOCALES } from '../../studio/locale/locale.ts';
import { optionsSchema } from '../../studio/requests.ts';

/** A picture in a line: a version, or `{ "step": n }`. */
const picture = z.union([z.int().positive(), z.strictObject({ step: z.int().positive() })]);
/** Words that the prompt of a step must have (`has`) and must not have (`lacks`), in any case. */
const words = { has: z.array(z.string()).optional(), lacks: z.array(z.string()).optional() };
const options = optionsSchema.optional();

const expectedSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('new'), ...words, references: z.array(picture).optional(), options }),
  z.strictObject({
    type: z.literal('edit'),
    ...words,
    target: picture.optional(),
    references: z.array(picture).optional(),
    region: z.enum(REGIONS).optional(),
    options,
  }),
  z.strictObject({
    type: z.literal('style'),
    ...words,
    target: picture.optional(),
    styles: z.array(picture),
    options,
  }),
  z.strictObject({ type: z.literal('identity'), ...words, references: z.array(picture).optional(), options }),
  z.strictObject({ type: z.literal('combine'), ...words, references: z.array(picture).optional(), options }),
  z.strictObject({ type: z.literal('vary'), of: picture.optional(), count: z.int().optional() }),
  z.strictObject({ type: z.literal('repeat'), of: picture.optional(), options }),
  z.strictObject({ type: z.literal('same-layout'), of: picture.optional(), options }),
  z.strictObject({ type: z.literal('undo'), times: z.int().optional() }),
  z.strictObject({ type: z.literal('redo'), times: z.int().optional() }),
  z.strictObject({ type: z.literal('go-to'), version: z.int() }),
  z.strictObject({ type: z.literal('branch'), version: z.int() }),
  z.strictObject({ type: z.literal('leave-out'), edit: z.int() }),
  z.strictObject({ type: z.literal('take-in'), edit: z.int() }),
  z.strictObject({ type: z.literal('move'), edit: z.int(), after: z.int() }),
  z.strictObject({ type: z.literal('reword'), edit: z.int(), ...words }),
  z.strictObject({ type: z.literal('apply-as-one'), from: z.int().optional() }),
  z.strictObject({ type: z.literal('rename'), title: z.string() }),
  z.strictObject({ type: z.literal('stop') }),
  z.strictObject({ type: z.literal('compare'), versions: z.array(z.int()).length(2) }),
  z.strictObject({ type: z.literal('search'), ...words }),
  z.strictObject({
    type: z.literal('export'),
    what: z.enum(['session', 'picture']),
    version: z.int().optional(),
  }),
  z.strictObject({
    type: z.literal('answer'),
    kind: z.enum(ANSWER_KINDS),
    pictures: z.array(z.int()).optional(),
  }),
  z.strictObject({ type: z.literal('ask') }),
]);
type Expected = z.output<typeof expectedSchema>;

/** One line of a corpus. */
export const lineSchema = z.strictObject({
  id: z.string(),
  language: z.enum(LOCALES),
  message: z.string().min(1),
  session: z.string(),
  plan: z.array(expectedSchema).min(1),
  /** Other readings that are right too. */
  or: z.array(z.array(expectedSchema).min(1)).optional(),
});
export type Line = z.output<typeof lineSchema>;

const FOLDER = import.meta.dirname;

/** The sessions that messages are said in, by name. */
export function fixtureSessions(): Record<string, SeenSession> {
  const sessions = JSON.parse(readFileSync(join(FOLDER, 'sessions.json'), 'utf8'));
  return Object.fromEntries(
    Object.entries<SeenSession & { about: string }>(sessions).map(([name, { about: _, ...session }]) => [
      name,
      session,
    ]),
  );
}

/** What was written with the interpreter at hand, and what its makers looked at as figures only; both by whoever wrote the file. */
export const PARTS = [
  'tuning',
  'third-tuning',
  'third-unseen',
  'fourth-tuning',
  'fourth-unseen',
  'fifth-tuning',
  'fifth-unseen',
  'held-out',
] as const;
export type Part = (typeof PARTS)[number];

/** The lines of a part of the corpus. Throws with the number of the line that is not of the form. */
export function readCorpus(part: Part): Line[] {
  if (part === 'tuning' || part === 'held-out') return readLines(part);
  const [set, half] = part.split('-') as ['third' | 'fourth' | 'fifth', 'tuning' | 'unseen'];
  const lines = readLines(set);
  // Of the fifth set the first forty were looked at, and the forty behind them written on the same day.
  const isOfUnseen = ({ message }: Line, place: number) =>
    set === 'fifth' ? place >= 40 : isUnseen(message);
  return lines.filter((line, place) => isOfUnseen(line, place) === (half === 'unseen'));
}

/** Which half of the third and the fourth set a message is in: by its hash, so that nobody chooses. */
function isUnseen(message: string): boolean {
  return createHash('sha256').update(message).digest()[0]! % 2 === 1;
}

function readLines(file: string): Line[] {
  const text = readFileSync(join(FOLDER, `${file}.jsonl`), 'utf8');
  const ids = new Set<string>();
  return text.split('\n').flatMap((row, index) => {
    if (row.trim() === '') return [];
    try {
      const line = lineSchema.parse(JSON.parse(row));
      if (ids.has(line.id)) throw new Error(`the id ${line.id} stands twice`);
      ids.add(line.id);
      return [line];
    } catch (error) {
      throw new Error(`${file}.jsonl, line ${index + 1}: ${(error as Error).message}`);
    }
  });
}

export interface Judgement {
  right: boolean;
  /** The reading draws or changes what no right reading does: a command that was drawn, something undone that nobody asked for. */
  harmful: boolean;
}

/** Compares a reading with a line. */
export function judgeReading(line: Line, reading: Plan, session: SeenSession): Judgement {
  const rights = [line.plan, ...(line.or ?? [])];
  const right = rights.some((each) => isSamePlan(each, reading, session));
  return {
    right,
    harmful: !right && isHarmful(rights, reading),
  };
}

/** What a question would do when one of its choices is tapped is no harm: it is shown first. */
function isHarmful(rights: readonly (readonly Expected[])[], reading: Plan): boolean {
  // Where only a question is right, a guess is wrong, but it came from a wish to see or change something.
  if (rights.every((right) => right.every(({ type }) => type === 'ask'))) return reading.some(isChanging);
  const types = new Set(rights.flat().map(({ type }) => type));
  const mayDraw = rights.flat().some((expected) => isDrawing(expected as Action));
  // Choosing a version to go on from is part of drawing on it.
  const isAllowed = (action: Action) =>
    types.has(action.type) ||
    (['go-to', 'branch'].includes(action.type) && (mayDraw || types.has('go-to') || types.has('branch')));
  return reading.some(
    (action) => (isDrawing(action) && !mayDraw) || (isChanging(action) && !isAllowed(action)),
  );
}

type Loose = Record<string, unknown> & { type: string };

function isSamePlan(right: readonly Expected[], reading: Plan, session: SeenSession): boolean {
  const one = normal(right as readonly Loose[], session);
  const other = normal(reading as readonly Loose[], session);
  return one.length === other.length && one.every((expected, k) => isSameStep(expected, other[k]!));
}

/**
 * A plan in its normal form: a version that was gone to stands as the target of the step that it was gone to for, `branch` is
 * `go-to`, and a target that is the current picture anyway is not named. Undoing the newest edit is going there.
 */
function normal(plan: readonly Loose[], { current, versions }: SeenSession): Loose[] {
  const parent = versions.find(({ version }) => version === current)?.from ?? 'none';
  const first = firstOfBranch(versions, current);
  const steps: Loose[] = [];
  let gone: unknown;
  for (const [k, given] of plan.entries()) {
    const step: Loose = given.type === 'branch' ? { ...given, type: 'go-to' } : { ...given };
    // Undoing the newest edit is going to the version that it changes.
    const isBack =
      (step.type === 'undo' && (step.times ?? 1) === 1) ||
      (step.type === 'leave-out' && step.edit === current);
    if (isBack && k === 0 && typeof parent === 'number') {
      for (const field of Object.keys(step)) delete step[field];
      Object.assign(step, { type: 'go-to', version: parent });
    }
    const next = plan[k + 1];
    if (step.type === 'go-to' && next && TARGET_OF[next.type] && next[TARGET_OF[next.type]!] === undefined) {
      gone = step.version;
      continue;
    }
    // What is not said is the active picture, the first of its branch, and one more.
    if (step.type === 'export' && step.version === current) delete step.version;
    if (step.type === 'apply-as-one' && step.from === first) delete step.from;
    if (step.type === 'vary' && step.count === 1) delete step.count;
    const field = TARGET_OF[step.type];
    if (field) {
      const named = gone ?? plain(step[field]);
      gone = undefined;
      if (named === undefined || named === (steps.length === 0 ? current : `step ${steps.length}`))
        delete step[field];
      else step[field] = named;
    }
    steps.push(step);
  }
  return steps;
}

function firstOfBranch(versions: SeenSession['versions'], current: number | null): number | undefined {
  const seen = (version: number | null) => versions.find((each) => each.version === version);
  let first = seen(current);
  while (first && first.from !== null) first = seen(first.from);
  return first?.version;
}

const TARGET_OF: Record<string, string> = {
  edit: 'target',
  style: 'target',
  vary: 'of',
  repeat: 'of',
  'same-layout': 'of',
};

function plain(ref: unknown): unknown {
  if (typeof ref !== 'object' || ref === null) return ref;
  const { version, step } = ref as Partial<Record<'version' | 'step', number>>;
  return version ?? `step ${step}`;
}

const sorted = (refs: unknown): string =>
  JSON.stringify(((refs ?? []) as PictureRef[]).map((ref) => String(plain(ref))).sort());

function isSameStep(right: Loose, read: Loose): boolean {
  if (right.type !== read.type) return false;
  const text = String(read.prompt ?? read.query ?? '').toLowerCase();
  return Object.entries({ ...fieldsOf(right.type), ...right }).every(([field, wanted]) => {
    const got = read[field];
    switch (field) {
      case 'type':
        return true;
      case 'has':
        return ((wanted as string[]) ?? []).every((word) => text.includes(word.toLowerCase()));
      case 'lacks':
        return ((wanted as string[]) ?? []).every((word) => !text.includes(word.toLowerCase()));
      case 'references':
      case 'styles':
      case 'pictures':
      case 'versions':
        return wanted === undefined || sorted(wanted) === sorted(got);
      case 'options':
        return Object.entries((wanted as object) ?? {}).every(
          ([name, value]) => (got as Record<string, unknown> | undefined)?.[name] === value,
        );
      case 'title':
        return String(got).toLowerCase() === String(wanted).toLowerCase();
      case 'times':
        return (got ?? 1) === (wanted ?? 1);
      case 'region':
        return wanted === undefined || got === wanted;
      default:
        return plain(got) === plain(wanted);
    }
  });
}

/** Fields that are compared also where a line does not name them: without them the current picture is meant. */
function fieldsOf(type: string): Record<string, undefined> {
  const field = TARGET_OF[type];
  return field ? { [field]: undefined } : type === 'undo' || type === 'redo' ? { times: undefined } : {};
}
