/**
 * What every case of a parity run shares: the checkpoint, the goldens, the device, and graphs compiled with all of
 * their values as outputs. The graphs are the engine's own; only more of them is fetched.
 */
import { type Checkpoint, openCheckpoint } from '../../engine/model/checkpoint.ts';
import { ModelRunner } from '../../engine/model/model-runner.ts';
import { buildGraph, compile, type Device, type Session, type Value } from '../../kernels/index.ts';
import { type Check, closeTo } from './check.ts';
import { type Golden, type GoldenCase, Goldens } from './goldens.ts';

export interface ParityOptions {
  device: Device;
  /** Multiplies every float tolerance; 1 on the CPU. */
  slack: number;
}

export class ParityContext {
  readonly checkpoint: Checkpoint;
  readonly goldens: Goldens;
  readonly options: ParityOptions;
  #runner: Promise<ModelRunner> | undefined;
  readonly #sessions = new Map<string, Promise<Session>>();

  constructor(checkpointDir: string, goldensDir: string, options: ParityOptions) {
    this.checkpoint = openCheckpoint(checkpointDir);
    this.goldens = new Goldens(goldensDir);
    this.options = options;
  }

  /** A session that yields the given values; compiled once per name. */
  session(name: string, outputs: () => Record<string, Value>): Promise<Session> {
    let session = this.#sessions.get(name);
    if (!session) {
      session = compile(buildGraph({ name, outputs: outputs() }), { device: this.options.device });
      this.#sessions.set(name, session);
    }
    return session;
  }

  /** The engine's own runner over the checkpoint. */
  runner(): Promise<ModelRunner> {
    this.#runner ??= ModelRunner.load(this.checkpoint, this.options.device);
    return this.#runner;
  }

  /** A float output against its golden, within the stated tolerance. */
  close(entry: GoldenCase, output: string, got: ArrayLike<number>, want: Golden): Check {
    const { atol } = entry.outputs![output]!;
    return closeTo(output, got, want.data, want.dtype === 'float32' ? atol * this.options.slack : atol);
  }

  async dispose(): Promise<void> {
    await (await this.#runner)?.dispose();
    for (const session of this.#sessions.values()) await (await session).dispose();
  }
}

/** The checks of one case. */
export type CaseRunner = (context: ParityContext, entry: GoldenCase) => Promise<Check[]>;
