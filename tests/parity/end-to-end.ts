/** Parity of the whole denoise loop with injected ids and noise: velocities, latents, picture, PNG. */

import type { ReferenceKeysValues } from '../../engine/model/model-runner.ts';
import { type DenoiseStep, denoise, makeBranches } from '../../engine/picture/denoise.ts';
import { makeSchedule } from '../../engine/picture/flow-match.ts';
import { decodePicture, pixelsOf, referenceGrid } from '../../engine/picture/pixels.ts';
import { encodePixels, writeKeysValues } from '../../engine/picture/references.ts';
import type { Grid } from '../../engine/request/sizes.ts';
import { RequestContext } from '../../engine/schedule/request-context.ts';
import { quotedTexts } from '../../engine/tokens/glyph-text.ts';
import { type Check, same, samePicture } from './check.ts';
import type { CaseRunner, ParityContext } from './context.ts';
import type { Golden, GoldenCase } from './goldens.ts';

interface Reference {
  hash: string;
  keysValues: ReferenceKeysValues;
}

/** References from their PNG files, through our own encoders. */
async function references(context: ParityContext, names: readonly string[]): Promise<Reference[]> {
  const runner = await context.runner();
  return Promise.all(
    names.map(async (name) => {
      const picture = await decodePicture(context.goldens.reference(name));
      const grid = referenceGrid(picture.width, picture.height, context.checkpoint.config.referenceLimits);
      const encoding = await encodePixels(runner, picture, grid);
      return { hash: name, keysValues: await writeKeysValues(runner, encoding) };
    }),
  );
}

interface Run {
  prompt: string;
  refs: readonly string[];
  steps: number;
  guidance: number;
  grid: Grid;
  priorIds: Int32Array;
  latents: Float32Array;
}

interface Outcome {
  steps: DenoiseStep[];
  image: Float32Array;
  levels: Uint8Array;
}

async function run(context: ParityContext, job: Run): Promise<Outcome> {
  const runner = await context.runner();
  const cells = job.grid.height * job.grid.width * 4;
  const schedule = makeSchedule(context.checkpoint.config.scheduler, job.steps, cells);
  const requestContext = RequestContext.alone(runner);
  const branches = await makeBranches(
    requestContext,
    quotedTexts(job.prompt),
    job.priorIds,
    job.grid,
    await references(context, job.refs),
    job.guidance,
  );
  const steps: DenoiseStep[] = [];
  for await (const step of denoise(requestContext, branches, schedule, job.guidance, job.grid, job.latents))
    steps.push(step);
  const decoded = await runner.vaeDecode(steps.at(-1)!.latents, job.grid.height * 4, job.grid.width * 4);
  const { data } = pixelsOf(decoded, job.grid.width * 32, job.grid.height * 32);
  return { steps, levels: data, image: decoded.map((value) => Math.min(1, Math.max(0, value / 2 + 0.5))) };
}

const slice = (golden: Golden, sample: number, count: number): Golden['data'] => {
  const size = golden.data.length / count;
  return golden.data.slice(sample * size, (sample + 1) * size);
};

const gridOf = (entry: GoldenCase): Grid => ({
  height: Number(entry.params.height) / 32,
  width: Number(entry.params.width) / 32,
});

/** Every picture of an upstream batch alone: the parts of each output must equal ours, sample by sample. */
export const endToEnd: CaseRunner = async (context, entry) => {
  const tensors = context.goldens.tensors(entry);
  const latents = tensors.input('latents');
  const count = latents.shape[0]!;
  const collected = new Map<string, number[]>();
  const levels: number[] = [];
  const push = (name: string, data: Float32Array | undefined) => {
    if (data) collected.set(name, [...(collected.get(name) ?? []), ...data]);
  };
  for (let sample = 0; sample < count; sample++) {
    const outcome = await run(context, {
      prompt: String(entry.params.prompt),
      refs: (entry.params.refs as string[]) ?? [],
      steps: Number(entry.params.steps),
      guidance: Number(entry.params.guidance),
      grid: gridOf(entry),
      priorIds: Int32Array.from(tensors.input('prior_ids_d32').data),
      latents: slice(latents, sample, count) as Float32Array,
    });
    for (const step of outcome.steps) {
      push(`cond_${step.index}`, step.conditional);
      push(`uncond_${step.index}`, step.unconditional);
      push(`latents_${step.index + 1}`, step.latents);
    }
    push('image', outcome.image);
    levels.push(...outcome.levels);
  }
  const floats = tensors.outputNames().filter((name) => name !== 'u8');
  const checks = floats.map((name) =>
    context.close(entry, name, collected.get(name) ?? [], tensors.output(name)),
  );
  return [
    ...checks,
    samePicture('u8', levels, tensors.output('u8').data),
    ...(await pngChecks(context, entry, levels)),
  ];
};

async function pngChecks(context: ParityContext, entry: GoldenCase, levels: number[]): Promise<Check[]> {
  const files = entry.params.png as string[];
  const size = levels.length / files.length;
  return Promise.all(
    files.map(async (file, i) =>
      samePicture(
        file,
        levels.slice(i * size, (i + 1) * size),
        (await decodePicture(context.goldens.png(file))).data,
      ),
    ),
  );
}

/** Two prompts of one upstream batch: ours must equal those that upstream made alone. */
export const batchAlone: CaseRunner = async (context, entry) => {
  const tensors = context.goldens.tensors(entry);
  const prompts = entry.params.prompts as string[];
  const checks: Check[] = [];
  for (const [i, prompt] of prompts.entries()) {
    const { image } = await run(context, {
      prompt,
      refs: [],
      steps: Number(entry.params.steps),
      guidance: Number(entry.params.guidance),
      grid: gridOf(entry),
      priorIds: Int32Array.from(slice(tensors.input('prior_ids_d32'), i, prompts.length)),
      latents: slice(tensors.input('latents'), i, prompts.length) as Float32Array,
    });
    checks.push(context.close(entry, `alone_${i}`, image, tensors.output(`alone_${i}`)));
  }
  return checks;
};

/** The result of the shifted-timestep regression: ours must differ from it by what upstream's correct one does. */
export const shiftedWrong: CaseRunner = async (context, entry) => {
  const tensors = context.goldens.tensors(entry);
  const outcome = await run(context, {
    prompt: String(entry.params.prompt),
    refs: [],
    steps: tensors.input('timesteps').data.length,
    guidance: Number(entry.params.guidance ?? 1.5),
    grid: gridOf(entry),
    priorIds: Int32Array.from(tensors.input('prior_ids_d32').data),
    latents: tensors.input('latents').data as Float32Array,
  });
  const wrong = tensors.output('image').data;
  const difference = outcome.image.reduce((most, value, i) => Math.max(most, Math.abs(value - wrong[i]!)), 0);
  const stated = Number(entry.params.difference);
  return [
    same(`differs by about ${stated.toFixed(3)}`, difference > stated / 2 && difference < stated * 2, true),
  ];
};
