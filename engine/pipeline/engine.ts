/**
 * The engine in this process: loads a checkpoint, checks requests, and lets those under way take turns unit by unit.
 */

import { numericsOf } from '../../kernels/index.ts';
import { EngineCaches } from '../cache/caches.ts';
import { ReferenceSets } from '../cache/reference-sets.ts';
import { EngineError } from '../request/errors.ts';
import { digestCheckpoint, openCheckpoint } from '../model/checkpoint.ts';
import { checkFit } from '../model/fit.ts';
import { expectedBytes, machineBytes, referenceTokens } from './memory.ts';
import { ModelRunner } from '../model/model-runner.ts';
import { LatentColours } from '../picture/latent-colours.ts';
import { generateImages, type Workshop, warmReferences } from './pipeline.ts';
import {
  type Engine,
  type EngineEvent,
  type EngineOptions,
  type GenerationRequest,
  type ModelInfo,
  PRECISIONS,
  type Precision,
  type WarmReferences,
} from '../request/request.ts';
import { checkRequest, modelLimits } from './request-check.ts';
import { Scheduler } from '../schedule/scheduler.ts';
import { PromptBuilder } from '../tokens/prompt.ts';
import { rowsAreExact } from '../model/batch-invariance.ts';
import { TokenBatcher } from '../schedule/token-batcher.ts';
import { Turns, type TurnTicket } from '../schedule/engine-loop.ts';

const DEFAULT_CHECKPOINT_MS = 1000;
/** Part of the machine's memory that requests under way may hold, unless told. */
const ACTIVE_SHARE = 0.25;

/** Loads a checkpoint and compiles its graphs. Throws `bad_checkpoint`, `device_unavailable`. */
export async function loadEngine(options: EngineOptions): Promise<Engine> {
  const { info, workshop } = await loadWorkshop(options);
  return new LocalEngine(info, workshop, options.activeBytes ?? machineBytes() * ACTIVE_SHARE);
}

/** What an engine runs requests with, and the facts of its model. Throws as {@link loadEngine}. */
export async function loadWorkshop(options: EngineOptions): Promise<{ info: ModelInfo; workshop: Workshop }> {
  const checkpoint = openCheckpoint(options.modelDir);
  const precision = checkPrecision(options.precision ?? 'fp32');
  checkFit(checkpoint, options.device, precision);
  const runner = await ModelRunner.load(checkpoint, options.device, precision);
  const info: ModelInfo = {
    name: checkpoint.name,
    digest: await digestCheckpoint(checkpoint.dir),
    device: runner.device,
    precision,
    numerics: `${precision}, ${numericsOf(runner.device)}`,
    can: { masks: true, sameLayout: true },
    ...modelLimits(checkpoint.config),
  };
  const pool = runner.newPool();
  const workshop: Workshop = {
    runner,
    caches: new EngineCaches(info, options.cache),
    batcher: new TokenBatcher(runner, pool),
    colours: await LatentColours.fit(runner),
    sets: new ReferenceSets(),
    pool,
    together: await rowsAreExact(runner),
    prompts: new PromptBuilder(checkpoint.config, checkpoint.tokenizer),
    checkpointMs: options.checkpointMs ?? DEFAULT_CHECKPOINT_MS,
  };
  return { info, workshop };
}

/** Throws `bad_request` for a precision that there is not. */
function checkPrecision(asked: string): Precision {
  const precision = PRECISIONS.find((each) => each === asked);
  if (precision) return precision;
  throw new EngineError('bad_request', `Expected a precision of ${PRECISIONS.join(', ')}, got '${asked}'`, {
    field: 'precision',
  });
}

class LocalEngine implements Engine {
  readonly info: ModelInfo;
  readonly #workshop: Workshop;
  readonly #turns: Turns;

  constructor(info: ModelInfo, workshop: Workshop, memoryBytes: number) {
    this.info = info;
    this.#workshop = workshop;
    this.#turns = new Turns(new Scheduler({ memoryBytes }), workshop.batcher);
  }

  async *generate(
    request: GenerationRequest,
    { signal }: { signal?: AbortSignal } = {},
  ): AsyncGenerator<EngineEvent> {
    checkRequest(request, this.info);
    const { owner = '', references = [] } = request;
    const { config } = this.#workshop.runner.checkpoint;
    const ticket: TurnTicket = {
      owner,
      memoryBytes: expectedBytes(config, request, await referenceTokens(references, config.referenceLimits)),
      warm: this.#workshop.caches.haveRead(owner, references),
      background: false,
      sampling: false,
    };
    let promptIsRead = false;
    for await (const event of this.#inTurns(ticket, generateImages(this.#workshop, request), signal)) {
      promptIsRead ||= event.type === 'tokens';
      if (event.type === 'stage') ticket.sampling = promptIsRead && this.#sharesForward(event);
      yield event;
    }
    this.#workshop.caches.noteRead(owner, references);
  }

  async warm(
    { references, owner = '' }: WarmReferences,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<void> {
    const ticket = { owner, memoryBytes: 0, warm: true, background: true, sampling: false };
    const units = warmReferences(this.#workshop, { references, owner });
    for await (const _ of this.#inTurns(ticket, units, signal));
    this.#workshop.caches.noteRead(owner, references);
  }

  /** One unit for each turn. Whoever leaves early, or is stopped, leaves nothing held. */
  async *#inTurns<U>(
    ticket: TurnTicket,
    units: AsyncGenerator<U>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<U> {
    const job = this.#turns.enter(ticket);
    try {
      for (;;) {
        const { done, value } = await this.#turns.take(job, () => units.next(), signal);
        if (done) return;
        yield value;
      }
    } finally {
      this.#turns.leave(job);
      await units.return(undefined);
    }
  }

  #sharesForward({ stage, done, total }: Extract<EngineEvent, { type: 'stage' }>): boolean {
    return this.#workshop.together && stage === 'prior' && done < total;
  }

  /** Ends after the unit under way. */
  async close(): Promise<void> {
    const job = this.#turns.enter({
      owner: '',
      memoryBytes: 0,
      warm: true,
      background: false,
      sampling: false,
    });
    await this.#turns.take(job, () => this.#workshop.runner.dispose());
    this.#turns.leave(job);
  }
}
