/**
 * Requests to the engine and its events, options and model facts: plain data that can cross a process boundary. Knows nothing
 * of weights, graphs, sessions or SQL.
 */

/** A picture of the engine with the tokens and latents that it was made from: as a reference it is read from them, and loses nothing. */
export interface MadePicture {
  file: Uint8Array;
  priorTokens: Uint16Array;
  latents: Float32Array;
}

/** One picture request. Sizes in pixels; every field explicit, so that equal requests give equal bytes. */
export interface GenerationRequest {
  /** Asks for a picture or a change, in English or Chinese; words between quotes are drawn as text. */
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
  /** Index among the references of the picture to change: its tokens are speculated to be the new ones. Default: 0. */
  target?: number;
  /**
   * A picture of the size of the target, or of the result: light pixels may change. The rest keeps the target's tokens
   * and, but for a narrow edge inside, its pixels.
   */
  mask?: Uint8Array;
  /**
   * With a mask, where the engine knows none: the whole picture is drawn, and outside of the mask the target's pixels are put back.
   * Without, such an engine refuses a mask.
   */
  composite?: boolean;
  /** Large-grid ids that an earlier picture of this size was made from: all pictures take them, and none are sampled. */
  priorTokens?: Uint16Array;
  /**
   * Where the picture is to have words, the vision tower reads them back, and a picture that is misspelt is drawn once more, under a
   * seed derived from its own; the better one stays. Only where the checkpoint says which tokens are letters. Default: false.
   */
  secondLook?: boolean;
  /** State of the last `checkpoint` event of a run of this request: the run goes on from there, to the same bytes. */
  resume?: Uint8Array;
  /** Owner of the request; caches are apart by owner. Default: ''. */
  owner?: string;
}

/**
 * Number formats of linear layers: fp32; 8 bits for the weights of the language model, and for weights and activations of the DiT; the
 * same with 4 bits for the weights of the language model.
 */
export const PRECISIONS = ['fp32', 'int8', 'int4'] as const;
export type Precision = (typeof PRECISIONS)[number];

/**
 * The stages of one picture, in order: references through both encoders and the DiT's write pass; prompt and prior tokens
 * through the language model; steps of the DiT; pixels out of the VAE.
 */
export const STAGES = ['encode', 'prior', 'denoise', 'vae'] as const;
export type Stage = (typeof STAGES)[number];

/** The caches between requests. */
export const CACHES = [
  'encoder',
  'reference-kv',
  'ar-prefix',
  'prior-tokens',
  'glyphs',
  'modulations',
] as const;
export type CacheName = (typeof CACHES)[number];

/** Uses of one cache by a request: entries that were found (`hit`) or made, their bytes, and the time that finding them saved. */
export interface CacheUse {
  what: CacheName;
  hit: boolean;
  /** Entries looked for. */
  count: number;
  sizeBytes: number;
  savedMs: number;
}

/** Tokens that the language model reads and samples for a request. */
export interface TokenCounts {
  textTokens: number;
  /** Semantic tokens of references. */
  imageTokens: number;
  /** Text and image tokens whose keys and values came from the prefix cache. */
  cachedTokens: number;
  /** Prior tokens of all pictures together, preview grids included. */
  sampledTokens: number;
}

/** Runs of a graph, and their milliseconds in all. */
export interface Runs {
  count: number;
  ms: number;
}

/** Words as they are read in a picture and as they should be, each list in alphabetical order. */
export interface SecondLook {
  asked: readonly string[];
  read: readonly string[];
  /** Null: nothing was misspelt, and the picture was drawn once. */
  again: { read: readonly string[]; kept: boolean } | null;
  /** What looking, and drawing once more, took. */
  ms: number;
}

/** Events of a running request: one or more for each unit. */
export type EngineEvent =
  | { type: 'stage'; stage: Stage; pictureIndex: number; done: number; total: number }
  | {
      type: 'preview';
      stage: Stage;
      pictureIndex: number;
      /** 8-bit red, green and blue, row by row. */
      rgb: Uint8Array;
      widthPx: number;
      heightPx: number;
    }
  | {
      type: 'picture';
      pictureIndex: number;
      png: Uint8Array;
      widthPx: number;
      heightPx: number;
      /**
       * Large-grid ids, row-major, grid height x grid width (one id covers 32 x 32 px). They and the latents are all there, or
       * none: an engine elsewhere gives pixels alone.
       */
      priorTokens?: Uint16Array;
      priorGrid?: readonly [height: number, width: number];
      /** Final normalised latent, float32, [1, channels, height / 8, width / 8]. */
      latents?: Float32Array;
      latentShape?: readonly number[];
    }
  /** The prompt was read: the end of prefill. */
  | ({ type: 'tokens' } & TokenCounts)
  /**
   * Pictures of our own, by their place among the references, that are of a size which the model reads only when resized:
   * they are read from their pixels, not from the tokens and latents that came with them.
   */
  | { type: 'resized'; references: number[] }
  /** Pictures, by their place among the references, that were resized to what an engine elsewhere takes. */
  | { type: 'fitted'; references: number[] }
  /** The engine knows no mask and drew the whole picture; outside of the mask the target's pixels were put back. */
  | { type: 'composited' }
  /** What was read in a picture, and whether it was drawn once more. */
  | ({ type: 'second-look'; pictureIndex: number } & SecondLook)
  /** All uses of caches so far, one entry by cache and outcome. Replaces the event before. */
  | { type: 'cache'; entries: CacheUse[] }
  /** Where the run can be taken up again: see {@link GenerationRequest.resume}. Replaces the one before. */
  | { type: 'checkpoint'; state: Uint8Array }
  | {
      type: 'done';
      elapsedMs: Record<Stage, number>;
      /** By graph; a forward pass that requests share counts for each of them. */
      runs: Record<string, Runs>;
      /** Prior tokens that were proposed ahead of their logits, and how many of them were accepted. */
      speculated: { proposed: number; accepted: number };
    };

/** References to read ahead, in context order. */
export type WarmReferences = Pick<GenerationRequest, 'owner'> &
  Required<Pick<GenerationRequest, 'references'>>;

/** Facts of the loaded checkpoint that a caller needs to make a valid request. */
export interface ModelInfo {
  /** Folder name of the checkpoint. */
  name: string;
  /** SHA-256 over configs and weights, hex. */
  digest: string;
  device: string;
  precision: string;
  /** Everything that rounding depends on: precision, device, threads and runtime. Pictures are the same bytes where this and the digest are the same. */
  numerics: string;
  sizeMultiplePx: number;
  minSidePx: number;
  maxSidePx: number;
  maxAspect: number;
  defaultWidthPx: number;
  defaultHeightPx: number;
  defaultSteps: number;
  defaultGuidanceScale: number;
  maxSteps: number;
  maxGuidanceScale: number;
  maxCount: number;
  maxPromptBytes: number;
  can: Abilities;
}

/** What an engine can do beyond drawing a sentence. What it cannot is refused as `unsupported`, never left out in silence. */
export interface Abilities {
  edits: boolean;
  /** Most references of a request. */
  references: number;
  masks: boolean;
  /** Whether a picture can be made from given prior tokens, and several of a request from the same ones. */
  sameLayout: boolean;
  previews: boolean;
  /**
   * What a stopped request still costs: at most the unit under way; the picture under way, which is finished where it is made and
   * thrown away; or all of its pictures.
   */
  abort: 'unit' | 'picture' | 'none';
  /** Whether seed, steps and guidance of a request are followed. Without: seeds mean nothing, the other two have one value. */
  seeds: boolean;
  /** Whether words are read back in the picture, and it is drawn once more where they are misspelt. Absent: no. */
  secondLook?: boolean;
  steps: boolean;
  guidance: boolean;
  /** Whether a run can be taken up from a checkpoint, and references be read ahead. */
  resume: boolean;
  warm: boolean;
}

/** A loaded model. Several requests may be under way, interleaved by unit; they share forward passes of the language model. */
export interface Engine {
  readonly info: ModelInfo;
  /**
   * Runs one request and yields its events; returns after `done`.
   * Throws {@link EngineError}: `bad_request`, `bad_image`, `cancelled` (signal aborted), `engine_died`, `internal`; an engine
   * elsewhere also `unsupported`, `unreachable`, `timed_out`, `rejected`.
   */
  generate(request: GenerationRequest, options?: { signal?: AbortSignal }): AsyncIterable<EngineEvent>;
  /**
   * Reads references ahead of a request that is likely to come, while no request waits: the picture just made, or one
   * that the user has put beside an unfinished sentence. Throws as {@link Engine.generate}.
   */
  warm?(references: WarmReferences, options?: { signal?: AbortSignal }): Promise<void>;
  close(): Promise<void>;
}

/** Options of an engine: its weights, its device, its caches. */
export interface EngineOptions {
  /** Checkpoint folder in Hugging Face layout. */
  modelDir: string;
  device: 'auto' | 'cpu' | 'webgpu' | 'cuda';
  cache?: CacheOptions;
  /** `int8` and `int4` compute the linear layers of language model and DiT in few bits: other pictures, sooner. Default: fp32. */
  precision?: string;
  /** Memory that the engine may take in all. Default: that of the machine or the container. */
  memoryBytes?: number;
  /** Folder for weights in the form that this machine computes with, made once. Default: one of the user's for caches. */
  preparedDir?: string;
  /** Memory that weights may take together, where parts of the model can be dropped. Default: what caches and requests leave. */
  weightBytes?: number;
  /** Bytes of linear weights in fp32 from which weights stay in their files, mapped. Default: 4 GiB. */
  largeBytes?: number;
  /** Least time of work between two `checkpoint` events; 0: after every unit. Default: 1000. */
  checkpointMs?: number;
  /** Memory that requests under way may hold together, by estimate; further ones wait. Default: a quarter of the machine's memory. */
  activeBytes?: number;
}

/** Budgets of the caches between requests. */
export interface CacheOptions {
  /** Default: an eighth of the machine's memory. 0 caches nothing. */
  memoryBytes?: number;
  /** Folder for values that memory has no room for and that are read sooner than made again; default: none. */
  folder?: string;
  /** Default: 4 GiB. */
  diskBytes?: number;
  /** How keys and values of references are kept; `int8` takes a quarter of the bytes and changes the pictures a little. Default: fp32. */
  referencePrecision?: 'fp32' | 'int8';
}
