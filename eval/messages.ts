/**
 * npm run eval:messages -- [--json] [--kinds] [--wrong]
 * How many messages of each part of the corpus our own interpreter reads right, and how many it reads harmfully; with `--kinds` also by
 * kind of action. `--wrong` lists those that are not right of the parts that the interpreter is written with; those of the unseen
 * parts are never listed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isDrawing } from '../studio/agent/action-kinds.ts';
import { interpret } from '../studio/agent/interpreter.ts';
import { type Knows, knowsFile } from '../studio/known.ts';
import { fixtureSessions, judgeReading, type Line, type Part, readCorpus } from './messages/corpus.ts';

const ROOT = join(import.meta.dirname, '..');

export interface MessageFigures {
  messages: number;
  /** Share that is read right. */
  messagesRight: number;
  /** Number of messages that draw or change what no right reading does. */
  harmful: number;
  /** Milliseconds of one reading: the slowest of 99 in 100. */
  p99Ms: number;
  /** By the kind of the first right step, and its language: messages, right, harmful. */
  kinds: Record<string, [messages: number, right: number, harmful: number]>;
}

/** Reads every message of a part; `onWrong` is told of each that is not right. */
export function measureMessages(
  part: Part,
  onWrong?: (line: Line, reading: unknown) => void,
): MessageFigures {
  const sessions = fixtureSessions();
  const knows: Knows = knowsFile.parse(
    JSON.parse(readFileSync(join(ROOT, 'models/mini/knows.json'), 'utf8')),
  );
  const lines = readCorpus(part);
  const times: number[] = [];
  const kinds: MessageFigures['kinds'] = {};
  let right = 0;
  let harmful = 0;
  for (const line of lines) {
    const session = sessions[line.session];
    if (!session) throw new Error(`${line.id}: there is no session '${line.session}' in sessions.json`);
    const begun = performance.now();
    const reading = interpret(line.message, { session, knows, model: 'mini' });
    times.push(performance.now() - begun);
    const judged = judgeReading(line, reading, session);
    if (judged.right) right += 1;
    if (judged.harmful) harmful += 1;
    kinds[kindOf(line)] ??= [0, 0, 0];
    const kind = kinds[kindOf(line)]!;
    kind[0] += 1;
    kind[1] += Number(judged.right);
    kind[2] += Number(judged.harmful);
    if (!judged.right) onWrong?.(line, { harmful: judged.harmful, reading });
  }
  times.sort((one, other) => one - other);
  return {
    messages: lines.length,
    messagesRight: lines.length === 0 ? 0 : right / lines.length,
    harmful,
    p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
    kinds,
  };
}

/** Prompts and edits as people type them, written for the small model: how many are read as something else than drawing. */
export function measureOrdinary(): { prompts: number; notDrawn: number } {
  const sessions = fixtureSessions();
  const rows = (file: string) =>
    readFileSync(join(import.meta.dirname, file), 'utf8')
      .split('\n')
      .filter((row) => row.trim() !== '' && !row.startsWith('#'));
  const said: (readonly [string, string])[] = [
    ...[...rows('typed.txt'), ...rows('free.txt')].map((row) => [row.split('|')[0]!, 'empty'] as const),
    ...rows('typed_edits.txt').map((row) => [row.split('=>')[1]!.split('|')[0]!, 'one'] as const),
  ];
  const notDrawn = said.filter(([text, session]) => {
    const plan = interpret(text.trim(), { session: sessions[session]!, knows: null, model: null });
    return !plan.every(isDrawing);
  });
  return { prompts: said.length, notDrawn: notDrawn.length };
}

function kindOf({ plan, language }: Line): string {
  const [step] = plan;
  const kind = step!.type === 'answer' ? `answer ${step!.kind}` : step!.type;
  return `${language} ${plan.length > 1 ? 'several' : kind}`;
}

/** The figures of all parts. */
export function messageFigures(onWrong?: (line: Line, reading: unknown) => void) {
  return {
    tuning: measureMessages('tuning', onWrong),
    third: measureMessages('third-tuning', onWrong),
    thirdUnseen: measureMessages('third-unseen'),
    fourth: measureMessages('fourth-tuning', onWrong),
    fourthUnseen: measureMessages('fourth-unseen'),
    fifth: measureMessages('fifth-tuning', onWrong),
    fifthUnseen: measureMessages('fifth-unseen'),
    heldOut: measureMessages('held-out'),
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      kinds: { type: 'boolean', default: false },
      wrong: { type: 'boolean', default: false },
    },
  });
  const found = messageFigures(
    values.wrong ? (line, reading) => console.error(JSON.stringify({ ...line, got: reading })) : undefined,
  );
  const ordinary = measureOrdinary();
  if (values.json) {
    const shown = values.kinds ? undefined : ['kinds'];
    console.log(
      JSON.stringify({ ...found, ordinary }, (key, value) => (shown?.includes(key) ? undefined : value), 2),
    );
  } else
    for (const [part, { messages, messagesRight, harmful, p99Ms, kinds }] of Object.entries(found)) {
      console.log(
        `${part}: ${messages} messages, ${messagesRight.toFixed(3)} right, ${harmful} harmful, ${p99Ms.toFixed(1)} ms (99 of 100)`,
      );
      if (values.kinds)
        for (const [kind, [all, right, harm]] of Object.entries(kinds).sort(([a], [b]) => a.localeCompare(b)))
          console.log(`  ${kind.padEnd(24)} ${right} of ${all}${harm > 0 ? `, ${harm} harmful` : ''}`);
    }
  if (!values.json) console.log(`ordinary prompts: ${ordinary.prompts}, ${ordinary.notDrawn} not drawn`);
}
