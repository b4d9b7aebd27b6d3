/** `palimpsest doctor`: a report on this machine, this model and this data folder, in lines to read. Changes nothing. */
import { existsSync, statfsSync } from 'node:fs';
import { freemem, homedir } from 'node:os';
import { dirname } from 'node:path';
import { hasData } from '../db/folder/open-database.ts';
import { type EngineOptions, type Inspection, inspect, loadEngine, outlooks } from '../engine/index.ts';

const GIB = 2 ** 30;
/** Weights in fp32 from which no picture is tried. */
const LARGE_BYTES = 8 * GIB;
const sizeText = (bytes: number): string =>
  bytes < GIB ? `${Math.ceil(bytes / 2 ** 20)} MiB` : `${(bytes / GIB).toFixed(1)} GiB`;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** A time that is only known roughly. */
function timeText(amount: number): string {
  if (amount < 10) return `${amount.toFixed(1)} s`;
  return amount < 120 ? `${amount.toFixed(0)} s` : `${(amount / 60).toFixed(0)} min`;
}

/** Writes a line for each part and answers whether a picture can be drawn. */
export async function doctor(
  options: EngineOptions,
  dataDir: string,
  print: (line: string) => void,
): Promise<boolean> {
  const report = (name: string, text: string) => print(`${name.padEnd(8)} ${text}`);
  report('node', process.versions.node);
  try {
    const { devices, threads, fits, limits } = await inspect(options.modelDir);
    const memoryBytes = options.memoryBytes ?? fits.fp32.machineBytes;
    report('memory', `${sizeText(memoryBytes)}, of which ${sizeText(freemem())} are free now`);
    for (const { device, missing } of devices)
      report(device, missing ?? (device === 'cpu' ? `here, ${threads} threads` : 'here'));
    const size = `${(fits.fp32.parameters / 1e6).toFixed(0)} million parameters`;
    const weights = Object.entries(fits).map(([name, fit]) => `${sizeText(fit.weightBytes)} in ${name}`);
    report('model', `${options.modelDir}: ${size}, ${weights.join(', ')}`);
    for (const [name, { leastBytes }] of Object.entries(fits)) {
      const fitsIn = leastBytes < memoryBytes;
      report(name, `${fitsIn ? 'fits' : 'does not fit'}: it needs ${sizeText(leastBytes)} at least`);
    }
    report('disk', diskOf(options));
    for (const line of await expected(options.modelDir, limits)) report('expected', line);
    report('data', dataOf(dataDir));
    // A large one is loaded for minutes, and made ready for longer.
    const isLarge = fits.fp32.weightBytes > LARGE_BYTES;
    report('drawing', isLarge ? 'not tried with a checkpoint of this size' : await tryDrawing(options));
    return true;
  } catch (error) {
    report('fault', (error as Error).message);
    return false;
  }
}

function dataOf(dataDir: string): string {
  return hasData(dataDir)
    ? `${dataDir}: check it with palimpsest fsck`
    : `${dataDir}: made at the first start`;
}

/** Room where prepared weights go, or will go. */
function diskOf({ preparedDir = homedir() }: EngineOptions): string {
  let folder = preparedDir;
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize } = statfsSync(folder);
  return `${sizeText(bavail * bsize)} free in ${folder}, where weights in few bits are kept`;
}

/** Seconds of a picture of the checkpoint's own size and steps, by stage, in each precision. */
async function expected(modelDir: string, limits: Inspection['limits']): Promise<string[]> {
  const { defaultWidthPx: widthPx, defaultHeightPx: heightPx, defaultSteps: steps } = limits;
  const guidanceScale = limits.defaultGuidanceScale;
  const found = await outlooks(modelDir, { widthPx, heightPx, steps, guidanceScale });
  return found.map((each) => {
    const { priorSeconds, denoiseSeconds, vaeSeconds } = each;
    const all = timeText(priorSeconds + denoiseSeconds + vaeSeconds);
    const parts = `layout ${timeText(priorSeconds)}, ${steps} steps ${timeText(denoiseSeconds)}, pixels ${timeText(vaeSeconds)}`;
    return `${each.precision}: a picture of ${widthPx} x ${heightPx} px in about ${all} on the CPU (${parts})`;
  });
}

/** The smallest picture in one step: it shows that every part runs. */
async function tryDrawing(options: EngineOptions): Promise<string> {
  const from = performance.now();
  const engine = await loadEngine(options);
  try {
    const loadedAt = performance.now();
    const { minSidePx: sidePx, device, precision } = engine.info;
    const small = { widthPx: sidePx, heightPx: sidePx, steps: 1, guidanceScale: 1, count: 1, seed: 0 };
    for await (const _ of engine.generate({ prompt: 'a fox', layout: 'separate', ...small }));
    const drawn = seconds(performance.now() - loadedAt);
    return `loaded in ${seconds(loadedAt - from)}, ${sidePx} x ${sidePx} px in one step in ${drawn} (${device}, ${precision})`;
  } finally {
    await engine.close();
  }
}
