/**
 * Several servers of one model as one: who draws the next picture, who is left alone, who is tried out again. A picture is sent again
 * by itself only where it certainly did not reach a server. Time, chance and the servers are passed in; knows no server's way of
 * speaking and no form of request beyond one picture.
 */
import { createHash } from 'node:crypto';
import { EngineError } from '../../request/errors.ts';
import type { ModelInfo } from '../../request/request.ts';
import { cancelled, closed } from '../../request/watched.ts';
import type { DrawWait, PictureRequest } from '../adapter.ts';
import { type Fault, faultOf } from '../fault.ts';
import type { Clock } from './clock.ts';
import { FairLine, type Place } from './fair-line.ts';
import { type Call, Member, type Server } from './member.ts';
import { Pace, workOf } from './work.ts';

export interface PoolOptions {
  clock: Clock;
  /** 0 to 1, below 1. */
  random: () => number;
  /** Pictures under way at a server at the same time. */
  atOnce: number;
  /** What any picture may take; more for larger ones. */
  leastDeadlineMs: number;
  /** Waits before a server that is away is asked again: the first, and the longest. */
  firstWaitMs: number;
  longestWaitMs: number;
  /** Between two questions whether a server is well. */
  healthMs: number;
}

/** A picture that is asked for. */
export interface Order extends Pick<DrawWait, 'onSteps' | 'onPreview'> {
  owner: string;
  /** Ends the wait; what the server has begun counts as its load until it should be over. */
  signal: AbortSignal;
  /** Takes the picture out of the line; one that was sent is not touched. */
  beforeSent?: AbortSignal;
  /** Called when it is sent to a server; again where that did not reach it. */
  onSent?: () => void;
}

interface Asked extends Order {
  request: PictureRequest;
  work: number;
  key: string | undefined;
  resolve: (file: Uint8Array) => void;
  reject: (error: unknown) => void;
}

const HEALTH_DEADLINE_MS = 2_000;
/** Questions without an answer, in a row, after which a server is away. */
const MOST_UNWELL = 3;
/** Pictures that are remembered by where they may be under way; the oldest are forgotten. */
const MOST_REMEMBERED = 1_000;
/** A deadline is this many times what is expected, and the least one. */
const MARGIN = 4;

export class Pool {
  readonly members: readonly Member[];
  /** Over once every server was tried out, or found to be away. */
  readonly firstTrials: Promise<unknown>;
  readonly #options: PoolOptions;
  readonly #onChange: () => void;
  readonly #line = new FairLine<Asked>();
  readonly #closing = new AbortController();
  /** Pace of all together: for members of whom nothing is known. */
  readonly #pace = new Pace();
  /** Pictures that may be under way at a server which knows them by their key when they are asked for again. */
  readonly #unfinished = new Map<string, Member>();
  #stopWaiting = () => {};

  /** Tries every server out in the background; `onChange` is called whenever one comes or goes, or is refused. */
  constructor(servers: readonly Server[], options: PoolOptions, onChange: () => void) {
    this.#options = options;
    this.#onChange = onChange;
    this.members = servers.map((server) => new Member(server, options));
    this.firstTrials = Promise.all(this.members.map((member) => this.#tryOut(member)));
  }

  get inService(): readonly Member[] {
    return this.members.filter(({ isInService }) => isInService);
  }

  /**
   * The file of a picture, by the server that should have it first. Throws what {@link Server.draw} throws of the server that it was
   * sent to, `unreachable` where there is none, `cancelled`, `engine_died` when closed.
   */
  draw(request: PictureRequest, order: Order): Promise<Uint8Array> {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    if (order.signal.aborted || order.beforeSent?.aborted) reject(cancelled());
    else if (this.#closing.signal.aborted) reject(closed());
    else this.#add({ ...order, request, work: workOf(request), key: this.#keyOf(request), resolve, reject });
    return promise;
  }

  /** Ends everything. What waits throws `engine_died`. */
  close(): void {
    this.#closing.abort();
    this.#stopWaiting();
    for (const { reject } of this.#line.empty()) reject(closed());
  }

  #add(asked: Asked): void {
    const place = this.#line.add(asked.owner, asked.work, asked);
    const stop = () => {
      if (this.#line.remove(place)) asked.reject(cancelled());
    };
    asked.signal.addEventListener('abort', stop, { once: true });
    asked.beforeSent?.addEventListener('abort', stop, { once: true });
    this.#share();
  }

  /** Sends pictures out of the line as long as there is a server for one. */
  #share(): void {
    this.#stopWaiting();
    if (this.#closing.signal.aborted || this.#line.isEmpty) return;
    if (this.inService.length === 0) {
      this.#turnAway();
      return;
    }
    while (this.inService.some((member) => this.#hasRoom(member))) {
      const place = this.#line.next((asked) => this.#serverFor(asked) !== undefined);
      if (!place) break;
      const member = this.#serverFor(place.item)!;
      this.#line.take(place);
      void this.#send(member, place);
    }
    this.#waitForLeft();
  }

  #hasRoom({ waitedFor }: Member): boolean {
    return waitedFor < this.#options.atOnce;
  }

  /** Whoever should be done with it first. Undefined: it waits. */
  #serverFor({ work, key }: Asked): Member | undefined {
    const nowMs = this.#options.clock.now();
    const at = key === undefined ? undefined : this.#unfinished.get(key);
    if (at?.isInService) return this.#hasRoom(at) ? at : undefined;
    const up = this.inService;
    // One that is still at what it was left with is asked only when all are.
    const isLeft = (member: Member) => member.leftMs(nowMs) > 0;
    const allowed = up.every(isLeft) ? up : up.filter((member) => !isLeft(member));
    const doneMs = (member: Member) =>
      member.remainingMs(nowMs, this.#pace) + member.expectedMs(work, this.#pace);
    return allowed
      .filter((member) => this.#hasRoom(member))
      .reduce<Member | undefined>(
        (best, member) =>
          best && (doneMs(best) - doneMs(member) || best.doneWork - member.doneWork) <= 0 ? best : member,
        undefined,
      );
  }

  async #send(member: Member, place: Place<Asked>): Promise<void> {
    const asked = place.item;
    const { clock, leastDeadlineMs } = this.#options;
    const from = clock.now();
    const beforeMs = member.remainingMs(from, this.#pace);
    const call = member.begin(asked.work, from);
    const deadlineMs = leastDeadlineMs + MARGIN * (beforeMs + member.expectedMs(asked.work, this.#pace));
    const signal = AbortSignal.any([asked.signal, this.#closing.signal]);
    asked.onSent?.();
    try {
      const file = await member.server.draw(asked.request, {
        ...{ deadlineMs, signal, key: asked.key, onSteps: asked.onSteps, onPreview: asked.onPreview },
      });
      member.drew(call, clock.now());
      this.#pace.learn(asked.work, clock.now() - from);
      if (asked.key !== undefined) this.#unfinished.delete(asked.key);
      asked.resolve(file);
    } catch (error) {
      this.#failed(member, place, call, error);
    }
    this.#share();
  }

  #failed(member: Member, place: Place<Asked>, call: Call, error: unknown): void {
    const { signal, beforeSent, reject } = place.item;
    const fault = faultOf(error);
    this.#settle(member, place.item, call, signal.aborted ? 'stopped' : fault);
    const isGone = fault === 'unreached' || fault === 'broken' || fault === 'silent' || member.fails;
    if (isGone && fault !== undefined) this.#away(member, error as EngineError);
    if (this.#closing.signal.aborted) reject(closed());
    else if (signal.aborted) reject(cancelled());
    else if (fault !== 'unreached') reject(error);
    else if (beforeSent?.aborted) reject(cancelled());
    else this.#line.putBack(place);
  }

  /** What the server is at after a call that brought no picture. */
  #settle(member: Member, { key }: Asked, call: Call, fault: Fault | 'stopped' | undefined): void {
    const isStopped = fault === 'stopped';
    const goesOn = fault === 'silent' || (isStopped && member.info?.can.abort !== 'unit');
    if (goesOn) member.leave(call, this.#options.clock.now());
    else member.ended(call);
    if (key !== undefined && member.server.isIdempotent && (goesOn || fault === 'broken'))
      this.#remember(key, member);
    if (fault === 'failed') member.failed();
  }

  #keyOf(request: PictureRequest): string | undefined {
    return this.members.some(({ server }) => server.isIdempotent) ? keyOf(request) : undefined;
  }

  #remember(key: string, member: Member): void {
    this.#unfinished.set(key, member);
    if (this.#unfinished.size > MOST_REMEMBERED)
      this.#unfinished.delete(this.#unfinished.keys().next().value!);
  }

  /** The server gets no further picture until it was tried out again. What is under way there may still come. */
  #away(member: Member, error: EngineError): void {
    member.error = error;
    if (member.isInService) this.#later(member);
    this.#onChange();
  }

  #later(member: Member): void {
    const waitMs = member.breaker.open();
    this.#whileOpen(waitMs, () => void this.#tryOut(member));
  }

  async #tryOut(member: Member): Promise<void> {
    const { signal } = this.#closing;
    member.breaker.tryOut();
    try {
      const info = await member.server.tryOut(signal);
      this.#checkSame(member, info);
      member.enter(info, !member.server.isPaid && this.#options.atOnce === 1);
      this.#whileOpen(this.#options.healthMs, () => void this.#askHealth(member, 0));
    } catch (error) {
      if (signal.aborted) return;
      member.error =
        error instanceof EngineError ? error : new EngineError('internal', String(error), { cause: error });
      // What was right before is right again once all of it is up; so is one that others do not agree with once they are away.
      member.isRefused = !member.info && !healsItself(member.error) && !(error instanceof NotTheSame);
      if (!member.isRefused) this.#later(member);
    }
    if (signal.aborted) return;
    this.#onChange();
    this.#share();
  }

  /** Throws `bad_request` where a server is not the same as those in service. */
  #checkSame(member: Member, info: ModelInfo): void {
    const other = this.inService.find((each) => each !== member && !isSame(each.info!, info));
    if (!other) return;
    throw new NotTheSame(
      `The engines at ${other.name} and ${member.name} are not the same: ${differences(other.info!, info)}. Pictures would depend on who draws them; the one at ${member.name} is left out. Serve the same on both, or name only one of them.`,
    );
  }

  async #askHealth(member: Member, unwell: number): Promise<void> {
    if (!member.isInService || !member.server.health) return;
    let [missed, reason] = [0, undefined as unknown];
    try {
      await member.server.health({ deadlineMs: HEALTH_DEADLINE_MS, signal: this.#closing.signal });
    } catch (error) {
      [missed, reason] = [unwell + 1, error];
    }
    if (this.#closing.signal.aborted || !member.isInService) return;
    if (missed >= MOST_UNWELL) {
      this.#away(member, reason as EngineError);
      this.#share();
    } else this.#whileOpen(this.#options.healthMs, () => void this.#askHealth(member, missed));
  }

  /** Nobody is in service: who waits is told so instead of waiting without an end. */
  #turnAway(): void {
    const error = this.members.find((each) => each.error)?.error;
    for (const { reject } of this.#line.empty())
      reject(new EngineError('unreachable', error?.message ?? 'No engine answers yet.', { cause: error }));
  }

  /** Shares out again when what a server was left with is over. */
  #waitForLeft(): void {
    if (this.#line.isEmpty) return;
    const nowMs = this.#options.clock.now();
    const left = this.inService.map((member) => member.leftMs(nowMs)).filter((ms) => ms > 0);
    if (left.length > 0) this.#stopWaiting = this.#whileOpen(Math.min(...left), () => this.#share());
  }

  #whileOpen(ms: number, call: () => void): () => void {
    const stop = this.#options.clock.after(ms, () => {
      this.#closing.signal.removeEventListener('abort', stop);
      call();
    });
    this.#closing.signal.addEventListener('abort', stop, { once: true });
    return () => {
      this.#closing.signal.removeEventListener('abort', stop);
      stop();
    };
  }
}

const healsItself = (error: EngineError): boolean =>
  ['unreached', 'broken', 'silent', 'failed'].includes(faultOf(error) ?? '');

/** A server that is not like those in service. */
class NotTheSame extends EngineError {
  constructor(message: string) {
    super('bad_request', message, { field: 'addresses' });
  }
}

/** Everything that a picture is, so that the same picture has the same key. */
function keyOf({ references, mask, ...facts }: PictureRequest): string {
  const hash = createHash('sha256').update(JSON.stringify([facts, references.length, mask?.length ?? null]));
  for (const file of [...references, ...(mask ? [mask] : [])]) hash.update(`${file.length}:`).update(file);
  return hash.digest('hex');
}

const factsOf = (info: ModelInfo): [string, string][] =>
  Object.entries({ ...info, ...info.can, can: undefined }).map(([name, value]) => [
    name,
    JSON.stringify(value),
  ]);

function isSame(one: ModelInfo, other: ModelInfo): boolean {
  return differences(one, other) === '';
}

/** What two models say differently of themselves. */
function differences(one: ModelInfo, other: ModelInfo): string {
  const others = new Map(factsOf(other));
  return factsOf(one)
    .filter(([name, value]) => others.get(name) !== value)
    .map(([name, value]) => `${name} ${value} and ${others.get(name)}`)
    .join(', ');
}
