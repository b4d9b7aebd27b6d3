/** Parity of the noise schedule, guidance and Euler steps. */
import { eulerStep, guide, makeSchedule, shiftMu } from '../../engine/picture/flow-match.ts';
import { closeTo, same } from './check.ts';
import type { CaseRunner } from './context.ts';

interface ScheduleRow {
  steps: number;
  height: number;
  width: number;
  tokens: number;
  mu: number;
  dit_timesteps: number[];
  sigmas: number[];
}

/** The reference evaluates sigmas in float32; the double formula agrees to 2e-7. */
const SIGMA_TOLERANCE = 5e-7;

export const schedule: CaseRunner = async ({ checkpoint, goldens }, entry) =>
  goldens.table<ScheduleRow[]>(entry).flatMap((row) => {
    const label = `${row.steps} steps ${row.height}x${row.width}`;
    const got = makeSchedule(checkpoint.config.scheduler, row.steps, row.tokens);
    return [
      same(`${label} timesteps`, got.timesteps, row.dit_timesteps),
      closeTo(`${label} sigmas`, got.sigmas, row.sigmas, SIGMA_TOLERANCE),
      closeTo(`${label} mu`, [shiftMu(checkpoint.config.scheduler, row.tokens)], [row.mu], SIGMA_TOLERANCE),
    ];
  });

export const scheduleShiftedWrong: CaseRunner = async ({ checkpoint, goldens }, entry) =>
  goldens
    .table<{ steps: number; height: number; width: number; wrong_dit_timesteps: number[] }[]>(entry)
    .map((row) => {
      const tokens = (row.height / 16) * (row.width / 16);
      const { timesteps } = makeSchedule(checkpoint.config.scheduler, row.steps, tokens);
      const differs = timesteps.some((t, i) => Math.abs(t - row.wrong_dit_timesteps[i]!) > 1);
      return same(`${row.steps} steps differ from the regression`, differs, true);
    });

export const euler: CaseRunner = async (context, entry) => {
  const tensors = context.goldens.tensors(entry);
  const numbers = (name: string) => tensors.input(name).data as Float32Array;
  const velocity = guide(numbers('cond'), numbers('uncond'), numbers('guidance')[0]!);
  const sigmas = numbers('sigmas');
  let latents = numbers('latents');
  const checks = [context.close(entry, 'velocity', velocity, tensors.output('velocity'))];
  for (let i = 0; i + 1 < sigmas.length; i++) {
    latents = eulerStep(latents, velocity, sigmas[i]!, sigmas[i + 1]!);
    checks.push(context.close(entry, `latents_${i + 1}`, latents, tensors.output(`latents_${i + 1}`)));
  }
  return checks;
};
