/**
 * Whose turn it is: deficit round robin between owners in measured milliseconds, in turn between the requests of one owner,
 * and admission by memory, where requests whose references are warm may go before others for a bounded while.
 * Decides and computes nothing; knows no clock but the one it is told.
 * Source: Shreedhar and Varghese, "Efficient fair queueing using deficit round robin" (1995).
 */

/** What is known of a request before it runs. */
export interface Ticket {
  owner: string;
  /** Estimate of what it holds while it is under way. */
  memoryBytes: number;
  /** Whether all that it refers to is in memory. */
  warm: boolean;
  /** Runs only while nobody waits. */
  background: boolean;
}

/** A request in the scheduler. */
export interface Job<T extends Ticket = Ticket> {
  readonly ticket: T;
  readonly arrivedAtMs: number;
}

export interface SchedulerOptions {
  /** What all requests under way may hold. One that needs more alone is let in when nothing else is. */
  memoryBytes: number;
  /** What an owner may use in one round; default: 100. */
  quantumMs?: number;
  /** How long a request may be kept waiting by warm ones that came later; default: 2,000. */
  warmBoundMs?: number;
}

interface Owner<T extends Ticket> {
  waiting: Job<T>[];
  /** Admitted, least recently served first. */
  active: Job<T>[];
  /** What is left of its round; negative where a unit took longer than was left. */
  deficitMs: number;
}

export class Scheduler<T extends Ticket> {
  readonly #memoryBytes: number;
  readonly #quantumMs: number;
  readonly #warmBoundMs: number;
  /** In the order of their rounds: the first is being served. */
  readonly #owners = new Map<string, Owner<T>>();
  #usedBytes = 0;

  constructor({ memoryBytes, quantumMs = 100, warmBoundMs = 2_000 }: SchedulerOptions) {
    this.#memoryBytes = memoryBytes;
    this.#quantumMs = quantumMs;
    this.#warmBoundMs = warmBoundMs;
  }

  /** What requests under way are estimated to hold. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Takes in a request. */
  add(ticket: T, nowMs: number): Job<T> {
    const job = { ticket, arrivedAtMs: nowMs };
    const owner = this.#owners.get(ticket.owner) ?? { waiting: [], active: [], deficitMs: 0 };
    this.#owners.set(ticket.owner, owner);
    owner.waiting.push(job);
    return job;
  }

  /** Forgets a request that has ended, or was stopped. */
  remove(job: Job<T>): void {
    const owner = this.#owners.get(job.ticket.owner);
    if (!owner) return;
    if (owner.active.includes(job)) this.#usedBytes -= reservedBytes(job);
    owner.active = owner.active.filter((each) => each !== job);
    owner.waiting = owner.waiting.filter((each) => each !== job);
    // What an owner did not use is not saved up.
    if (owner.active.length + owner.waiting.length === 0) this.#owners.delete(job.ticket.owner);
  }

  /** The request whose unit is next, among those that are `ready` for one; undefined: none is. */
  next(nowMs: number, ready: (job: Job<T>) => boolean): Job<T> | undefined {
    this.#admit(nowMs);
    const foreground = [...this.#owners.values()].some(hasForeground);
    const runnable = (job: Job<T>) => ready(job) && !(foreground && job.ticket.background);
    if (![...this.#owners.values()].some(({ active }) => active.some(runnable))) return undefined;
    for (;;) {
      const [name, owner] = this.#owners.entries().next().value!;
      const job = owner.active.find(runnable);
      if (job && owner.deficitMs > 0) return job;
      this.#owners.delete(name);
      this.#owners.set(name, owner);
      // Who has nothing to run takes no part in the round.
      if (job) owner.deficitMs += this.#quantumMs;
      else owner.deficitMs = Math.min(0, owner.deficitMs);
    }
  }

  /** Charges a unit to its owner: the other requests of that owner go before this one. */
  charge(job: Job<T>, costMs: number): void {
    const owner = this.#owners.get(job.ticket.owner);
    if (!owner) return;
    owner.deficitMs -= costMs;
    if (!owner.active.includes(job)) return;
    owner.active = [...owner.active.filter((each) => each !== job), job];
  }

  /** Requests under way. */
  active(): Job<T>[] {
    return [...this.#owners.values()].flatMap(({ active }) => active);
  }

  /** Throws where the books do not balance. */
  checkIntegrity(): void {
    const active = this.active();
    const bytes = active.reduce((sum, job) => sum + reservedBytes(job), 0);
    if (bytes !== this.#usedBytes)
      throw new Error(`Expected ${bytes} bytes in use, counted ${this.#usedBytes}`);
    if (bytes > this.#memoryBytes && active.length > 1)
      throw new Error(
        `Expected at most ${this.#memoryBytes} bytes for ${active.length} requests, got ${bytes}`,
      );
  }

  /** Lets requests in while there is memory: of all owners in turn, warm ones first, but none is passed over for long. */
  #admit(nowMs: number): void {
    for (;;) {
      const job = this.#firstWaiting(nowMs);
      if (!job || !this.#fits(job)) return;
      const owner = this.#owners.get(job.ticket.owner)!;
      owner.waiting = owner.waiting.filter((each) => each !== job);
      owner.active.push(job);
      this.#usedBytes += reservedBytes(job);
    }
  }

  #fits(job: Job<T>): boolean {
    return this.#usedBytes === 0 || this.#usedBytes + reservedBytes(job) <= this.#memoryBytes;
  }

  /** Of the owner with the fewest under way; of its requests a warm one, unless the oldest has waited too long. */
  #firstWaiting(nowMs: number): Job<T> | undefined {
    const isOverdue = ({ arrivedAtMs }: Job<T>) => nowMs - arrivedAtMs > this.#warmBoundMs;
    const candidates = [...this.#owners.values()].flatMap(({ waiting, active }) => {
      const oldest = waiting.find(({ ticket }) => !ticket.background) ?? waiting[0];
      if (!oldest) return [];
      const warm = waiting.find(({ ticket }) => ticket.warm && !ticket.background);
      const job = isOverdue(oldest) ? oldest : (warm ?? oldest);
      return { job, underWay: active.length, preferred: job.ticket.warm || isOverdue(job) };
    });
    candidates.sort(
      (a, b) =>
        Number(a.job.ticket.background) - Number(b.job.ticket.background) ||
        a.underWay - b.underWay ||
        Number(b.preferred) - Number(a.preferred) ||
        a.job.arrivedAtMs - b.job.arrivedAtMs,
    );
    return candidates[0]?.job;
  }
}

/** A request in the background may be stopped at any unit for one in the foreground, so it must not keep it out. */
const reservedBytes = ({ ticket }: Job): number => (ticket.background ? 0 : ticket.memoryBytes);

const hasForeground = ({ active, waiting }: Owner<Ticket>): boolean =>
  [...active, ...waiting].some(({ ticket }) => !ticket.background);
