/**
 * The real SGLang-Diffusion on a machine without a GPU, drawing with `models/mini`: set up once in a cache folder, started and ended
 * by tests and by hand. A plug-in of SGLang's own kind brings the two operators that are in no published wheel.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const HERE = import.meta.dirname;
const MINI = resolve(HERE, '../../../models/mini');
/** In order; the second list is installed without what its packages ask for. */
const LISTS = [
  { file: join(HERE, 'requirements.txt'), flags: [] },
  { file: join(HERE, 'requirements-alone.txt'), flags: ['--no-deps'] },
];
const PYTHONS = ['python3.11', 'python3.12'];
const READY_MS = 900_000;
const SCHEDULER = 'sgl_diffusion::scheduler';

/** Where it is set up: 6.6 GB, kept between runs. */
export const cacheFolder = (): string =>
  process.env.SGLANG_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'palimpsest', 'sglang');

/** Installs it where it is not there yet, which takes about four minutes. Throws with what is missing. */
export function setUp(folder: string): void {
  const wanted = createHash('sha256');
  for (const { file } of LISTS) wanted.update(readFileSync(file));
  const version = wanted.digest('hex');
  const note = join(folder, 'installed');
  if (!existsSync(note) || readFileSync(note, 'utf8') !== version) {
    const venv = join(folder, 'venv');
    rmSync(note, { force: true });
    mkdirSync(folder, { recursive: true });
    run(pythonOf(), ['-m', 'venv', venv]);
    for (const { file, flags } of LISTS)
      run(join(venv, 'bin/python'), ['-m', 'pip', 'install', '--quiet', ...flags, '-r', file]);
    writeFileSync(note, version);
  }
  copyModel(modelFolder(folder));
}

/** SGLang takes a folder for GLM-Image by this name alone. */
const modelFolder = (folder: string): string => join(folder, 'GLM-Image');

/** The model as SGLang reads it: two of its parts are called by the library that has them. */
function copyModel(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  cpSync(MINI, folder, { recursive: true });
  const index = join(folder, 'model_index.json');
  writeFileSync(index, readFileSync(index, 'utf8').replaceAll('"glm_image"', '"transformers"'));
}

function pythonOf(): string {
  const found = PYTHONS.find((name) => spawnSync(name, ['-c', 'import venv, ensurepip']).status === 0);
  if (found) return found;
  throw new Error(
    `SGLang needs Python 3.11 or 3.12 with its module venv, and 7 GB of disk. None of ${PYTHONS.join(', ')} is here: install one, then run this again.`,
  );
}

function run(command: string, args: string[]): void {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status === 0) return;
  throw new Error(`${command} ${args.join(' ')} ended with ${status}; its own words are above.`);
}

/** Cells of one side of the preview grid of a square picture. */
function previewSide(): number {
  const config = readFileSync(join(MINI, 'processor/processor_config.json'), 'utf8');
  return Math.sqrt(JSON.parse(config).preview_cells);
}

export class RealSglang {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(url: string, process: ChildProcess) {
    this.url = url;
    this.#process = process;
  }

  /** Starts it on a port and waits until it draws. Throws with the end of its log where it ends. */
  static async start(port: number, folder = cacheFolder()): Promise<RealSglang> {
    const logFile = join(folder, 'server.log');
    const log = openSync(logFile, 'w');
    const child = spawn(
      join(folder, 'venv/bin/sglang'),
      [
        ...['serve', '--model-path', modelFolder(folder), '--host', '127.0.0.1', '--port', String(port)],
        ...['--num-gpus', '1', '--warmup-mode', 'off', '--sleep-on-idle', '--enable-metrics', 'true'],
        ...['--served-model-name', 'glm-image', '--output-path', '', '--input-save-path', ''],
      ],
      {
        cwd: folder,
        // A group of its own, so that its workers end with it.
        detached: true,
        stdio: ['ignore', log, log],
        env: {
          ...process.env,
          ...{ CUDA_VISIBLE_DEVICES: '', HF_HUB_OFFLINE: '1', OMP_NUM_THREADS: '1' },
          ...{ PYTHONPATH: join(HERE, 'plugin'), PREVIEW_SIDE: String(previewSide()) },
        },
      },
    );
    const server = new RealSglang(`http://127.0.0.1:${port}`, child);
    for (const until = Date.now() + READY_MS; Date.now() < until; await sleep(500)) {
      if (await server.isHealthy()) return server;
      if (child.exitCode !== null || child.signalCode !== null) break;
    }
    await server.stop();
    throw new Error(`SGLang did not start:\n${readFileSync(logFile, 'utf8').slice(-4000)}`);
  }

  async isHealthy(): Promise<boolean> {
    const answer = await fetch(`${this.url}/health`).catch(() => undefined);
    return answer?.status === 200;
  }

  /** Kills the process that draws; the one that answers stays, as it would. */
  killWorker(): void {
    execFileSync('pkill', ['-KILL', '-g', String(this.#process.pid), '-f', SCHEDULER]);
  }

  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    process.kill(-this.#process.pid!, signal);
    await ended;
  }
}
