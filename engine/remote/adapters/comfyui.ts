/**
 * ComfyUI, by graphs that the user gives: one for each number of pictures that a request may have. Pictures are uploaded, the graph is
 * put in its line, and its socket tells of steps and previews; the picture is named by its history. A stopped one is interrupted
 * between two steps.
 * Source: ComfyUI commit 002c3fb, `server.py` and `execution.py`; docs.comfy.org, "Server Messages" and "Routes"; read, not run.
 */
import { createHash, randomUUID } from 'node:crypto';
import { EngineError } from '../../request/errors.ts';
import type { ModelInfo } from '../../request/request.ts';
import {
  type Adapter,
  type AdapterOptions,
  asFile,
  type DrawWait,
  identityOf,
  type PictureRequest,
  type Wait,
} from '../adapter.ts';
import { statusOf } from '../fault.ts';
import type { Endpoint } from '../http.ts';
import { filled, type Graph, type ReadGraph, readGraph } from './comfyui-graph.ts';
import { untilEnded } from './job.ts';

const POLL_MS = 1_000;
const STOP_MS = 5_000;
const FOLDER = 'palimpsest';
/** A frame of the socket: a preview, which is a JPEG or a PNG behind two words. */
const PREVIEW = 1;
const PREVIEW_OFFSET = 8;

const LIMITS = {
  ...{ sizeMultiplePx: 32, minSidePx: 256, maxSidePx: 2048, maxAspect: 4 },
  ...{ defaultWidthPx: 1024, defaultHeightPx: 1024, maxCount: 10, maxPromptBytes: 20_000 },
} as const;

/** What its history says of a graph that was run. */
interface Ended {
  status?: { status_str?: string; messages?: [string, Record<string, unknown>][] };
  outputs: Record<string, { images?: { filename: string; subfolder: string; type: string }[] }>;
}

/** Adapter to ComfyUI at an endpoint, which is its host without a path. Throws `bad_request` for graphs that cannot be used. */
export function comfyUi(
  endpoint: Endpoint,
  { model: name = 'comfyui', graphs: given = [], pollMs = POLL_MS }: AdapterOptions,
): Adapter {
  const graphs = given.map(readGraph);
  if (graphs.length === 0)
    throw new EngineError('bad_request', 'ComfyUI draws by a graph: name the file of one.', {
      field: 'graphs',
    });

  async function draw(request: PictureRequest, wait: DrawWait): Promise<Uint8Array> {
    const chosen = graphFor(request, graphs);
    const { prompt, seed, widthPx: width, heightPx: height, steps, guidanceScale: guidance } = request;
    const pictures: string[] = [];
    for (const file of request.references) pictures.push(await uploaded(file, wait));
    const mask = request.mask && (await uploaded(request.mask, wait));
    const graph = filled(chosen.graph, { prompt, seed, width, height, steps, guidance, pictures, mask });
    return run(graph, wait);
  }

  /** Uploads a picture under the name of its bytes, which a graph then names. */
  async function uploaded(file: Uint8Array, wait: Wait): Promise<string> {
    const body = new FormData();
    const hash = createHash('sha256').update(file).digest('hex');
    body.append('image', asFile(file, `${hash}.png`));
    body.append('subfolder', FOLDER);
    body.append('type', 'input');
    const { name: stored, subfolder } = await endpoint.json('/upload/image', {
      method: 'POST',
      body,
      ...wait,
    });
    return subfolder ? `${subfolder}/${stored}` : String(stored);
  }

  /** Runs a graph to its end. The socket is there first, so that nothing of it is missed. */
  async function run(graph: Graph, wait: DrawWait): Promise<Uint8Array> {
    const id = randomUUID();
    const client = randomUUID();
    const socket = await endpoint.socket(`/ws?clientId=${client}`, wait);
    const { promise: told, resolve: tell } = Promise.withResolvers<void>();
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) hearPreview(data, wait);
      else if (isEnd(data, id, wait)) tell();
    });
    // What is not told is asked for.
    socket.on('close', () => tell());
    try {
      await put(graph, { id, client, wait });
      return await untilEnded((each) => ended(id, each), { everyMs: pollMs, endpoint, wait, told });
    } catch (error) {
      if (error instanceof EngineError && error.code === 'cancelled') await interrupt(id);
      throw error;
    } finally {
      socket.terminate();
    }
  }

  /** Puts a graph in line. Throws `rejected` with what its nodes do not take. */
  async function put(graph: Graph, { id, client, wait }: { id: string; client: string; wait: Wait }) {
    // Older versions take no preview method from a request, and then send none unless they were started with one.
    const body = { prompt: graph, prompt_id: id, client_id: client, extra_data: { preview_method: 'auto' } };
    await endpoint.json('/prompt', { method: 'POST', body, ...wait });
  }

  /** The picture of a graph that has ended; undefined while it waits or runs. */
  async function ended(id: string, wait: Wait): Promise<Uint8Array | undefined> {
    const asked = async () => ((await endpoint.json(`/history/${id}`, wait)) as Record<string, Ended>)[id];
    let entry = await asked();
    if (!entry) {
      if (await isInLine(id, wait)) return undefined;
      // It may have ended between the two questions.
      entry = await asked();
    }
    if (!entry) throw endpoint.forgotten();
    if (entry.status?.status_str === 'error') throw endpoint.rejected(failureOf(entry));
    const images = Object.values(entry.outputs).flatMap((output) => output.images ?? []);
    const picture = images.find(({ type }) => type === 'output') ?? images[0];
    if (!picture) throw endpoint.rejected('Its graph saved no picture.');
    return endpoint.file(`/view?${new URLSearchParams(picture)}`, wait);
  }

  async function isInLine(id: string, wait: Wait): Promise<boolean> {
    const line = (await endpoint.json('/queue', wait)) as Record<string, unknown[][]>;
    return Object.values(line).some((places) => places.some((place) => place[1] === id));
  }

  /** Ends a graph, wherever it stands. Nobody else's is touched: an older version interrupts whatever runs. */
  async function interrupt(id: string): Promise<void> {
    const call = { method: 'POST', deadlineMs: STOP_MS } as const;
    try {
      await endpoint.json(`/api/jobs/${id}/cancel`, call);
    } catch (error) {
      if (statusOf(error) === undefined) return;
      await endpoint.answer('/queue', { ...call, body: { delete: [id] } }).catch(() => {});
      const isOurs = await isInLine(id, { deadlineMs: STOP_MS }).catch(() => false);
      if (isOurs) await endpoint.answer('/interrupt', { ...call, body: { prompt_id: id } }).catch(() => {});
    }
  }

  /** Throws `bad_request` where a graph has a node that the server does not know. */
  async function checkNodes(wait: Wait): Promise<void> {
    const classes = new Set(
      graphs.flatMap(({ graph }) => Object.values(graph).map((node) => node.class_type)),
    );
    for (const type of classes) {
      const known = await endpoint.json(`/object_info/${encodeURIComponent(type)}`, wait);
      if (type in known) continue;
      throw new EngineError(
        'bad_request',
        `The engine at ${endpoint.url.host} knows no node ${type}, which the graph has. Install it there, or give another graph.`,
        { field: 'graphs' },
      );
    }
  }

  return {
    async probe(wait) {
      const { system } = (await endpoint.json('/system_stats', wait)) as { system?: Record<string, unknown> };
      await checkNodes(wait);
      const drawn = createHash('sha256').update(JSON.stringify(given)).digest('hex').slice(0, 12);
      const numerics = `version ${system?.comfyui_version ?? 'unknown'}, graphs ${drawn}`;
      return { ...identityOf({ adapter: 'comfyui', name, numerics }), ...factsOf(graphs) };
    },
    draw,
    health: (wait) => endpoint.json('/system_stats', wait),
    masksLoosely: true,
  };
}

/** The graph of just these pictures. Throws `unsupported`. */
function graphFor({ references, mask }: PictureRequest, graphs: readonly ReadGraph[]): ReadGraph {
  const count = references.length;
  const found = graphs.find(
    ({ pictures, takesMask }) => pictures === count && takesMask === (mask !== undefined),
  );
  if (found) return found;
  const what = `${count === 1 ? 'one picture' : `${count || 'no'} pictures`}${mask ? ' and a mask' : ''}`;
  throw new EngineError(
    'unsupported',
    `There is no graph for ${what}. Give one to the engine, or ask otherwise.`,
    {
      field: mask ? 'mask' : 'references',
    },
  );
}

/** What can be said in requests, by the gaps of the graphs: what one of them has of its own, none can be told. */
function factsOf(graphs: readonly ReadGraph[]) {
  const references = Math.max(...graphs.map(({ pictures }) => pictures));
  const [steps, guidance] = [graphs.map((each) => each.steps), graphs.map((each) => each.guidance)];
  const takes = (values: (number | undefined)[]) => values.every((value) => value !== undefined);
  const can: ModelInfo['can'] = {
    ...{ edits: references > 0, references, masks: graphs.some(({ takesMask }) => takesMask) },
    ...{ sameLayout: false, previews: true, abort: 'unit', resume: false, warm: false },
    ...{ seeds: graphs.every(({ takesSeed }) => takesSeed), steps: takes(steps), guidance: takes(guidance) },
  };
  return {
    ...LIMITS,
    ...{ defaultSteps: can.steps ? steps[0]! : 1, maxSteps: can.steps ? 1000 : 1 },
    ...{ defaultGuidanceScale: can.guidance ? guidance[0]! : 1, maxGuidanceScale: can.guidance ? 30 : 1 },
    can,
  };
}

/** Tells of a step; answers whether a message says that the graph has ended. */
function isEnd(data: Buffer, id: string, { onSteps }: DrawWait): boolean {
  const { type, data: said } = JSON.parse(data.toString('utf8')) as {
    type: string;
    data: { prompt_id?: string; node?: string | null; value?: number; max?: number };
  };
  if (said?.prompt_id !== id) return false;
  if (type === 'progress' && said.value !== undefined && said.max) onSteps?.(said.value, said.max);
  return type.startsWith('execution_')
    ? ['execution_success', 'execution_error', 'execution_interrupted'].includes(type)
    : type === 'executing' && said.node === null;
}

function hearPreview(data: Buffer, { onPreview }: DrawWait): void {
  if (data.byteLength > PREVIEW_OFFSET && data.readUInt32BE(0) === PREVIEW)
    onPreview?.(data.subarray(PREVIEW_OFFSET));
}

/** The words of the node that failed. */
function failureOf({ status }: Ended): string {
  const told = status?.messages?.find(
    ([type]) => type === 'execution_error' || type === 'execution_interrupted',
  );
  const [type, { exception_message: message, node_type: node } = {} as Record<string, unknown>] = told ?? [];
  if (type === 'execution_interrupted') return 'Somebody interrupted it there.';
  return `Its node ${node ?? '?'} failed: ${String(message ?? 'it gave no reason').trim()}`;
}
