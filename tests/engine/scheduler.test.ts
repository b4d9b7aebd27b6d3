/**
 * The scheduler under adversarial load, on a virtual clock: owners that flood, units of very different cost, requests that
 * claim to be warm, and memory for a few at a time. 10,000 requests; the bounds of its header are checked all the way.
 */
import { describe, expect, test } from 'vitest';
import { type RequestInfo, type ScheduledRequest, Scheduler } from '../../engine/schedule/scheduler.ts';

const QUANTUM_MS = 100;
const WARM_BOUND_MS = 2_000;
const MEMORY_BYTES = 1_000;
const LONGEST_UNIT_MS = 400;
const REQUESTS = 10_000;

interface SimInfo extends RequestInfo {
  units: number[];
}

function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A flood from one owner, a trickle from others; long and short units, large and small memory, all mixed. */
function arrivals(seed: number): { atMs: number; info: SimInfo }[] {
  const random = randomOf(seed);
  let atMs = 0;
  return Array.from({ length: REQUESTS }, (_, i) => {
    // Bursts of 60 at once, again and again.
    atMs += i % 500 < 60 ? 0 : random() * 3000;
    const flood = random() < 0.6;
    const owner = flood ? 'flood' : `owner ${Math.floor(random() * 9)}`;
    const long = flood || random() < 0.2;
    const units = Array.from({ length: 1 + Math.floor(random() * 8) }, () =>
      long ? LONGEST_UNIT_MS * (0.3 + 0.7 * random()) : 2 + random() * 30,
    );
    const info = {
      owner,
      units,
      memoryBytes: Math.ceil(random() * 400),
      warm: flood || random() < 0.5,
      background: random() < 0.02,
    };
    return { atMs, info };
  });
}

/** Milliseconds served to each owner, and since when it has had a request under way without a break. */
class Ledger {
  readonly served = new Map<string, number>();
  /** For pairs of owners: what each was ahead of the other when both began to have work. */
  #since = new Map<string, Map<string, number>>();
  worstGapMs = 0;

  backlogged(owners: readonly string[]): void {
    const next = new Map<string, Map<string, number>>();
    for (const a of owners)
      for (const b of owners) {
        if (a === b) continue;
        const gap = (this.served.get(a) ?? 0) - (this.served.get(b) ?? 0);
        const start = this.#since.get(a)?.get(b) ?? gap;
        const row = next.get(a) ?? new Map<string, number>();
        next.set(a, row.set(b, start));
        this.worstGapMs = Math.max(this.worstGapMs, gap - start);
      }
    this.#since = next;
  }
}

describe.each([1, 2, 3])('load %i', (seed) => {
  const all = arrivals(seed);
  const scheduler = new Scheduler<SimInfo>({
    memoryBytes: MEMORY_BYTES,
    quantumMs: QUANTUM_MS,
    warmBoundMs: WARM_BOUND_MS,
  });
  const ledger = new Ledger();
  const left = new Map<ScheduledRequest<SimInfo>, number[]>();
  let [nowMs, finished, worstPassedOver, backgroundRanBeforeOthers, arrived] = [0, 0, 0, 0, 0];
  while (finished < REQUESTS && nowMs < Number.POSITIVE_INFINITY) {
    for (; all[arrived] && all[arrived]!.atMs <= nowMs; arrived++) {
      const request = scheduler.add(all[arrived]!.info, all[arrived]!.atMs);
      left.set(request, [...all[arrived]!.info.units]);
    }
    const before = new Set(scheduler.active());
    const request = scheduler.next(nowMs, () => true);
    if (!request) {
      nowMs = all[arrived]?.atMs ?? Number.POSITIVE_INFINITY;
      continue;
    }
    // Who was let in although an older request of the same owner waits, and how long that one has waited.
    const active = new Set(scheduler.active());
    for (const admitted of [...active].filter((each) => !before.has(each)))
      for (const [other] of left)
        if (
          !active.has(other) &&
          !other.info.background &&
          other.info.owner === admitted.info.owner &&
          other.arrivedAtMs < admitted.arrivedAtMs
        )
          worstPassedOver = Math.max(worstPassedOver, nowMs - other.arrivedAtMs);
    if (request.info.background && [...left.keys()].some(({ info }) => !info.background))
      backgroundRanBeforeOthers += 1;
    ledger.backlogged([
      ...new Set(
        scheduler
          .active()
          .filter(({ info }) => !info.background)
          .map(({ info }) => info.owner),
      ),
    ]);
    const units = left.get(request)!;
    const costMs = units.shift()!;
    nowMs += costMs;
    ledger.served.set(request.info.owner, (ledger.served.get(request.info.owner) ?? 0) + costMs);
    scheduler.charge(request, costMs);
    if (units.length === 0) {
      scheduler.remove(request);
      left.delete(request);
      finished += 1;
    }
    if (finished % 50 === 0) scheduler.checkIntegrity();
  }

  test('every request ends, and all memory comes back', () => {
    expect(finished).toBe(REQUESTS);
    expect(scheduler.usedBytes).toBe(0);
    expect(scheduler.active()).toEqual([]);
  });

  test('between owners with work, none gets ahead by more than two rounds and two units', () => {
    expect(ledger.worstGapMs).toBeLessThanOrEqual(2 * (QUANTUM_MS + LONGEST_UNIT_MS));
  });

  test('no request is passed over by a later one of its owner beyond the bound', () => {
    expect(worstPassedOver).toBeLessThanOrEqual(WARM_BOUND_MS + LONGEST_UNIT_MS);
  });

  test('what is read ahead never runs while someone waits', () => {
    expect(backgroundRanBeforeOthers).toBe(0);
  });
});

test('a request larger than all memory runs alone', () => {
  const scheduler = new Scheduler<RequestInfo>({ memoryBytes: 100 });
  const info = { owner: 'a', warm: false, background: false };
  const large = scheduler.add({ ...info, memoryBytes: 500 }, 0);
  const small = scheduler.add({ ...info, memoryBytes: 10 }, 1);
  expect(scheduler.next(2, () => true)).toBe(large);
  expect(scheduler.active()).toEqual([large]);
  scheduler.remove(large);
  expect(scheduler.next(3, () => true)).toBe(small);
});

test('who is not ready is not waited for', () => {
  const scheduler = new Scheduler<RequestInfo>({ memoryBytes: 100 });
  const [a, b] = ['a', 'b'].map((owner) =>
    scheduler.add({ owner, memoryBytes: 1, warm: false, background: false }, 0),
  ) as [ScheduledRequest, ScheduledRequest];
  expect(scheduler.next(0, (request) => request === b)).toBe(b);
  expect(scheduler.next(0, () => false)).toBeUndefined();
  expect(scheduler.next(0, (request) => request === a)).toBe(a);
});
