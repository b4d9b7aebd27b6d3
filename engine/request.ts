/**
 * What is asked of the engine and what it answers: requests, events, model facts.
 * Plain data that can cross a process boundary; knows nothing of weights, graphs, sessions or SQL.
 */

/** A picture that the engine made, with what it was made from: it is read again without a loss through its pixels. */
export interface MadePicture {
  file: Uint8Array;
  priorTokens: Uint16Array;
  latents: Float32Array;
}

/** One picture request. Sizes in pixels; every field explicit, so that equal requests give equal bytes. */
export interface GenerationRequest {
  /** What to draw or change. English or Chinese; words between quotes are drawn as text. */
  prompt: string;
  /** Words to draw, given explicitly; replaces the search for quotes. */
  renderTexts?: readonly string[];
  /** Encoded pictures (PNG, JPEG, WebP, …) in context order; none means text-to-image. */
  references?: readonly (Uint8Array | MadePicture)[];
  widthPx: number;
  heightPx: number;
  /** 0 to 2^53 - 1. */
  seed: number;
  steps: number;
  guidanceScale: number;
  /** Number of pictures. Picture i equals picture i of any other count. */
  count: number;
  /** Indices of the pictures to make now; default: all. The others were made before. */
  only?: readonly number[];
  /** `shared`: one sampled layout for all pictures; `separate`: each picture samples its own. */
  layout: 'shared' | 'separate';
}

/** The stages of one picture, in order. */
export const STAGES = ['encode', 'prior', 'decode', 'vae'] as const;
export type Stage = (typeof STAGES)[number];

/** What a running request reports; one event per unit of work. */
export type EngineEvent =
  | { type: 'stage'; stage: Stage; imageIndex: number; done: number; total: number }
  | { type: 'preview'; stage: Stage; imageIndex: number; png: Uint8Array; widthPx: number; heightPx: number }
  | {
      type: 'image';
      imageIndex: number;
      png: Uint8Array;
      widthPx: number;
      heightPx: number;
      /** Large-grid ids, row-major, grid height x grid width (one id covers 32 x 32 px). */
      priorTokens: Uint16Array;
      priorGrid: readonly [height: number, width: number];
      /** Final normalised latent, float32, [1, channels, height / 8, width / 8]. */
      latents: Float32Array;
      latentShape: readonly number[];
    }
  | { type: 'done'; elapsedMs: Record<Stage, number> };

/** Facts of the loaded checkpoint that a caller needs to make a valid request. */
export interface ModelInfo {
  /** Folder name of the checkpoint. */
  name: string;
  /** SHA-256 over configs and weights, hex. */
  digest: string;
  device: string;
  precision: string;
  sizeMultiplePx: number;
  minSidePx: number;
  maxSidePx: number;
  maxAspect: number;
  defaultWidthPx: number;
  defaultHeightPx: number;
  defaultSteps: number;
  defaultGuidanceScale: number;
  maxSteps: number;
  maxCount: number;
  maxReferences: number;
  maxPromptBytes: number;
}

/** A loaded model. One request at a time computes; several may be under way, interleaved by unit. */
export interface Engine {
  readonly info: ModelInfo;
  /**
   * Runs one request and yields its events; returns after `done`.
   * Throws {@link EngineError}: `bad_request`, `bad_image`, `cancelled` (signal aborted), `engine_died`, `internal`.
   */
  generate(request: GenerationRequest, options?: { signal?: AbortSignal }): AsyncIterable<EngineEvent>;
  close(): Promise<void>;
}

/** Where the weights are and what computes. */
export interface EngineOptions {
  /** Checkpoint folder in Hugging Face layout. */
  modelDir: string;
  device: 'auto' | 'cpu' | 'webgpu' | 'cuda';
}
