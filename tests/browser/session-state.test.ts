/** The page's state over snapshot and events: however the events are cut, repeated or overlapped, the result is one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addTurn,
  applyEvent,
  applyEvents,
  fromSnapshot,
  type SessionState,
  withSnapshot,
} from '../../app/components/state/session-state.ts';
import type {
  JobState,
  JobView,
  PictureView,
  SessionEvent,
  SessionView,
  TurnView,
} from '../../studio/protocol.ts';

const SESSION: SessionView = {
  id: 's',
  title: '',
  createdAt: 0,
  updatedAt: 0,
  archivedAt: null,
  pinnedAt: null,
  tags: [],
  headPictureId: null,
  thumbnailHash: null,
  pictureCount: 0,
};
const HISTORY = { undo: null, redo: null };
const EMPTY = fromSnapshot({ session: SESSION, turns: [], messages: [], history: HISTORY, seq: 0 });

function jobOf(turnId: string, state: JobState): JobView {
  return { id: `job-${turnId}`, turnId, state, attempt: 1, error: null, elapsedMs: null, waitsFor: [] };
}

function turnOf(id: string): TurnView {
  const job = jobOf(id, 'queued');
  return {
    id,
    kind: 'generate',
    mode: 'new',
    state: 'active',
    prompt: id,
    sentPrompt: id,
    createdAt: 0,
    inputs: [],
    recipe: null,
    pictures: [],
    job,
    replaces: null,
  };
}

function pictureOf(turnId: string, index: number): PictureView {
  return {
    id: `${turnId}-${index}`,
    turnId,
    version: index + 1,
    index,
    hash: 'h',
    widthPx: 32,
    heightPx: 32,
    hasLayout: true,
    drift: null,
  };
}

type Body = { type: SessionEvent['type']; payload: unknown };

const turnId = fc.constantFrom('a', 'b', 'c');
const body: fc.Arbitrary<Body> = fc.oneof(
  turnId.map((id) => ({ type: 'turn.created' as const, payload: { turn: turnOf(id) } })),
  turnId.map((id) => ({ type: 'job.queued' as const, payload: { job: jobOf(id, 'queued'), position: 1 } })),
  turnId.map((id) => ({ type: 'job.started' as const, payload: { job: jobOf(id, 'running') } })),
  fc
    .tuple(turnId, fc.constantFrom('encode', 'prior', 'denoise', 'vae'), fc.nat(2), fc.nat(9))
    .map(([id, stage, pictureIndex, done]) => ({
      type: 'stage' as const,
      payload: { turnId: id, stage, pictureIndex, done, total: 9 },
    })),
  fc.tuple(turnId, fc.nat(2)).map(([id, pictureIndex]) => ({
    type: 'preview' as const,
    payload: { turnId: id, pictureIndex, dataUrl: 'data:,', widthPx: 8, heightPx: 8 },
  })),
  fc.tuple(turnId, fc.nat(2)).map(([id, index]) => ({
    type: 'picture.saved' as const,
    payload: { picture: pictureOf(id, index) },
  })),
  fc
    .tuple(turnId, fc.constantFrom('done' as const, 'failed' as const, 'cancelled' as const))
    .map(([id, state]) => ({ type: `job.${state}` as const, payload: { job: jobOf(id, state) } })),
  fc.string().map((title) => ({
    type: 'session.updated' as const,
    payload: { session: { ...SESSION, title } },
  })),
);

/** Events in order, with gaps in `seq` as the log of many sessions has them. */
const log = fc.array(fc.tuple(body, fc.integer({ min: 1, max: 5 })), { maxLength: 60 }).map((entries) => {
  let seq = 0;
  return entries.map(([{ type, payload }, gap]) => {
    seq += gap;
    return { seq, sessionId: 's', jobId: null, at: seq, type, payload } as SessionEvent;
  });
});

test('any split of the events gives the same state', () => {
  fc.assert(
    fc.property(log, fc.array(fc.nat(60)), (events, cuts) => {
      const whole = applyEvents(EMPTY, events);
      const bounds = [0, ...cuts.filter((cut) => cut < events.length).sort((a, b) => a - b), events.length];
      let parts: SessionState = EMPTY;
      for (let i = 1; i < bounds.length; i++)
        parts = applyEvents(parts, events.slice(bounds[i - 1], bounds[i]));
      expect(parts).toEqual(whole);
    }),
  );
});

test('events that come again after a broken connection change nothing', () => {
  fc.assert(
    fc.property(log, fc.nat(60), fc.nat(60), (events, lost, again) => {
      const whole = applyEvents(EMPTY, events);
      const seen = events.slice(0, Math.min(lost, events.length));
      const repeated = events.slice(Math.min(again, seen.length));
      expect(applyEvents(applyEvents(EMPTY, seen), repeated)).toEqual(whole);
    }),
  );
});

test('a turn is there once, whether the answer or its event comes first', () => {
  const created = {
    seq: 1,
    sessionId: 's',
    jobId: null,
    at: 1,
    type: 'turn.created',
    payload: { turn: turnOf('a') },
  };
  const started = {
    seq: 2,
    sessionId: 's',
    jobId: null,
    at: 2,
    type: 'job.started',
    payload: { job: jobOf('a', 'running') },
  };
  const events = [created, started] as SessionEvent[];
  const answerLast = addTurn(applyEvents(EMPTY, events), turnOf('a'));
  const answerFirst = applyEvents(addTurn(EMPTY, turnOf('a')), events);
  expect(answerLast).toEqual(answerFirst);
  expect(answerLast.turns).toHaveLength(1);
  expect(answerLast.turns[0]?.job?.state).toBe('running');
});

test('progress of the snapshot stands as if it had just come', () => {
  const stage = {
    seq: 7,
    sessionId: 's',
    jobId: 'job-a',
    at: 7,
    type: 'stage',
    payload: { turnId: 'a', stage: 'denoise', pictureIndex: 0, done: 3, total: 8 },
  } as SessionEvent;
  const state = fromSnapshot({
    session: SESSION,
    turns: [turnOf('a')],
    messages: [],
    history: HISTORY,
    seq: 9,
    progress: [stage],
  });
  expect(state.progress.a).toMatchObject({ stage: 'denoise', counts: { denoise: { done: 3, total: 8 } } });
  expect(state.seq).toBe(9);
});

test('events of another session are not ours', () => {
  const foreign = {
    seq: 1,
    sessionId: 't',
    jobId: null,
    at: 1,
    type: 'session.deleted',
    payload: { session: SESSION },
  };
  expect(applyEvent(EMPTY, foreign as SessionEvent)).toBe(EMPTY);
});

test('a snapshot that is asked for once more keeps what only events told, and is ignored when events overtook it', () => {
  const snapshot = (seq: number) => ({
    session: SESSION,
    turns: [turnOf('a')],
    messages: [],
    history: HISTORY,
    seq,
  });
  const entries = [{ what: 'encoder', hit: true, sizeBytes: 1, savedMs: 2, count: 1 }];
  const cache = {
    seq: 5,
    sessionId: 's',
    jobId: null,
    at: 5,
    type: 'cache',
    payload: { turnId: 'a', entries },
  };
  const before = applyEvents(fromSnapshot(snapshot(1)), [cache as SessionEvent]);
  expect(withSnapshot(before, snapshot(4))).toBe(before);
  expect(withSnapshot(before, snapshot(9))).toMatchObject({ seq: 9, cache: { a: entries } });
  expect(withSnapshot(undefined, snapshot(4))).toEqual(fromSnapshot(snapshot(4)));
});
