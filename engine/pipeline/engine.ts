/**
 * The engine in this process: loads a checkpoint, checks requests, and runs those under way unit by unit through the engine loop.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { arch, cpus, homedir } from 'node:os';
import { join } from 'node:path';
import { numericsOf, resolveDevice, runtimeVersion } from '../../kernels/index.ts';
import { MEMORY_SHARE as CACHE_SHARE, EngineCaches } from '../cache/caches.ts';
import { ReferenceSets } from '../cache/reference-sets.ts';
import { isBatchInvariant } from '../model/batch-invariance.ts';
import { type Checkpoint, digestCheckpoint, openCheckpoint } from '../model/checkpoint.ts';
import { checkFit } from '../model/fit.ts';
import { type Layout, layoutOf } from '../model/layout.ts';
import { ModelRunner, partsOf } from '../model/model-runner.ts';
import { knownDigest } from '../model/prepared/known-digest.ts';
import { PreparedWeights, type PrepareOptions } from '../model/prepared/prepared-weights.ts';
import { LatentColours } from '../picture/latent-colours.ts';
import type {
  Engine,
  EngineEvent,
  EngineOptions,
  GenerationRequest,
  ModelInfo,
  Precision,
  WarmReferences,
} from '../request/request.ts';
import { EngineLoop, type LoopRequestInfo } from '../schedule/engine-loop.ts';
import { Scheduler } from '../schedule/scheduler.ts';
import { TokenBatcher } from '../schedule/token-batcher.ts';
import { PromptBuilder } from '../tokens/prompt.ts';
import { ACTIVE_SHARE, abilitiesOf, checkPrecision, memoryOf } from './inspect.ts';
import { expectedBytes, referenceTokens } from './memory.ts';
import { type EngineComponents, generatePictures, warmReferences } from './pipeline.ts';
import { checkRequest, modelLimits } from './request-check.ts';

const DEFAULT_CHECKPOINT_MS = 1000;
/** Loads a checkpoint, and makes its weights ready where they are not yet. Throws `bad_checkpoint`, `device_unavailable`. */
export async function loadEngine(options: EngineOptions, preparing?: PrepareOptions): Promise<Engine> {
  const { info, components } = await loadComponents(options, preparing);
  const activeBytes = options.activeBytes ?? memoryOf(options) * ACTIVE_SHARE;
  return new LocalEngine(info, components, activeBytes);
}

/** The parts of an engine, and the facts of its model. Throws as {@link loadEngine}. */
export async function loadComponents(
  options: EngineOptions,
  preparing?: PrepareOptions,
): Promise<{ info: ModelInfo; components: EngineComponents }> {
  const checkpoint = openCheckpoint(options.modelDir);
  const precision = checkPrecision(options.precision);
  const memoryBytes = memoryOf(options);
  checkFit(checkpoint, options.device, precision, memoryBytes);
  const cacheBytes = options.cache?.memoryBytes ?? memoryBytes * CACHE_SHARE;
  const layout = layoutOf(checkpoint, precision, options.largeBytes);
  const { digest, prepared } = layout.prepared
    ? await prepare(checkpoint, { ...options, precision, layout }, preparing)
    : { digest: await digestCheckpoint(checkpoint.dir) };
  const runner = await ModelRunner.load(checkpoint, options.device, {
    ...{ precision, layout, prepared },
    roomBytes: layout.mapped
      ? (options.weightBytes ?? memoryBytes * (1 - ACTIVE_SHARE) - cacheBytes)
      : undefined,
  });
  const info: ModelInfo = {
    name: checkpoint.name,
    digest,
    device: runner.device,
    precision,
    numerics: `${precision}, ${numericsOf(runner.device)}`,
    can: abilitiesOf(checkpoint),
    ...modelLimits(checkpoint.config),
  };
  const kvCache = runner.newKVCache();
  const probes = await probesOf(runner, prepared && join(prepared.folder, probesFile(info)));
  const components: EngineComponents = {
    runner,
    caches: new EngineCaches(info, { ...options.cache, memoryBytes: cacheBytes }),
    batcher: new TokenBatcher(runner, kvCache),
    ...probes,
    referenceSets: new ReferenceSets(),
    kvCache,
    prompts: new PromptBuilder(checkpoint.config, checkpoint.tokenizer),
    checkpointMs: options.checkpointMs ?? DEFAULT_CHECKPOINT_MS,
  };
  return { info, components };
}

/** Makes the codes and saved sessions of a checkpoint that are not in its folder yet. */
async function prepare(
  checkpoint: Checkpoint,
  {
    preparedDir = defaultPreparedDir(),
    ...options
  }: EngineOptions & { precision: Precision; layout: Layout },
  preparing?: PrepareOptions,
): Promise<{ digest: string; prepared: PreparedWeights }> {
  const digest = await knownDigest(preparedDir, checkpoint.dir);
  const prepared = new PreparedWeights(
    preparedDir,
    digest,
    `${runtimeVersion()} ${arch()} ${cpus()[0]?.model}`,
  );
  const parts = Object.values(partsOf(checkpoint, { ...options, prepared })).flat();
  await prepared.prepare(parts, resolveDevice(options.device), preparing);
  return { digest, prepared };
}

/** Where prepared weights are unless an option says otherwise: a folder of the user's for what can be made again. */
const defaultPreparedDir = (): string =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'palimpsest');

const probesFile = ({ numerics }: ModelInfo): string =>
  `probes-${createHash('sha256').update(numerics).digest('hex').slice(0, 12)}.json`;

type Probes = Pick<EngineComponents, 'latentColours' | 'batchInvariant'>;

/** What is tried out once for a checkpoint on a device; `file` remembers it where trying takes long. */
async function probesOf(runner: ModelRunner, file: string | undefined): Promise<Probes> {
  if (file && existsSync(file)) {
    const { colours, batchInvariant } = JSON.parse(readFileSync(file, 'utf8'));
    return { latentColours: new LatentColours(colours), batchInvariant };
  }
  const latentColours = await LatentColours.fit(runner);
  const batchInvariant = await isBatchInvariant(runner);
  if (file) {
    writeFileSync(`${file}.making`, JSON.stringify({ colours: latentColours.rows, batchInvariant }));
    renameSync(`${file}.making`, file);
  }
  return { latentColours, batchInvariant };
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
