/** The queue under any order of commands: nothing is lost, stuck, made twice or said to be done that was not. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { JobView, SessionSnapshot, TurnView } from '../../studio/protocol.ts';
import { type Client, serveFaulty } from './harness.ts';

const RUNS = 25;
const PROMPTS = ['a fox', 'slow', 'fail', 'die once'];
const ENDS = ['done', 'failed', 'cancelled'];

type Command =
  | { type: 'send'; prompt: string; count: number }
  | { type: 'pause' | 'resume' | 'cancel' | 'retry'; job: number }
  | { type: 'move'; job: number; before: number }
  | { type: 'queue'; paused: boolean };

const at = fc.nat({ max: 7 });
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    type: fc.constant('send' as const),
    prompt: fc.constantFrom(...PROMPTS),
    count: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ type: fc.constantFrom('pause', 'resume', 'cancel', 'retry'), job: at }),
  fc.record({ type: fc.constant('move' as const), job: at, before: at }),
  fc.record({ type: fc.constant('queue' as const), paused: fc.boolean() }),
);

/** Carries a command out on jobs that are there; a command that has no sense now is refused and that is fine. */
async function carryOut(client: Client, sessionId: string, jobs: string[], what: Command): Promise<void> {
  if (what.type === 'send') {
    const options = { steps: what.prompt === 'slow' ? 40 : 1, count: what.count };
    const { status, body } = await client.turn(sessionId, { prompt: what.prompt, options });
    expect(status).toBe(202);
    jobs.push(body.job.id);
  } else if (what.type === 'queue') {
    await client.call('POST', '/api/queue', { paused: what.paused });
  } else if (jobs.length > 0) {
    const job = jobs[what.job % jobs.length]!;
    const body = what.type === 'move' ? { before: jobs[what.before % jobs.length] } : undefined;
    const { status } = await client.call('POST', `/api/jobs/${job}/${what.type}`, body);
    expect([200, 202, 400, 409]).toContain(status);
  }
}

/** Resumes all that was paused and waits until nothing is under way. */
async function settled(client: Client, sessionId: string): Promise<TurnView[]> {
  await client.call('POST', '/api/queue', { paused: false });
  for (;;) {
    const { turns, seq }: SessionSnapshot = await client.open(sessionId);
    const jobs = turns.map(({ job }) => job as JobView);
    for (const job of jobs)
      if (job.state === 'paused') await client.call('POST', `/api/jobs/${job.id}/resume`);
    if (jobs.every(({ state }) => ENDS.includes(state))) return turns;
    if (jobs.every(({ state }) => state !== 'paused'))
      await client.until(sessionId, (event) => event.seq > seq, seq);
  }
}

it('ends every job, whatever was asked of the queue, with the pictures that its state says', async () => {
  const client = await (await serveFaulty()).ready();
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 4, maxLength: 14 }), async (commands) => {
      const { id } = await client.newSession();
      const jobs: string[] = [];
      for (const what of commands) await carryOut(client, id, jobs, what);
      const turns = await settled(client, id);
      expect(turns.map(({ job }) => job!.id).toSorted()).toEqual(jobs.toSorted());
      for (const { job, pictures, recipe, prompt } of turns) {
        const indexes = pictures.map(({ index }) => index);
        expect(indexes).toEqual([...new Set(indexes)]);
        if (job!.state === 'done') expect(indexes).toHaveLength(recipe!.count);
        if (prompt === 'fail') expect(job!.state).not.toBe('done');
        if (job!.state === 'failed') expect([prompt, job!.error?.code]).toEqual(['fail', 'bad_request']);
      }
    }),
    { numRuns: RUNS, seed: 5, endOnFailure: true },
  );
});
