/**
 * npm run eval:messages -- [--json] [--wrong]
 * How many messages of each half our own interpreter reads right, and how many it reads harmfully. `--wrong` lists those of the tuning
 * half that are not right; those of the held-out half are never listed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { interpret } from '../studio/agent/interpreter.ts';
import { type Knows, knowsFile } from '../studio/known.ts';
import { fixtureSessions, judgeReading, type Line, readCorpus } from './messages/corpus.ts';

const ROOT = join(import.meta.dirname, '..');

export interface MessageFigures {
  messages: number;
  /** Share that is read right. */
  messagesRight: number;
  /** Number of messages that draw or change what no right reading does. */
  harmful: number;
  /** Milliseconds of one reading: the slowest of 99 in 100. */
  p99Ms: number;
}

/** Reads every message of a half; `onWrong` is told of each that is not right. */
export function measureMessages(
  half: 'tuning' | 'held-out',
  onWrong?: (line: Line, reading: unknown) => void,
): MessageFigures {
  const sessions = fixtureSessions();
  const knows: Knows = knowsFile.parse(
    JSON.parse(readFileSync(join(ROOT, 'models/mini/knows.json'), 'utf8')),
  );
  const lines = readCorpus(half);
  const times: number[] = [];
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
    if (!judged.right) onWrong?.(line, { harmful: judged.harmful, reading });
  }
  times.sort((one, other) => one - other);
  return {
    messages: lines.length,
    messagesRight: lines.length === 0 ? 0 : right / lines.length,
    harmful,
    p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
  };
}

/** The figures of both halves, as far as they are there. */
export function messageFigures(onWrong?: (line: Line, reading: unknown) => void) {
  const tuning = measureMessages('tuning', onWrong);
  const isThere = existsSync(join(import.meta.dirname, 'messages', 'held-out.jsonl'));
  return { tuning, heldOut: isThere ? measureMessages('held-out') : null };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { json: { type: 'boolean', default: false }, wrong: { type: 'boolean', default: false } },
  });
  const figures = messageFigures(
    values.wrong ? (line, reading) => console.error(JSON.stringify({ ...line, got: reading })) : undefined,
  );
  if (values.json) console.log(JSON.stringify(figures, null, 2));
  else
    for (const [half, found] of Object.entries(figures))
      if (found)
        console.log(
          `${half}: ${found.messages} messages, ${found.messagesRight.toFixed(3)} right, ${found.harmful} harmful, ${found.p99Ms.toFixed(1)} ms (99 of 100)`,
        );
}
