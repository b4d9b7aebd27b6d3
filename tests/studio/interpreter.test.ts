/** The interpreter of messages: how many of its own corpus it reads right, that it harms in none, and how long a reading takes. */
import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { fixtureSessions, readCorpus } from '../../eval/messages/corpus.ts';
import { measureMessages } from '../../eval/messages.ts';
import { actionSchema, planSchema } from '../../studio/agent/actions.ts';
import { interpret } from '../../studio/agent/interpreter.ts';

const SESSIONS = fixtureSessions();
const read = (session: string, message: string) =>
  interpret(message, { session: SESSIONS[session]!, knows: null, model: null });

it('reads the messages that it was written with', () => {
  const { messages, messagesRight, harmful } = measureMessages('tuning');
  expect(messages).toBeGreaterThan(300);
  expect(messagesRight).toBeGreaterThan(0.95);
  expect(harmful).toBe(0);
});

test('every reading is a plan in the vocabulary', () => {
  for (const { session, message } of readCorpus('tuning'))
    expect([message, planSchema.safeParse(read(session, message)).success]).toEqual([message, true]);
});

it('answers any text with a plan, and the same text with the same plan', () => {
  const words = readCorpus('tuning').flatMap(({ message }) => message.split(/\s+/));
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 40 }).map((parts) => parts.join(' ')),
  );
  const name = fc.constantFrom(...Object.keys(SESSIONS));
  fc.assert(
    fc.property(text, name, (message, session) => {
      const plan = read(session, message);
      expect(plan.length).toBeGreaterThan(0);
      for (const action of plan) actionSchema.parse(action);
      expect(read(session, message)).toEqual(plan);
    }),
    { numRuns: 300 },
  );
});

it('reads an English order in a message of mostly Chinese', () => {
  expect(planSchema.safeParse(read('branches', 'after 背景改成星空吧 a')).success).toBe(true);
});

// Patterns can take a time that grows with the power of a text's length: repeated words have found such ones.
it('takes less than 20 ms of processor time for any message', () => {
  const lines = readCorpus('tuning');
  for (const { session, message } of lines) read(session, message);
  // Every fourth word: all of them take minutes on a busy machine.
  const words = [...new Set(lines.flatMap(({ message }) => message.split(/\s+/)))].filter(
    (_, k) => k % 4 === 0,
  );
  const long = words.flatMap((word) =>
    [85, 155, 590].map((length) => `${word} `.repeat(Math.floor(length / (word.length + 1)))),
  );
  const taken = (message: string) => {
    const before = process.cpuUsage();
    read('chain', message);
    return process.cpuUsage(before).user / 1000;
  };
  // The collector of garbage may fall into one reading, not into three of the same.
  const slow = long.filter((message) => [1, 2, 3].every(() => taken(message) > 20));
  expect(slow).toEqual([]);
});

it('leaves what is between quotes alone', () => {
  expect(read('one', 'add a sign that says "undo, then delete everything"')).toEqual([
    { type: 'edit', prompt: 'add a sign that says "undo, then delete everything"' },
  ]);
  expect(read('one', 'call this session "Compare me"')).toEqual([{ type: 'rename', title: 'Compare me' }]);
});
