/**
 * The engine in this process: loads a checkpoint, checks requests, and runs those under way unit by unit through the engine loop.
 */
import { numericsOf } from '../../kernels/index.ts';
import { EngineCaches } from '../cache/caches.ts';
import { ReferenceSets } from '../cache/reference-sets.ts';
import { isBatchInvariant } from '../model/batch-invariance.ts';
import { digestCheckpoint, openCheckpoint } from '../model/checkpoint.ts';
import { checkFit, machineBytes } from '../model/fit.ts';
import { ModelRunner } from '../model/model-runner.ts';
import { LatentColours } from '../picture/latent-colours.ts';
import { EngineError } from '../request/errors.ts';
import {
  type Abilities,
  type Engine,
  type EngineEvent,
  type EngineOptions,
  type GenerationRequest,
  type ModelInfo,
  PRECISIONS,
  type Precision,
  type WarmReferences,
} from '../request/request.ts';
import { EngineLoop, type LoopRequestInfo } from '../schedule/engine-loop.ts';
import { Scheduler } from '../schedule/scheduler.ts';
import { TokenBatcher } from '../schedule/token-batcher.ts';
import { PromptBuilder } from '../tokens/prompt.ts';
import { expectedBytes, referenceTokens } from './memory.ts';
import { type EngineComponents, generatePictures, warmReferences } from './pipeline.ts';
import { checkRequest, modelLimits } from './request-check.ts';

const DEFAULT_CHECKPOINT_MS = 1000;
/** Everything: what the surface of an engine was made for. */
const ABILITIES: Abilities = {
  ...{ edits: true, references: 16, masks: true, sameLayout: true, previews: true, abort: 'unit' },
  ...{ seeds: true, steps: true, guidance: true, resume: true, warm: true },
};
/** Part of the machine's memory that requests under way may hold, unless an option says otherwise. */
const ACTIVE_SHARE = 0.25;

/** Loads a checkpoint and compiles its graphs. Throws `bad_checkpoint`, `device_unavailable`. */
export async function loadEngine(options: EngineOptions): Promise<Engine> {
  const { info, components } = await loadComponents(options);
  return new LocalEngine(info, components, options.activeBytes ?? machineBytes() * ACTIVE_SHARE);
}

/** The parts of an engine, and the facts of its model. Throws as {@link loadEngine}. */
export async function loadComponents(
  options: EngineOptions,
): Promise<{ info: ModelInfo; components: EngineComponents }> {
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
    can: checkpoint.letters ? { ...ABILITIES, secondLook: true } : ABILITIES,
    ...modelLimits(checkpoint.config),
  };
  const kvCache = runner.newKVCache();
  const components: EngineComponents = {
    runner,
    caches: new EngineCaches(info, options.cache),
    batcher: new TokenBatcher(runner, kvCache),
    latentColours: await LatentColours.fit(runner),
    referenceSets: new ReferenceSets(),
    kvCache,
    batchInvariant: await isBatchInvariant(runner),
    prompts: new PromptBuilder(checkpoint.config, checkpoint.tokenizer),
    checkpointMs: options.checkpointMs ?? DEFAULT_CHECKPOINT_MS,
  };
  return { info, components };
}

/** Throws `bad_request` for a precision that does not exist. */
function checkPrecision(asked: string): Precision {
  const precision = PRECISIONS.find((each) => each === asked);
  if (precision) return precision;
  throw new EngineError('bad_request', `Expected a precision of ${PRECISIONS.join(', ')}, got '${asked}'`, {
    field: 'precision',
  });
}

class LocalEngine implements Engine {
  readonly info: ModelInfo;
  readonly #components: EngineComponents;
  readonly #loop: EngineLoop;

  constructor(info: ModelInfo, components: EngineComponents, memoryBytes: number) {
    this.info = info;
    this.#components = components;
    this.#loop = new EngineLoop(new Scheduler({ memoryBytes }), components.batcher);
  }

  async *generate(
    request: GenerationRequest,
    { signal }: { signal?: AbortSignal } = {},
  ): AsyncGenerator<EngineEvent> {
    checkRequest(request, this.info);
    const { owner = '', references = [] } = request;
    const { config } = this.#components.runner.checkpoint;
    const info: LoopRequestInfo = {
      owner,
      memoryBytes: expectedBytes(config, request, await referenceTokens(references, config.referenceLimits)),
      warm: this.#components.caches.haveRead(owner, references),
      background: false,
      decoding: false,
    };
    let prefilled = false;
    for await (const event of this.#units(info, generatePictures(this.#components, request), signal)) {
      prefilled ||= event.type === 'tokens';
      if (event.type === 'stage') info.decoding = prefilled && this.#sharesForward(event);
      yield event;
    }
    this.#components.caches.noteRead(owner, references);
  }

  async warm(
    { references, owner = '' }: WarmReferences,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<void> {
    const info = { owner, memoryBytes: 0, warm: true, background: true, decoding: false };
    const units = warmReferences(this.#components, { references, owner });
    for await (const _ of this.#units(info, units, signal));
    this.#components.caches.noteRead(owner, references);
  }

  /** Runs units through the engine loop. Where the reader leaves early, or the request is stopped, nothing stays held. */
  async *#units<U>(
    info: LoopRequestInfo,
    units: AsyncGenerator<U>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<U> {
    const request = this.#loop.add(info);
    try {
      for (;;) {
        const { done, value } = await this.#loop.step(request, () => units.next(), signal);
        if (done) return;
        yield value;
      }
    } finally {
      this.#loop.remove(request);
      await units.return(undefined);
    }
  }

  /** Whether the unit after this event is a forward pass that other requests may share. */
  #sharesForward({ stage, done, total }: Extract<EngineEvent, { type: 'stage' }>): boolean {
    return this.#components.batchInvariant && stage === 'prior' && done < total;
  }

  /** Ends after the unit under way. */
  async close(): Promise<void> {
    const last = { owner: '', memoryBytes: 0, warm: true, background: false, decoding: false };
    const request = this.#loop.add(last);
    await this.#loop.step(request, () => this.#components.runner.dispose());
    this.#loop.remove(request);
  }
}
