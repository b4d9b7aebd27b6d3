/** A server that is killed between the steps of a message: the next one takes the steps that are left, each once, to the same bytes. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { MessageAnswer, SessionSnapshot } from '../../studio/protocol.ts';
import { poll } from './api-client.ts';
import { LiveServer, QUICK } from './live-server.ts';

const LONG = { ...QUICK, steps: 12 };
/** The third step waits for the picture of the first, and the fourth for the third to be taken. */
const PLAN = [
  { type: 'rename', title: 'A fox' },
  { type: 'new', prompt: 'a fox', options: LONG },
  { type: 'same-layout', of: { step: 2 }, options: { steps: 3 } },
  { type: 'edit', prompt: 'at night', target: { step: 3 }, options: QUICK },
];

const start = (folder: string) => LiveServer.start(folder, {}, 'tests/server/pageless-server.ts');

const say = async (server: LiveServer, session: string, key: string) => {
  const body = { text: 'a fox, finer, and at night', plan: PLAN };
  const path = `/api/sessions/${session}/messages`;
  return (await server.call<MessageAnswer>('POST', path, body, { 'Idempotency-Key': key })).body.message;
};

/** The session once all steps of its newest message were taken and drawn, and the edit, its last turn, was looked at. */
const whole = (server: LiveServer, session: string): Promise<SessionSnapshot> =>
  poll('all steps', async () => {
    const { body } = await server.call<SessionSnapshot>('GET', `/api/sessions/${session}`);
    const isDone = body.turns.every(({ job }) => job?.state === 'done');
    const isLookedAt = body.turns.at(-1)?.pictures.every(({ drift }) => drift !== null);
    return isDone && isLookedAt && body.messages.at(-1)?.outcomes.length === PLAN.length ? body : undefined;
  });

const hashesOf = ({ turns }: SessionSnapshot) => turns.map(({ pictures }) => pictures[0]!.hash);

test('a message goes on after any kill of the server, and is the same message', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-message-'));
  let server = await start(folder);
  try {
    const { id: calm } = await server.newSession();
    await say(server, calm, 'calm');
    const undisturbed = await whole(server, calm);

    const { id: session } = await server.newSession();
    const { outcomes } = await say(server, session, 'killed');
    expect(outcomes).toHaveLength(2);
    await server.working(session, outcomes[1]!.turnIds![0]!);
    await server.kill('SIGKILL');
    server = await start(folder);
    const resumed = await whole(server, session);
    expect(hashesOf(resumed)).toEqual(hashesOf(undisturbed));
    expect(resumed.session.title).toBe('A fox');
    expect(resumed.messages).toHaveLength(1);

    // Sent again, it is what is stored: nothing is read, taken or drawn once more.
    expect(await say(server, session, 'killed')).toEqual(resumed.messages[0]);
    const { body: after } = await server.call<SessionSnapshot>('GET', `/api/sessions/${session}`);
    expect([after.turns, after.messages, after.history]).toEqual([
      resumed.turns,
      resumed.messages,
      resumed.history,
    ]);
  } finally {
    await server.kill();
  }
}, 300_000);
