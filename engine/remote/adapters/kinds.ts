/** The kinds of servers that can be spoken to, by the names under which they are asked for. */
import type { Adapter, AdapterOptions } from '../adapter.ts';
import type { Endpoint } from '../http.ts';
import { comfyUi } from './comfyui.ts';
import { openAiImages } from './openai-images.ts';
import { sdcpp } from './sdcpp.ts';
import { sglang } from './sglang.ts';
import { vllmOmni } from './vllm-omni.ts';
import { zai } from './zai.ts';

/** Each makes an adapter at an endpoint; throws `bad_request` where the options do not fit it. */
export const ADAPTERS = {
  openai: openAiImages,
  sglang,
  'vllm-omni': vllmOmni,
  zai,
  comfyui: comfyUi,
  sdcpp,
} as const satisfies Record<string, (endpoint: Endpoint, options: AdapterOptions) => Adapter>;

/** How servers are spoken to. */
export type RemoteKind = keyof typeof ADAPTERS;
export const REMOTE_KINDS = Object.keys(ADAPTERS) as RemoteKind[];
