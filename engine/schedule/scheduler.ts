/**
 * Which request runs next: deficit round robin between owners in measured milliseconds, one after the other between the requests
 * of an owner; and admission by memory, where requests whose references are warm may go before others for a bounded while.
 * Decides and computes nothing; the time is passed in.
 * Source: Shreedhar and Varghese, "Efficient fair queueing using deficit round robin" (1995).
 */

/** The facts of a request by which it is scheduled. */
export interface RequestInfo {
  owner: string;
  /** Estimate of the memory that it holds while it is under way. */
  memoryBytes: number;
  /** Whether its references were read lately, so that they are most likely cached. */
  warm: boolean;
  /** Runs only while no request of the foreground waits. */
  background: boolean;
}

/** A request in the scheduler. */
export interface ScheduledRequest<T extends RequestInfo = RequestInfo> {
  readonly info: T;
  readonly arrivedAtMs: number;
}

export interface SchedulerOptions {
  /** Memory of all requests under way. A request that needs more alone is admitted when no other is under way. */
  memoryBytes: number;
  /** Time of an owner in one round; default: 100. */
  quantumMs?: number;
  /** Longest time that a request may wait for warm ones that came later; default: 2,000. */
  warmBoundMs?: number;
}

interface Owner<T extends RequestInfo> {
  waiting: ScheduledRequest<T>[];
  /** Admitted, least recently served first. */
  active: ScheduledRequest<T>[];
  /** Time left of its round; negative where a unit took longer than was left. */
  deficitMs: number;
}

export class Scheduler<T extends RequestInfo> {
  readonly #memoryBytes: number;
  readonly #quantumMs: number;
  readonly #warmBoundMs: number;
  /** In the order of their rounds: the first one is being served. */
  readonly #owners = new Map<string, Owner<T>>();
  #usedBytes = 0;

  constructor({ memoryBytes, quantumMs = 100, warmBoundMs = 2_000 }: SchedulerOptions) {
    this.#memoryBytes = memoryBytes;
    this.#quantumMs = quantumMs;
    this.#warmBoundMs = warmBoundMs;
  }

  /** Memory that requests under way are estimated to hold. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Takes in a request. */
  add(info: T, nowMs: number): ScheduledRequest<T> {
    const request = { info, arrivedAtMs: nowMs };
    const owner = this.#owners.get(info.owner) ?? { waiting: [], active: [], deficitMs: 0 };
    this.#owners.set(info.owner, owner);
    owner.waiting.push(request);
    return request;
  }

  /** Forgets a request that has ended, or was stopped. */
  remove(request: ScheduledRequest<T>): void {
    const owner = this.#owners.get(request.info.owner);
    if (!owner) return;
    if (owner.active.includes(request)) this.#usedBytes -= reservedBytes(request);
    owner.active = owner.active.filter((each) => each !== request);
    owner.waiting = owner.waiting.filter((each) => each !== request);
    // Time that an owner did not use is not saved up.
    if (owner.active.length + owner.waiting.length === 0) this.#owners.delete(request.info.owner);
  }

  /** The request whose unit is next, among those that are `ready` for one; undefined: none is. */
  next(nowMs: number, ready: (request: ScheduledRequest<T>) => boolean): ScheduledRequest<T> | undefined {
    this.#admit(nowMs);
    const foreground = [...this.#owners.values()].some(hasForeground);
    const runnable = (request: ScheduledRequest<T>) =>
      ready(request) && !(foreground && request.info.background);
    if (![...this.#owners.values()].some(({ active }) => active.some(runnable))) return undefined;
    for (;;) {
      const [name, owner] = this.#owners.entries().next().value!;
      const request = owner.active.find(runnable);
      if (request && owner.deficitMs > 0) return request;
      this.#owners.delete(name);
      this.#owners.set(name, owner);
      // An owner without a runnable request takes no part in the round.
      if (request) owner.deficitMs += this.#quantumMs;
      else owner.deficitMs = Math.min(0, owner.deficitMs);
    }
  }

  /** Charges a unit to its owner: the other requests of that owner go before this one. */
  charge(request: ScheduledRequest<T>, costMs: number): void {
    const owner = this.#owners.get(request.info.owner);
    if (!owner) return;
    owner.deficitMs -= costMs;
    if (!owner.active.includes(request)) return;
    owner.active = [...owner.active.filter((each) => each !== request), request];
  }

  /** Requests under way. */
  active(): ScheduledRequest<T>[] {
    return [...this.#owners.values()].flatMap(({ active }) => active);
  }

  /** Throws where the memory counted is not that of the requests under way. */
  checkIntegrity(): void {
    const active = this.active();
    const bytes = active.reduce((sum, request) => sum + reservedBytes(request), 0);
    if (bytes !== this.#usedBytes)
      throw new Error(`Expected ${bytes} bytes in use, counted ${this.#usedBytes}`);
    if (bytes > this.#memoryBytes && active.length > 1)
      throw new Error(
        `Expected at most ${this.#memoryBytes} bytes for ${active.length} requests, got ${bytes}`,
      );
  }

  /** Admits requests while there is memory: of all owners in turn, warm ones first, but none is passed over for long. */
  #admit(nowMs: number): void {
    for (;;) {
      const request = this.#firstWaiting(nowMs);
      if (!request || !this.#fits(request)) return;
      const owner = this.#owners.get(request.info.owner)!;
      owner.waiting = owner.waiting.filter((each) => each !== request);
      owner.active.push(request);
      this.#usedBytes += reservedBytes(request);
    }
  }

  #fits(request: ScheduledRequest<T>): boolean {
    return this.#usedBytes === 0 || this.#usedBytes + reservedBytes(request) <= this.#memoryBytes;
  }

  /** The next request to admit: of the owner with the fewest under way a warm one, unless its oldest has waited too long. */
  #firstWaiting(nowMs: number): ScheduledRequest<T> | undefined {
    const isOverdue = ({ arrivedAtMs }: ScheduledRequest<T>) => nowMs - arrivedAtMs > this.#warmBoundMs;
    const candidates = [...this.#owners.values()].flatMap(({ waiting, active }) => {
      const oldest = waiting.find(({ info }) => !info.background) ?? waiting[0];
      if (!oldest) return [];
      const warm = waiting.find(({ info }) => info.warm && !info.background);
      const request = isOverdue(oldest) ? oldest : (warm ?? oldest);
      return { request, underWay: active.length, preferred: request.info.warm || isOverdue(request) };
    });
    candidates.sort(
      (a, b) =>
        Number(a.request.info.background) - Number(b.request.info.background) ||
        a.underWay - b.underWay ||
        Number(b.preferred) - Number(a.preferred) ||
        a.request.arrivedAtMs - b.request.arrivedAtMs,
    );
    return candidates[0]?.request;
  }
}

/** Background requests reserve nothing: they stop at any unit for one in the foreground, so they must not keep it out. */
const reservedBytes = ({ info }: ScheduledRequest): number => (info.background ? 0 : info.memoryBytes);

const hasForeground = ({ active, waiting }: Owner<RequestInfo>): boolean =>
  [...active, ...waiting].some(({ info }) => !info.background);
