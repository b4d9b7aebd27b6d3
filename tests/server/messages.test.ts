/** Messages in words: what they make, that what a message says is stored once, and that a command is never drawn. */
import { expect, it } from 'vitest';
import type {
  ErrorBody,
  MessageAnswer,
  MessageView,
  PlanAnswer,
  SessionEvent,
} from '../../studio/protocol.ts';
import { type Client, QUICK, serve } from './harness.ts';

const say = (
  client: Client,
  id: string,
  text: string,
  more: object = {},
  headers: Record<string, string> = {},
) =>
  client.call<MessageAnswer & PlanAnswer & ErrorBody>(
    'POST',
    `/api/sessions/${id}/messages`,
    { text, ...more },
    headers,
  );

/** Waits until the queue has nothing of a session left. */
async function idle(client: Client, id: string) {
  for (;;) {
    const snapshot = await client.open(id);
    if (snapshot.turns.every(({ job }) => !job || ['done', 'failed', 'cancelled'].includes(job.state)))
      return snapshot;
    await client.until(id, (event: SessionEvent) => event.seq > snapshot.seq, snapshot.seq);
  }
}

/** A session with a first picture of the size that the tests draw quickly. */
async function session(client: Client): Promise<string> {
  const { id } = await client.newSession();
  await client.turn(id, { prompt: 'a fox', options: QUICK });
  await idle(client, id);
  return id;
}

const typesOf = ({ plan }: { plan: MessageView['plan'] }) => plan.map(({ type }) => type);

it('takes the steps of a message in order, each a turn that waits for the one before', async () => {
  const client = await (await serve()).ready();
  const id = await session(client);
  const { status, body } = await say(
    client,
    id,
    'make it night and then add a hat',
    {},
    { 'Idempotency-Key': 'one' },
  );
  expect([status, typesOf(body.message)]).toEqual([202, ['edit', 'edit']]);
  expect(body.turns.map(({ prompt }) => prompt)).toEqual(['make it night', 'add a hat']);
  expect(body.turns[1]!.inputs[0]!.turnId).toBe(body.turns[0]!.id);

  const again = await say(client, id, 'make it night and then add a hat', {}, { 'Idempotency-Key': 'one' });
  expect(again.body.turns.map((turn) => turn.id)).toEqual(body.turns.map((turn) => turn.id));
  const other = await say(client, id, 'make it day', {}, { 'Idempotency-Key': 'one' });
  expect([other.status, other.body.error.code]).toEqual([409, 'idempotency_conflict']);

  const { turns, session: after } = await idle(client, id);
  expect(turns.map(({ job }) => job?.state)).toEqual(['done', 'done', 'done']);
  expect(turns[2]!.pictures[0]!.id).toBe(after.headPictureId);

  // What is asked in words is answered in words; the commands do what the buttons do.
  const back = await say(client, id, 'back to the first');
  expect(typesOf(back.body.message)).toEqual(['go-to']);
  expect((await client.open(id)).session.headPictureId).toBe(turns[0]!.pictures[0]!.id);
  expect(typesOf((await say(client, id, 'undo')).body.message)).toEqual(['undo']);
  expect((await client.open(id)).session.headPictureId).toBe(turns[2]!.pictures[0]!.id);
  const which = await say(client, id, 'which one has the hat?');
  expect([which.body.said[0]!.text, which.body.turns]).toEqual(['It is v3.', []]);
  const asked = await say(client, id, '一共有几张图？', {}, { 'Accept-Language': 'zh' });
  expect(asked.body.said[0]!.text).toBe('这里有 3 张图片。');
  expect((await client.open(id)).turns).toHaveLength(3);

  const left = await say(client, id, 'leave out the night edit');
  expect(typesOf(left.body.message)).toEqual(['leave-out']);
  expect(left.body.turns.map(({ prompt }) => prompt)).toEqual(['add a hat']);
  await idle(client, id);

  const { body: stored } = await client.call<{ messages: MessageView[] }>(
    'GET',
    `/api/sessions/${id}/messages`,
  );
  expect(stored.messages.map(({ text }) => text)).toEqual([
    'make it night and then add a hat',
    'back to the first',
    'undo',
    'which one has the hat?',
    '一共有几张图？',
    'leave out the night edit',
  ]);
});

it('shows a plan before it is carried out, takes a changed one, and stores nothing of a dry run', async () => {
  const client = await (await serve()).ready();
  const id = await session(client);
  const { status, body } = await say(client, id, 'three more like v1', { dryRun: true });
  expect([status, body.plan]).toEqual([200, [{ type: 'vary', of: { version: 1 }, count: 3 }]]);
  expect((await client.open(id)).turns).toHaveLength(1);

  const plan = [{ type: 'vary', of: { version: 1 }, count: 1 }];
  const sent = await say(client, id, 'three more like v1', { plan });
  expect(sent.body.message.plan).toEqual(plan);
  const { turns } = await idle(client, id);
  expect(turns.map(({ pictures }) => pictures.length)).toEqual([1, 1]);
  expect(turns[1]!.recipe!.seed).not.toBe(turns[0]!.recipe!.seed);

  const unclear = await say(client, id, 'hmm, no');
  expect([unclear.body.said[0]!.text, unclear.body.said[0]!.choices]).toEqual([
    'What should happen?',
    ['Three more like this', 'Undo'],
  ]);
  expect((await client.open(id)).turns).toHaveLength(2);
  const wrong = await say(client, id, 'x', { plan: [{ type: 'delete-all' }] });
  expect([wrong.status, wrong.body.error.code]).toEqual([400, 'bad_request']);
});

it('ends at a step that is refused, says why, and keeps what was done', async () => {
  const client = await (await serve()).ready();
  const id = await session(client);
  const plan = [
    { type: 'rename', title: 'Night' },
    { type: 'go-to', version: 9 },
    { type: 'edit', prompt: 'add a hat' },
  ];
  const { body } = await say(client, id, 'some steps', { plan });
  expect(body.message.outcomes).toEqual([
    {},
    { refusal: { code: 'unknown_picture', reason: 'none', params: { pictureId: 'v9' } } },
  ]);
  const { session: after, turns } = await client.open(id);
  expect([after.title, turns.length]).toEqual(['Night', 1]);
});

it('an empty session is asked what a command could be about, and a simple message makes the turn that the page makes', async () => {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  for (const text of ['undo', 'make it blue', '回到第一张', 'delete everything'])
    expect([text, (await say(client, id, text)).body.turns]).toEqual([text, []]);
  const { body } = await say(client, id, 'a red fox on a hill', {
    plan: [{ type: 'new', prompt: 'a red fox on a hill', options: QUICK }],
  });
  const [turn] = body.turns;
  expect([turn!.mode, turn!.prompt, turn!.sentPrompt]).toEqual([
    'new',
    'a red fox on a hill',
    'a red fox on a hill',
  ]);
  const dry = await say(client, id, 'a red fox on a hill', { dryRun: true });
  expect(dry.body.plan[0]).toMatchObject({ type: 'new', prompt: 'a red fox on a hill' });
  await idle(client, id);
});
