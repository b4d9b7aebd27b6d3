/** Changing an earlier edit: what depends on it is made again, and nothing else; turns wait for the turns they start from. */
import { expect, it } from 'vitest';
import type { ErrorBody, JobView, ReplayAnswer, SessionEvent, TurnView } from '../../studio/protocol.ts';
import { type Client, QUICK, serve } from './harness.ts';

/** A session with a picture and edits of it, one after the other; all queued at once. */
async function chain(client: Client, ...prompts: string[]): Promise<{ id: string; turns: TurnView[] }> {
  const { id } = await client.newSession();
  for (const [index, prompt] of prompts.entries())
    await client.turn(id, { prompt, mode: index === 0 ? 'new' : 'edit', options: QUICK });
  await client.untilEnds(id, prompts.length);
  return { id, turns: (await client.open(id)).turns };
}

const replay = (client: Client, id: string, change: object, dryRun = false) =>
  client.call<ReplayAnswer>('POST', `/api/sessions/${id}/replay`, { change, dryRun });

/** Waits until the queue has nothing of a session left. */
async function idle(client: Client, id: string): Promise<TurnView[]> {
  for (;;) {
    const { turns, seq } = await client.open(id);
    if (turns.every(({ job }) => !job || ['done', 'failed', 'cancelled'].includes(job.state))) return turns;
    await client.until(id, (event: SessionEvent) => event.seq > seq, seq);
  }
}

const headPrompts = async (client: Client, id: string) => {
  const { session, turns } = await client.open(id);
  const prompts: string[] = [];
  let pictureId: string | undefined = session.headPictureId ?? undefined;
  while (pictureId) {
    const turn: TurnView = turns.find(({ pictures }) =>
      pictures.some((picture) => picture.id === pictureId),
    )!;
    prompts.unshift(turn.prompt);
    pictureId = turn.inputs.find(({ role }) => role === 'target')?.pictureId;
  }
  return prompts.join(' > ');
};

it('a turn sent while another runs edits what that one makes', async () => {
  const client = await (await serve()).ready();
  const { turns } = await chain(client, 'a fox', 'at night', 'with a hat');
  for (const index of [1, 2])
    expect(turns[index]!.inputs).toMatchObject([
      {
        pictureId: turns[index - 1]!.pictures[0]!.id,
        hash: turns[index - 1]!.pictures[0]!.hash,
        role: 'target',
      },
    ]);
});

it('leaves an edit out, takes it in again, moves and rewords it: only what depends on it is made', async () => {
  const client = await (await serve()).ready();
  const { id, turns } = await chain(client, 'a fox', 'at night', 'with a hat', 'in rain');
  const [, night, hat] = turns as [TurnView, TurnView, TurnView, TurnView];

  const planned = await replay(client, id, { type: 'disable', turnId: night.id }, true);
  expect(planned.body.steps.map(({ kept }) => kept)).toEqual([true, false, false]);
  expect((await client.open(id)).turns).toHaveLength(4);

  const without = await replay(client, id, { type: 'disable', turnId: night.id });
  expect([without.status, without.body.turns.length]).toEqual([202, 2]);
  expect(without.body.turns[1]!.job!.waitsFor).toEqual([without.body.turns[0]!.id]);
  expect(await idle(client, id)).toHaveLength(6);
  expect(await headPrompts(client, id)).toBe('a fox > with a hat > in rain');

  const back = await replay(client, id, { type: 'enable', turnId: night.id });
  expect(back.body.turns).toEqual([]);
  expect(back.body.steps.every(({ kept }) => kept)).toBe(true);
  expect(await headPrompts(client, id)).toBe('a fox > at night > with a hat > in rain');

  const moved = await replay(client, id, { type: 'move', turnId: night.id, after: hat.id });
  // "with a hat" on the first picture was made before, when night was left out.
  expect(moved.body.steps.map(({ kept }) => kept)).toEqual([true, true, false, false]);
  await idle(client, id);
  expect(await headPrompts(client, id)).toBe('a fox > with a hat > at night > in rain');

  await replay(client, id, { type: 'reword', turnId: moved.body.steps[2]!.turnId, prompt: 'at dawn' });
  await idle(client, id);
  expect(await headPrompts(client, id)).toBe('a fox > with a hat > at dawn > in rain');

  const undo = () => client.call('POST', `/api/sessions/${id}/undo`);
  await undo();
  expect(await headPrompts(client, id)).toBe('a fox > with a hat > at night > in rain');
  await undo();
  await undo();
  await undo();
  expect(await headPrompts(client, id)).toBe('a fox > at night > with a hat > in rain');
  expect((await client.open(id)).turns.every(({ state }) => state === 'active')).toBe(true);
  await client.call('POST', `/api/sessions/${id}/redo`);
  expect(await headPrompts(client, id)).toBe('a fox > with a hat > in rain');
});

it('does a change once that is sent again under its key, also where every picture was kept', async () => {
  const client = await (await serve()).ready();
  const { id, turns } = await chain(client, 'a fox', 'at night');
  const send = (change: object, key: string) =>
    client.call<ReplayAnswer & ErrorBody>(
      'POST',
      `/api/sessions/${id}/replay`,
      { change },
      { 'Idempotency-Key': key },
    );
  const leaveOut = { type: 'disable', turnId: turns[1]!.id };
  const [first, again] = [await send(leaveOut, 'one'), await send(leaveOut, 'one')];
  expect([first.status, first.body.turns, again.status, again.body.turns]).toEqual([202, [], 202, []]);
  const other = await send({ ...leaveOut, turnId: turns[0]!.id }, 'one');
  expect([other.status, other.body.error.code]).toEqual([409, 'idempotency_conflict']);

  const reword = { type: 'reword', turnId: turns[0]!.id, prompt: 'a cat' };
  const [made, same] = [await send(reword, 'two'), await send(reword, 'two')];
  expect(made.body.turns).toHaveLength(1);
  expect(same.body.turns.map((turn) => turn.id)).toEqual(made.body.turns.map((turn) => turn.id));
  expect(same.body.turns[0]!.job!.id).toBe(made.body.turns[0]!.job!.id);
  expect((await client.open(id)).turns).toHaveLength(3);
});

it('refuses what has no sense, and stores nothing', async () => {
  const client = await (await serve()).ready();
  const { id, turns } = await chain(client, 'a fox', 'at night');
  const codes = [];
  for (const change of [
    { type: 'disable', turnId: turns[0]!.id },
    { type: 'enable', turnId: turns[1]!.id },
    { type: 'move', turnId: turns[1]!.id, after: 'nobody' },
    { type: 'disable', turnId: 'nobody' },
    { type: 'reword', turnId: turns[1]!.id, prompt: ' ' },
  ]) {
    const { status, body } = await replay(client, id, change);
    codes.push(`${status} ${(body as unknown as { error: { code: string } }).error.code}`);
  }
  expect(codes).toEqual([
    '400 not_on_branch',
    '400 not_disabled',
    '400 not_on_branch',
    '400 not_on_branch',
    '400 bad_request',
  ]);
  expect((await client.open(id)).turns).toHaveLength(2);
});

it('tells a turn that what it starts from was not made; trying that one again brings both', async () => {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  const first = (await client.turn(id, { prompt: 'a castle', options: { ...QUICK, steps: 60 } })).body;
  const second = (await client.turn(id, { prompt: 'at night', mode: 'edit', options: QUICK })).body;
  const third = (await client.turn(id, { prompt: 'in rain', mode: 'edit', options: QUICK })).body;
  expect(second.job.waitsFor).toEqual([first.turn.id]);
  await client.call('POST', `/api/jobs/${first.job.id}/cancel`);
  const ended = await idle(client, id);
  expect(ended.map(({ job }) => job!.error?.code ?? job!.state)).toEqual([
    'cancelled',
    'parent_failed',
    'parent_failed',
  ]);
  expect((await client.call('POST', `/api/jobs/${third.job.id}/retry`)).status).toBe(409);
  const again = await client.call<{ job: JobView }>('POST', `/api/jobs/${first.job.id}/retry`);
  expect(again.status).toBe(202);
  expect((await idle(client, id)).map(({ job }) => job!.state)).toEqual(['done', 'done', 'done']);
});

it('applies all instructions since a picture as one edit on it, and regenerates on the same inputs', async () => {
  const client = await (await serve()).ready();
  const { id, turns } = await chain(client, 'a fox', 'at night.', 'with a hat', 'in rain');
  const from = turns[0]!.pictures[0]!.id;
  const answer = await client.call<{ turn: TurnView; prompt: string }>('POST', `/api/sessions/${id}/rebase`, {
    from,
  });
  expect(answer.body.prompt).toBe('at night, then with a hat, then in rain');
  expect(answer.body.turn.inputs.map(({ pictureId, role }) => [pictureId, role])).toEqual([[from, 'target']]);
  await idle(client, id);
  expect(await headPrompts(client, id)).toBe('a fox > at night, then with a hat, then in rain');

  const repeated = await client.call<{ turn: TurnView }>('POST', `/api/turns/${turns[2]!.id}/repeat`, {});
  expect(repeated.body.turn.inputs).toEqual(turns[2]!.inputs);
  expect(repeated.body.turn.recipe).toEqual({
    ...turns[2]!.recipe,
    seed: repeated.body.turn.recipe!.seed,
  });
  expect(repeated.body.turn.recipe!.seed).not.toBe(turns[2]!.recipe!.seed);
});

it('queues, moves, pauses and resumes; places in line are told', async () => {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  const send = async (prompt: string, steps = 1) =>
    (await client.turn(id, { prompt, options: { ...QUICK, steps } })).body.job.id;
  const running = await send('a castle', 1_000);
  const [a, b, c] = [await send('a'), await send('b'), await send('c')];
  const verb = (job: string, name: string, body?: object) =>
    client.call<{ job: JobView }>('POST', `/api/jobs/${job}/${name}`, body);
  expect((await verb(c, 'move', { before: a })).status).toBe(202);
  expect((await verb(b, 'pause')).body.job.state).toBe('paused');
  const { body: queue } = await client.call<{ entries: { job: JobView; position: number }[] }>(
    'GET',
    '/api/queue',
  );
  expect(queue.entries.map(({ job, position }) => [job.id, position])).toEqual([
    [running, 0],
    [c, 1],
    [a, 2],
    [b, 3],
  ]);
  expect((await verb(running, 'move', { before: a })).status).toBe(409);
  expect((await verb(running, 'pause')).status).toBe(202);
  const events = await client.until(id, (event) => event.type === 'job.done' && event.jobId === a);
  const starts = events.filter(({ type }) => type === 'job.started').map(({ jobId }) => jobId);
  expect(starts).toEqual([running, c, a]);
  await verb(b, 'resume');
  await client.until(id, (event) => event.type === 'job.done' && event.jobId === b);
  await client.call('POST', '/api/queue', { paused: true });
  await verb(running, 'resume');
  expect((await client.open(id)).turns[0]!.job!.state).toBe('queued');
  await verb(running, 'cancel');
  await client.call('POST', '/api/queue', { paused: false });
  const told = await client.until('queue', () => true);
  expect(told[0]!.type).toBe('queue.updated');
});
