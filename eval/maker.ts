/** Pictures of cases, made by the engine and kept as files, with the seconds that each took. Judges nothing. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine, GenerationRequest, MadePicture, SecondLook } from '../engine/index.ts';
import { quotedTexts } from '../studio/quotes.ts';
import { CASES_DIR, type Case } from './cases.ts';

/** Settings that may differ from the checkpoint's defaults. */
export interface Settings {
  steps?: number;
  guidanceScale?: number;
  /** Whether words are read back, and misspelt pictures drawn once more. */
  secondLook?: boolean;
}

export interface Made {
  file: Uint8Array;
  /** Wall time of the request, and processor time of this process over it; undefined when the picture is from an earlier run. */
  seconds?: number;
  cpuSeconds?: number;
}

export class Maker {
  readonly #engine: Engine;
  readonly #settings: Settings;
  readonly #dir: string;
  readonly #reuse: boolean;
  /** Second looks so far. */
  readonly looks: SecondLook[] = [];

  /** `reuse`: pictures that stand in `dir` are taken as they are. */
  constructor(
    engine: Engine,
    dir: string,
    { reuse = false, ...settings }: Settings & { reuse?: boolean } = {},
  ) {
    this.#engine = engine;
    this.#settings = settings;
    this.#dir = dir;
    this.#reuse = reuse;
    mkdirSync(dir, { recursive: true });
  }

  /** The picture of a case, from rendered references. Throws EngineError. */
  async make(test: Case): Promise<Made> {
    const path = join(this.#dir, `${test.id}.png`);
    if (this.#reuse && existsSync(path)) return { file: readFileSync(path) };
    const references = test.references.map((name) => readFileSync(join(CASES_DIR, name)));
    const { made, seconds, cpuSeconds } = await this.draw(test.prompt, test.seed, references);
    writeFileSync(path, made.file);
    return { file: made.file, seconds, cpuSeconds };
  }

  /** Draws one picture, its words found as the studio finds them; `references` are files or pictures that the engine made. */
  async draw(
    prompt: string,
    seed: number,
    references: NonNullable<GenerationRequest['references']>,
  ): Promise<{ made: MadePicture; seconds: number; cpuSeconds: number }> {
    const { info } = this.#engine;
    const request: GenerationRequest = {
      prompt,
      renderTexts: quotedTexts(prompt),
      references,
      seed,
      widthPx: info.defaultWidthPx,
      heightPx: info.defaultHeightPx,
      steps: this.#settings.steps ?? info.defaultSteps,
      guidanceScale: this.#settings.guidanceScale ?? info.defaultGuidanceScale,
      count: 1,
      layout: 'separate',
      secondLook: this.#settings.secondLook ?? false,
    };
    const from = performance.now();
    const cpu = process.cpuUsage();
    let made: MadePicture | undefined;
    for await (const event of this.#engine.generate(request)) {
      if (event.type === 'second-look') this.looks.push(event);
      if (event.type === 'picture' && event.priorTokens && event.latents)
        made = { file: event.png, priorTokens: event.priorTokens, latents: event.latents };
    }
    if (!made) throw new Error('Expected a picture, got none');
    const { user, system } = process.cpuUsage(cpu);
    return { made, seconds: (performance.now() - from) / 1000, cpuSeconds: (user + system) / 1e6 };
  }
}
