/**
 * The engine in this process: loads a checkpoint, checks requests, and lets those under way take turns unit by unit.
 * It decides whose turn it is and nothing else.
 */
import { digestCheckpoint, openCheckpoint } from './checkpoint.ts';
import { EngineError } from './errors.ts';
import { ModelRunner } from './model-runner.ts';
import { generateImages } from './pipeline.ts';
import { PromptBuilder } from './prompt.ts';
import type { Engine, EngineEvent, EngineOptions, GenerationRequest, ModelInfo } from './request.ts';
import { checkRequest, modelLimits } from './request-check.ts';
import { Turnstile } from './turnstile.ts';

/** Loads a checkpoint and compiles its graphs. Throws `bad_checkpoint`, `device_unavailable`. */
export async function loadEngine(options: EngineOptions): Promise<Engine> {
  const checkpoint = openCheckpoint(options.modelDir);
  const runner = await ModelRunner.load(checkpoint, options.device);
  const info: ModelInfo = {
    name: checkpoint.name,
    digest: await digestCheckpoint(checkpoint.dir),
    device: runner.device,
    precision: 'fp32',
    ...modelLimits(checkpoint.config),
  };
  return new LocalEngine(info, runner);
}

class LocalEngine implements Engine {
  readonly info: ModelInfo;
  readonly #runner: ModelRunner;
  readonly #prompts: PromptBuilder;
  readonly #turns = new Turnstile();

  constructor(info: ModelInfo, runner: ModelRunner) {
    this.info = info;
    this.#runner = runner;
    this.#prompts = new PromptBuilder(runner.checkpoint.config, runner.checkpoint.tokenizer);
  }

  async *generate(
    request: GenerationRequest,
    { signal }: { signal?: AbortSignal } = {},
  ): AsyncGenerator<EngineEvent> {
    checkRequest(request, this.info);
    const units = generateImages(this.#runner, this.#prompts, request);
    for (;;) {
      const { done, value } = await this.#turns.run(() => {
        if (signal?.aborted) throw new EngineError('cancelled', 'The request was stopped.');
        return units.next();
      });
      if (done) return;
      yield value;
    }
  }

  async close(): Promise<void> {
    await this.#turns.run(() => this.#runner.dispose());
  }
}
