/**
 * An engine that does not work as one should: its prompt can ask for trouble (`slow`, `hang`, `die once`, `die always`, `fail`), and its
 * folder hold a checkpoint that cannot be loaded (`broken`) or another model (`digest`). Right in every event and cheap in every
 * unit otherwise. Only for tests that play such a fault; every other has the real engine.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import {
  type Engine,
  EngineError,
  type EngineEvent,
  type EngineOptions,
  type GenerationRequest,
  type ModelInfo,
} from '../../engine/index.ts';

const info: ModelInfo = {
  name: 'tiny',
  digest: 'ab'.repeat(32),
  device: 'cpu',
  precision: 'fp32',
  numerics: 'fp32, none',
  sizeMultiplePx: 32,
  minSidePx: 64,
  maxSidePx: 512,
  maxAspect: 4,
  defaultWidthPx: 64,
  defaultHeightPx: 64,
  defaultSteps: 3,
  defaultGuidanceScale: 1.5,
  maxSteps: 10_000,
  maxGuidanceScale: 30,
  maxCount: 4,
  maxPromptBytes: 100_000,
  can: {
    ...{ edits: true, references: 4, masks: true, sameLayout: true, previews: true, abort: 'unit' },
    ...{ seeds: true, steps: true, guidance: true, resume: false, warm: false },
  },
};

export async function loadEngine({ modelDir }: EngineOptions): Promise<Engine> {
  if (existsSync(join(modelDir, 'broken')))
    throw new EngineError('bad_checkpoint', 'model.safetensors: the tensor a.b is missing.', {
      field: 'a.b',
    });
  return {
    info: { ...info, digest: digestIn(modelDir) },
    generate: (request, options) => generate(request, modelDir, options?.signal),
    close: async () => {},
  };
}

/** The model's name for itself: another one where the folder holds one. */
function digestIn(modelDir: string): string {
  const file = join(modelDir, 'digest');
  return existsSync(file) ? readFileSync(file, 'utf8') : info.digest;
}

async function* generate(
  request: GenerationRequest,
  modelDir: string,
  signal?: AbortSignal,
): AsyncGenerator<EngineEvent> {
  const { prompt, widthPx, heightPx, steps, count } = request;
  if (prompt.includes('fail'))
    throw new EngineError('bad_request', 'This prompt cannot be drawn.', { field: 'prompt' });
  const unit = async () => {
    if (prompt.includes('slow')) await sleep(2);
    if (signal?.aborted) throw new EngineError('cancelled', 'Stopped.');
  };
  for (const pictureIndex of request.only ?? Array.from({ length: count }, (_, index) => index)) {
    for (let done = 1; done <= steps; done += 1) {
      await unit();
      yield { type: 'stage', stage: 'denoise', pictureIndex, done, total: steps };
    }
    dieIfAsked(prompt, modelDir, pictureIndex);
    hangIfAsked(prompt);
    const rgb = pixelsOf(request, pictureIndex);
    yield { type: 'preview', stage: 'denoise', pictureIndex, rgb, widthPx, heightPx };
    const raw = { width: widthPx, height: heightPx, channels: 3 } as const;
    const png = await sharp(rgb, { raw }).png().toBuffer();
    const priorGrid = [heightPx / 32, widthPx / 32] as const;
    const latentShape = [1, 4, heightPx / 8, widthPx / 8];
    yield {
      type: 'picture',
      pictureIndex,
      png,
      widthPx,
      heightPx,
      priorTokens: new Uint16Array(priorGrid[0] * priorGrid[1]).fill(pictureIndex + 1),
      priorGrid,
      latents: new Float32Array(4 * (heightPx / 8) * (widthPx / 8)).fill(request.seed % 97),
      latentShape,
    };
  }
  const elapsedMs = { encode: 1, prior: 2, denoise: 3, vae: 4 };
  yield { type: 'done', elapsedMs, runs: {}, speculated: { proposed: 0, accepted: 0 } };
}

/** Dies like a native crash, after the first of several pictures, once or each time. */
function dieIfAsked(prompt: string, modelDir: string, pictureIndex: number): void {
  const scar = join(modelDir, 'died');
  const dies =
    prompt.includes('die always') || (prompt.includes('die once') && pictureIndex === 1 && !existsSync(scar));
  if (!dies) return;
  writeFileSync(scar, '');
  process.kill(process.pid, 'SIGKILL');
}

/** Computes for ever, after the first steps. */
function hangIfAsked(prompt: string): void {
  while (prompt.includes('hang'));
}

/** Other pixels for another seed, another picture of the same request, and references that come with what made them. */
function pixelsOf(
  { seed, widthPx, heightPx, references = [] }: GenerationRequest,
  pictureIndex: number,
): Uint8Array {
  const made = references.filter((reference) => 'file' in reference).length;
  return Uint8Array.from(
    { length: widthPx * heightPx * 3 },
    (_, at) => (seed + pictureIndex * 41 + made * 13 + at * 7) % 256,
  );
}
