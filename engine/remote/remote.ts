/**
 * The engine's surface over servers elsewhere: one call a picture, so that a stopped request begins no further one, any picture of a
 * request can be made alone, and the pictures of a request are drawn by several servers at once. Knows no server's way of speaking.
 */
import { withMaskedTarget } from '../picture/masked-target.ts';
import { checkRequest } from '../pipeline/request-check.ts';
import { EngineError } from '../request/errors.ts';
import { StageClock } from '../request/progress.ts';
import type { EngineEvent, GenerationRequest } from '../request/request.ts';
import { cancelled, EngineWatch, type WatchedEngine } from '../request/watched.ts';
import type { Adapter, AdapterOptions } from './adapter.ts';
import { ADAPTERS, type RemoteKind } from './adapters/kinds.ts';
import { Endpoint, type EndpointOptions } from './http.ts';
import { compositor, filesOf, fittedAll } from './pictures.ts';
import { machineClock } from './pool/clock.ts';
import type { Member, Server } from './pool/member.ts';
import { Pool } from './pool/pool.ts';
import { Run } from './run.ts';
import { checkSupported } from './supported.ts';
import { tried } from './trial.ts';

export interface RemoteOptions extends Omit<EndpointOptions, 'url'>, AdapterOptions {
  kind: RemoteKind;
  /** Where the API stands, such as `http://127.0.0.1:3001/v1`; several servers of the same model share the work. */
  addresses: readonly string[];
  /** Pictures under way at each server at the same time; more for one that has several machines behind its address. Default: 1. */
  atOnce?: number;
  /** What any picture may take; more for larger ones. Default: 300 s, enough for the largest one behind others. */
  leastDeadlineMs?: number;
  /** Wait before a server that is away is asked again; doubles up to 30 s. Default: 200. */
  retryDelayMs?: number;
  /** Between two questions whether a server is well. Default: 5 s. */
  healthMs?: number;
}

const PROBE_MS = 60_000;
const LONGEST_WAIT_MS = 30_000;

/** A server of the pool, as it stands. */
export interface ServerState {
  /** Its host. */
  name: string;
  /** `refused`: it cannot be used as it was asked for, or is not the same as the others. */
  state: 'in service' | 'away' | 'refused';
  /** Why it is out of service. */
  error: EngineError | undefined;
}

export class RemoteEngine extends EngineWatch implements WatchedEngine {
  readonly #endpoints: Endpoint[];
  readonly #pool: Pool;
  readonly #adapters: Adapter[];

  /** Tries the servers out in the background, see {@link RemoteEngine.ready}. Throws `bad_request` for what is no address. */
  constructor(options: RemoteOptions) {
    super();
    const { kind, addresses, atOnce = 1, leastDeadlineMs = 300_000, healthMs = 5_000 } = options;
    const { retryDelayMs: firstWaitMs = 200, ...endpoint } = options;
    this.#endpoints = distinct(addresses).map((url) => new Endpoint({ ...endpoint, url }));
    this.#adapters = this.#endpoints.map((each) => ADAPTERS[kind](each, options));
    const servers = this.#adapters.map((each, at) =>
      serverOf(this.#endpoints[at]!.url.host, each, leastDeadlineMs),
    );
    this.#pool = new Pool(
      servers,
      {
        ...{ clock: machineClock, random: Math.random, atOnce, leastDeadlineMs, healthMs },
        ...{ firstWaitMs, longestWaitMs: Math.max(firstWaitMs, LONGEST_WAIT_MS) },
      },
      () => this.#changed(),
    );
  }

  get servers(): ServerState[] {
    return this.#pool.members.map((member) => ({
      name: member.name,
      state: stateOf(member),
      error: member.error,
    }));
  }

  /** Waits until every server was tried out, or found to be away. Throws `cancelled`. */
  async firstTrials({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    const { promise, reject } = Promise.withResolvers<never>();
    const stop = () => reject(cancelled());
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop);
    try {
      await Promise.race([this.#pool.firstTrials, promise]);
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  protected notYet(): EngineError {
    return new EngineError('unreachable', 'The engine has not answered yet. Try again in a moment.');
  }

  /** As {@link WatchedEngine.generate}. Of a stopped picture the server may still finish what it has begun. */
  async *generate(
    asked: GenerationRequest,
    { signal }: { signal?: AbortSignal } = {},
  ): AsyncGenerator<EngineEvent> {
    const info = await this.ready({ signal });
    checkRequest(asked, info);
    checkSupported(asked, info);
    const request = await withMaskedTarget(asked);
    const clock = new StageClock();
    const { fits, masksLoosely = false } = this.#asked;
    const isComposited = request.mask !== undefined && !info.can.masks;
    const composite = isComposited || (request.mask && masksLoosely) ? await compositor(request) : undefined;
    const { references, changed } = await fittedAll(filesOf(request), fits);
    if (changed.length > 0) yield { type: 'fitted', references: changed };
    if (isComposited) yield { type: 'composited' };
    const run = new Run(
      this.#pool,
      request,
      { references, mask: isComposited ? undefined : request.mask, composite },
      signal,
    );
    try {
      for (;;) {
        const event = await clock.await('denoise', run.next());
        if (!event) break;
        yield event;
      }
    } finally {
      run.end();
    }
    yield { type: 'done', elapsedMs: clock.elapsedMs, runs: {}, speculated: { proposed: 0, accepted: 0 } };
  }

  /** Running requests throw `engine_died`. */
  async close(): Promise<void> {
    this.become('closed');
    this.#pool.close();
    for (const endpoint of this.#endpoints) endpoint.close();
  }

  /** An adapter that was asked what its server is. The servers are of one kind and one model, so that any of them tells for all. */
  get #asked(): Adapter {
    const at = this.#pool.members.findIndex(({ isInService }) => isInService);
    return this.#adapters[Math.max(0, at)]!;
  }

  #changed(): void {
    const { members, inService } = this.#pool;
    const error = members.find((member) => member.error && !member.isInService)?.error;
    const [first] = inService;
    // One that is left out is no reason to wait, but a reason to look.
    if (first) this.become('ready', { info: first.info, error });
    else if (members.every(({ isRefused }) => isRefused)) this.become('failed', { error });
    else this.become(this.loadedInfo ? 'restarting' : 'loading', { error });
  }
}

/**
 * An engine elsewhere, once one of its servers has answered. Throws why it cannot be used, which is so as well where two servers are
 * not the same; waits for those that are away.
 */
export async function connectEngine(
  options: RemoteOptions,
  { signal }: { signal?: AbortSignal } = {},
): Promise<WatchedEngine> {
  const engine = new RemoteEngine(options);
  try {
    await engine.ready({ signal });
    await engine.firstTrials({ signal });
    const refused = engine.servers.find(({ state }) => state === 'refused');
    if (refused) throw refused.error;
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** A server that is asked what it is and then tried out. */
function serverOf(name: string, adapter: Adapter, leastDeadlineMs: number): Server {
  return {
    name,
    tryOut: async (signal) =>
      tried(adapter, await adapter.probe({ deadlineMs: PROBE_MS, signal }), {
        deadlineMs: leastDeadlineMs,
        signal,
      }),
    draw: (request, wait) => adapter.draw(request, wait),
    health: adapter.health && ((wait) => adapter.health!(wait)),
    get isPaid() {
      return adapter.isPaid;
    },
    get isIdempotent() {
      return adapter.isIdempotent;
    },
  };
}

function stateOf({ isInService, isRefused, error }: Member): ServerState['state'] {
  if (isInService) return 'in service';
  return isRefused || error?.code === 'bad_request' ? 'refused' : 'away';
}

/** Throws `bad_request` for no address, and for one that is there twice. */
function distinct(addresses: readonly string[]): readonly string[] {
  const names = addresses.map((address) => address.replace(/\/+$/, ''));
  if (names.length > 0 && new Set(names).size === names.length) return addresses;
  const why = names.length === 0 ? 'Name the address of an engine.' : 'Name each address of an engine once.';
  throw new EngineError('bad_request', why, { field: 'addresses' });
}
