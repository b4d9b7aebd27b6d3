/** The pool of servers, in virtual time and on servers that fail as they are told to: who draws what, and who is left alone. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from '../../bench/scale/virtual-clock.ts';
import { type Trouble, VirtualServer, type VirtualServerOptions } from '../../bench/scale/virtual-server.ts';
import { seededRandom } from '../../bench/seeded-random.ts';
import type { PictureRequest } from '../../engine/remote/adapter.ts';
import { Breaker } from '../../engine/remote/pool/breaker.ts';
import { FairLine, type Place } from '../../engine/remote/pool/fair-line.ts';
import { Pool, type PoolOptions } from '../../engine/remote/pool/pool.ts';
import { TEST_SEED } from '../seed.ts';

const SECOND = 1_000;
/** A picture of 512 px in 10 steps takes one second. */
const MS_BY_WORK = SECOND / (512 * 512 * 10);

function pictureOf(prompt: string, changes: Partial<PictureRequest> = {}): PictureRequest {
  const size = { widthPx: 512, heightPx: 512, steps: 10 };
  return { prompt, references: [], ...size, seed: 0, guidanceScale: 1, ...changes };
}

/** Servers and their pool; `begun` has the pictures that each began with, `ended` what became of each picture. */
function playground(plans: readonly Partial<VirtualServerOptions>[], options: Partial<PoolOptions> = {}) {
  const clock = new VirtualClock();
  const begun = plans.map(() => [] as string[]);
  const servers = plans.map(
    (plan, at) =>
      new VirtualServer({
        ...{ name: `server-${at}`, clock, msByWork: MS_BY_WORK, plan: [], isIdempotent: false },
        ...{ onBegun: ({ prompt }) => void begun[at]!.push(prompt), ...plan },
      }),
  );
  const pool = new Pool(
    servers,
    {
      ...{ clock, random: seededRandom(TEST_SEED), atOnce: 1, leastDeadlineMs: 60 * SECOND },
      ...{ firstWaitMs: 200, longestWaitMs: 30 * SECOND, healthMs: 5 * SECOND, ...options },
    },
    () => {},
  );
  const ended = new Map<string, string>();
  const draw = (request: PictureRequest, owner = '', signal = new AbortController().signal) => {
    void pool.draw(request, { owner, signal }).then(
      () => ended.set(request.prompt, 'drawn'),
      (error) => ended.set(request.prompt, error.code),
    );
  };
  const up = () => clock.run(() => pool.inService.length === plans.length);
  const passes = async (ms: number) => {
    let isOver = false;
    clock.after(ms, () => {
      isOver = true;
    });
    await clock.run(() => isOver);
  };
  const all = (count: number) => clock.run(() => ended.size === count);
  return { clock, pool, servers, begun, ended, draw, up, passes, all };
}

const at = (atMs: number, trouble: Trouble) => ({ atMs, trouble });

test('pictures are shared out: one at a time for each server, and more for the faster one', async () => {
  const { begun, draw, up, all, clock } = playground([{}, { msByWork: MS_BY_WORK / 4 }]);
  await up();
  const from = clock.now();
  for (let i = 0; i < 50; i++) draw(pictureOf(`${i}`));
  await all(50);
  expect(new Set(begun.flat()).size).toBe(50);
  expect(begun.flat()).toHaveLength(50);
  expect(begun[1]!.length / begun[0]!.length).toBeGreaterThan(3);
  // Ten seconds by both together.
  expect(clock.now() - from).toBeLessThan(12 * SECOND);
});

test('a server takes as many at once as it is said to', async () => {
  const { begun, draw, up, passes } = playground([{}], { atOnce: 3 });
  await up();
  for (let i = 0; i < 5; i++) draw(pictureOf(`${i}`));
  await passes(100);
  expect(begun[0]).toEqual(['0']);
  await passes(2.5 * SECOND);
  expect(begun[0]).toEqual(['0', '1', '2']);
});

test.each<Trouble>(['down', 'full'])(
  '%s: what did not reach a server is drawn by another',
  async (trouble) => {
    const parts = playground([{ plan: [at(5 * SECOND, trouble)] }, {}], { healthMs: 1_000 * SECOND });
    const { begun, ended, draw, up, passes, all, pool } = parts;
    await up();
    await passes(6 * SECOND);
    for (let i = 0; i < 4; i++) draw(pictureOf(`${i}`));
    await all(4);
    expect([...ended.values()]).toEqual(Array(4).fill('drawn'));
    expect(begun.map((names) => names.sort())).toEqual([[], ['0', '1', '2', '3']]);
    expect(pool.inService.map(({ name }) => name)).toEqual(['server-1']);
  },
);

test('what breaks off is told, and is not sent again by itself', async () => {
  const { begun, ended, draw, up, all } = playground([{ plan: [at(2 * SECOND, 'down')] }]);
  await up();
  draw(pictureOf('large', { steps: 100 }));
  draw(pictureOf('behind it'));
  await all(2);
  expect(Object.fromEntries(ended)).toEqual({ large: 'unreachable', 'behind it': 'unreachable' });
  expect(begun).toEqual([['large']]);
});

test('a picture whose answer does not come is never begun again, and its server gets no other until it has drawn for trial', async () => {
  const plan = [at(2 * SECOND, 'mute'), at(200 * SECOND, 'well')];
  const { begun, ended, draw, up, passes, all, servers, pool, clock } = playground([{ plan }, {}], {
    healthMs: 1_000 * SECOND,
  });
  await up();
  await passes(3 * SECOND);
  for (let i = 0; i < 4; i++) draw(pictureOf(`${i}`));
  await all(4);
  expect([...ended.values()].sort()).toEqual(['drawn', 'drawn', 'drawn', 'timed_out']);
  expect(begun.map((each) => each.length)).toEqual([1, 3]);
  expect(pool.inService).toHaveLength(1);
  for (let i = 4; i < 8; i++) draw(pictureOf(`${i}`));
  await all(8);
  expect(begun.map((each) => each.length)).toEqual([1, 7]);
  await clock.run(() => pool.inService.length === 2);
  expect(clock.now()).toBeGreaterThan(200 * SECOND);
  expect(servers[0]!.triedAtMs.length).toBeGreaterThan(1);
});

test('a stopped picture counts as load until it should be over; where nothing else is there it stands in line over there', async () => {
  const { begun, ended, draw, up, all, passes } = playground([{}, {}]);
  await up();
  for (const name of ['a', 'b']) draw(pictureOf(name));
  await all(2);
  const stop = new AbortController();
  draw(pictureOf('stopped', { steps: 100 }), '', stop.signal);
  await passes(SECOND);
  stop.abort();
  await all(3);
  expect(ended.get('stopped')).toBe('cancelled');
  const left = begun.findIndex((names) => names.includes('stopped'));
  for (let i = 0; i < 5; i++) draw(pictureOf(`${i}`));
  await all(8);
  expect(begun[left]!.at(-1)).toBe('stopped');
  expect(begun[1 - left]!.slice(-5)).toEqual(['0', '1', '2', '3', '4']);
  await passes(10 * SECOND);
  for (const name of ['later', 'and later']) draw(pictureOf(name));
  await all(10);
  expect(begun[left]!.at(-1)).toMatch(/later/);
});

test('a deadline grows with the work and with what stands before it', async () => {
  const waits: number[] = [];
  const { draw, up, all, servers } = playground([{}], { leastDeadlineMs: 10 * SECOND, atOnce: 2 });
  const drawThere = servers[0]!.draw.bind(servers[0]);
  servers[0]!.draw = (request, wait) => {
    if (request.prompt !== 'trial') waits.push(wait.deadlineMs);
    return drawThere(request, wait);
  };
  await up();
  draw(pictureOf('first'));
  await all(1);
  draw(pictureOf('twenty times', { steps: 200 }));
  draw(pictureOf('behind it'));
  await all(3);
  expect(waits[0]).toBe(10 * SECOND);
  expect(Math.round(waits[1]! / SECOND)).toBe(10 + 4 * 20);
  expect(Math.round(waits[2]! / SECOND)).toBe(10 + 4 * 21);
});

test('one that fails twice in a row is tried out before it gets more; one that refuses a request is not blamed', async () => {
  const { ended, draw, up, all, pool, passes } = playground([
    { plan: [at(SECOND, 'fails'), at(60 * SECOND, 'well')] },
  ]);
  await up();
  await passes(2 * SECOND);
  draw(pictureOf('1'));
  await all(1);
  expect([ended.get('1'), pool.inService.length]).toEqual(['rejected', 1]);
  draw(pictureOf('2'));
  await all(2);
  expect(pool.inService).toHaveLength(0);
  await up();
  draw(pictureOf('3'));
  await all(3);
  expect(ended.get('3')).toBe('drawn');
});

test('one that goes away while nobody draws is found out by asking whether it is well', async () => {
  const { clock, pool, up } = playground([{ plan: [at(7 * SECOND, 'mute')] }, {}]);
  await up();
  await clock.run(() => pool.inService.length === 1);
  expect(clock.now()).toBeLessThan(40 * SECOND);
});

test('one that does not come back is asked less and less, and not in step with others', async () => {
  const plan = [at(SECOND, 'down')];
  const { servers, up, passes } = playground([{ plan }, { plan }, {}]);
  await up();
  await passes(600 * SECOND);
  const [one, other] = servers.map(({ triedAtMs }) => triedAtMs.slice(1)) as [number[], number[]];
  expect(one.length).toBeGreaterThan(15);
  expect(one.length).toBeLessThan(60);
  const waits = one.map((ms, i) => ms - (one[i - 1] ?? ms)).slice(1);
  expect(Math.min(...waits.slice(-10))).toBeGreaterThanOrEqual(15 * SECOND);
  expect(one.filter((ms) => other.includes(ms))).toEqual([]);
});

test('the breaker doubles its waits up to the longest, and begins anew once a picture was drawn', () => {
  const breaker = new Breaker({ firstWaitMs: 100, longestWaitMs: 1_000, random: () => 0.999_999 });
  const waits = () => Math.round(breaker.open());
  expect(breaker.state).toBe('open');
  expect([waits(), waits(), waits(), waits(), waits(), waits()]).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  breaker.tryOut();
  expect(breaker.state).toBe('half_open');
  breaker.close();
  expect([breaker.state, waits()]).toEqual(['closed', 1_000]);
  breaker.proved();
  expect(waits()).toBe(100);
});

test('two that are not the same: the second is left out by name, until the first is gone', async () => {
  const plan = [at(60 * SECOND, 'down')];
  const { clock, pool, passes, draw, all, begun } = playground([
    { plan },
    { info: { digest: 'f'.repeat(64) } },
  ]);
  await passes(10 * SECOND);
  const [first, second] = pool.members;
  const [inService, out] = first!.isInService ? [first!, second!] : [second!, first!];
  expect(out.error).toMatchObject({ code: 'bad_request', field: 'addresses' });
  for (const words of [/server-0/, /server-1/, /are not the same: digest/])
    expect(out.error!.message).toMatch(words);
  draw(pictureOf('1'));
  await all(1);
  expect(begun[pool.members.indexOf(inService)]).toEqual(['1']);
  await clock.run(() => pool.inService.length === 1 && pool.inService[0] === second);
  expect(clock.now()).toBeGreaterThan(inService === first ? 60 * SECOND : 0);
});

test('a server that knows a picture by its key is asked for it again, and draws it once', async () => {
  const plan = [at(2 * SECOND, 'down'), at(4 * SECOND, 'well')];
  const { begun, ended, draw, up, all, clock, pool } = playground([{ plan, isIdempotent: true }, {}]);
  await up();
  for (const name of ['1', '2']) draw(pictureOf(name, { steps: 100 }));
  await clock.run(() => ended.size === 1);
  const [broken] = ended.keys();
  expect(ended.get(broken!)).toBe('unreachable');
  await clock.run(() => pool.inService.length === 2);
  ended.delete(broken!);
  draw(pictureOf(broken!, { steps: 100 }));
  await all(2);
  expect([...ended.values()]).toEqual(['drawn', 'drawn']);
  expect(begun.flat().filter((name) => name === broken)).toEqual([broken]);
});

test('a closed pool ends all waits and asks nobody again', async () => {
  const { draw, up, all, ended, pool, servers, passes } = playground([{}, { plan: [at(SECOND, 'down')] }]);
  await up();
  await passes(2 * SECOND);
  for (let i = 0; i < 3; i++) draw(pictureOf(`${i}`));
  pool.close();
  draw(pictureOf('late'));
  await all(4);
  expect([...ended.values()]).toEqual(Array(4).fill('engine_died'));
  const tried = servers[1]!.triedAtMs.length;
  await passes(100 * SECOND);
  expect(servers[1]!.triedAtMs.length).toBe(tried);
});

test('in line, owners who wait get the same work up to one picture each, and keep their own order', () => {
  const step = fc.record({ owner: fc.constantFrom('a', 'b', 'c'), work: fc.integer({ min: 1, max: 100 }) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 30, maxLength: 200 }), (steps) => {
      const line = new FairLine<number>();
      for (const [at, { owner, work }] of steps.entries()) line.add(owner, work, at);
      const taken = new Map<string, number>(
        [...new Set(steps.map(({ owner }) => owner))].map((owner) => [owner, 0]),
      );
      const waiting = Map.groupBy(steps.keys(), (at): string => steps[at]!.owner);
      for (let left = steps.length; left > 0; left--) {
        const place = line.next(() => true) as Place<number>;
        line.take(place);
        expect(waiting.get(place.owner)!.shift()).toBe(place.item);
        taken.set(place.owner, taken.get(place.owner)! + place.work);
        const still = [...taken].filter(([owner]) => waiting.get(owner)!.length > 0).map(([, work]) => work);
        if (still.length > 1) expect(Math.max(...still) - Math.min(...still)).toBeLessThanOrEqual(100);
      }
      expect(line.isEmpty).toBe(true);
    }),
  );
});

test('who comes late to the line is not owed for the time away, and has a turn at once', () => {
  const line = new FairLine<string>();
  for (let i = 0; i < 100; i++) line.add('crowd', 10, `crowd ${i}`);
  for (let i = 0; i < 50; i++) line.take(line.next(() => true)!);
  for (let i = 0; i < 5; i++) line.add('late', 10, `late ${i}`);
  const order = Array.from({ length: 6 }, () => {
    const place = line.next(() => true)!;
    line.take(place);
    return place.owner;
  });
  expect(order.filter((owner) => owner === 'late')).toHaveLength(3);
});
