/** `palimpsest doctor`: a report on this machine, this model and this data folder, in lines to read. Changes nothing. */
import { hasData } from '../db/folder/open-database.ts';
import { type EngineOptions, inspect, loadEngine } from '../engine/index.ts';

const GIB = 2 ** 30;
const sizeText = (bytes: number): string =>
  bytes < GIB ? `${Math.ceil(bytes / 2 ** 20)} MiB` : `${(bytes / GIB).toFixed(1)} GiB`;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** Writes a line for each part and answers whether a picture can be drawn. */
export async function doctor(
  options: EngineOptions,
  dataDir: string,
  print: (line: string) => void,
): Promise<boolean> {
  const report = (name: string, text: string) => print(`${name.padEnd(8)} ${text}`);
  report('node', process.versions.node);
  try {
    const { devices, threads, fp32, int8 } = await inspect(options.modelDir);
    report('memory', sizeText(fp32.machineBytes));
    for (const { device, missing } of devices)
      report(device, missing ?? (device === 'cpu' ? `here, ${threads} threads` : 'here'));
    const size = `${(fp32.parameters / 1e6).toFixed(0)} million parameters`;
    report(
      'model',
      `${options.modelDir}: ${size}, ${sizeText(fp32.weightBytes)} in fp32, ${sizeText(int8.weightBytes)} in int8`,
    );
    report('data', dataOf(dataDir));
    report('drawing', await tryDrawing(options));
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
