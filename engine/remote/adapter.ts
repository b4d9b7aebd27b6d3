/** One server's way of speaking: what it can do, and how one picture is asked for. Knows no order of pictures and no failure. */
import { createHash } from 'node:crypto';
import { elsewhere } from '../request/elsewhere.ts';
import { EngineError } from '../request/errors.ts';
import type { ModelInfo } from '../request/request.ts';
import type { Endpoint } from './http.ts';

/** One picture, as it is asked of a server. */
export interface PictureRequest {
  prompt: string;
  /** Files, in context order. */
  references: readonly Uint8Array[];
  /** Light pixels may change; of the size of the first reference. */
  mask?: Uint8Array;
  widthPx: number;
  heightPx: number;
  seed: number;
  steps: number;
  guidanceScale: number;
}

/** How long an answer may take, and what ends the wait. */
export interface Wait {
  deadlineMs: number;
  signal?: AbortSignal;
}

/** The wait for a picture. */
export interface DrawWait extends Wait {
  /** The same for the same picture asked for again, where {@link Adapter.isIdempotent}. */
  key?: string;
  /** Hears of steps that the server has taken, as it counts them. */
  onSteps?: (done: number, total: number) => void;
  /** Hears of what the picture looks like so far: the file of one. */
  onPreview?: (file: Uint8Array) => void;
}

/** How a server is spoken to, beyond its address; each adapter says which it takes. */
export interface AdapterOptions {
  /** The model to draw with, where the server has several. */
  model?: string;
  /** Fields that go with every picture, such as `quality`; those that a request decides come before them. */
  fields?: Readonly<Record<string, unknown>>;
  /** Graphs of ComfyUI, as {@link readGraph} reads them. */
  graphs?: readonly unknown[];
  /** Between two questions about work that is not connected to. Default: as suits the server. */
  pollMs?: number;
}

/** What pictures have to be like to be read by a server: sides in pixels. */
export interface ReferenceLimits {
  multiplePx: number;
  minSidePx?: number;
  maxSidePx?: number;
}

/** What is not fixed holds once the server was asked what it is. */
export interface Adapter {
  /** Asks the server what it is. Throws `unreachable`, `timed_out`, `rejected`; `bad_request` where the options do not fit it. */
  probe(wait: Wait): Promise<ModelInfo>;
  /** The file of one picture, as the server gives it. Throws `unreachable`, `timed_out`, `rejected`, `cancelled`. */
  draw(request: PictureRequest, wait: DrawWait): Promise<Uint8Array>;
  /** Whether the server is well, asked often; throws as {@link Adapter.probe}. Default: it is not asked. */
  health?(wait: Wait): Promise<unknown>;
  /** How references are fitted before they are given to `draw`. Default: not at all. */
  readonly fits?: ReferenceLimits;
  /** Whether each picture is paid for there: then none is drawn only to try the server out. */
  readonly isPaid?: boolean;
  /** Whether a picture that is asked for again under its key is the same work there, whatever became of the first answer. */
  readonly isIdempotent?: boolean;
  /** Whether what lies outside of a mask changes there as well, if only a little: then it is put back here. */
  readonly masksLoosely?: boolean;
}

/** What makes up a model elsewhere, apart from its limits. */
interface Served {
  adapter: string;
  name: string;
  /** Everything that is known of what computes there. */
  numerics: string;
  /** As in {@link AdapterOptions}: other fields, other pictures. */
  fields?: Readonly<Record<string, unknown>>;
}

/** How a model elsewhere is named: its digest stands for what is known of it, which are no weights. */
export function identityOf({ adapter, name, numerics: computes, fields }: Served) {
  const numerics = fields ? `${computes}, ${JSON.stringify(fields)}` : computes;
  const digest = createHash('sha256')
    .update(JSON.stringify([adapter, name, numerics]))
    .digest('hex');
  return {
    name,
    digest,
    device: 'elsewhere',
    precision: 'elsewhere',
    numerics: elsewhere(`${adapter}, ${numerics}`),
  };
}

/** The one picture of an answer in the form of OpenAI's images API. Throws as {@link Endpoint.json}. */
export async function pictureOf(
  endpoint: Endpoint,
  answer: Record<string, unknown>,
  wait: Wait,
): Promise<Uint8Array> {
  const [first] = Array.isArray(answer.data) ? (answer.data as { b64_json?: unknown; url?: unknown }[]) : [];
  if (typeof first?.b64_json === 'string') return Buffer.from(first.b64_json, 'base64');
  if (typeof first?.url === 'string') return endpoint.file(first.url, wait);
  const { error } = answer as { error?: { message?: unknown; type?: unknown } | string };
  const words = typeof error === 'string' ? error : error?.message;
  if (!words) throw endpoint.rejected('There is no picture in its answer.');
  const isRefused = typeof error === 'object' && error.type === 'invalid_request_error';
  throw isRefused ? endpoint.rejected(String(words)) : endpoint.failed(String(words));
}

/** The models that a server lists, as it describes them. Throws as {@link Endpoint.json}. */
export async function servedModels(
  endpoint: Endpoint,
  path: string,
  wait: Wait,
): Promise<Record<string, unknown>[]> {
  const { data } = await endpoint.json(path, wait);
  const models = Array.isArray(data) ? data.filter((model) => typeof model?.id === 'string') : [];
  if (models.length > 0) return models;
  throw endpoint.rejected('It lists no model.');
}

/** The model that was asked for, or the only one. Throws `bad_request` where that is not clear. */
export function chosenModel(
  models: Record<string, unknown>[],
  wanted: string | undefined,
): Record<string, unknown> {
  const model =
    wanted === undefined && models.length === 1 ? models[0] : models.find(({ id }) => id === wanted);
  if (model) return model;
  const names = models.slice(0, 10).map(({ id }) => id);
  throw new EngineError(
    'bad_request',
    `Name one of the engine's models behind its address: #${names.join(', #')}.`,
    {
      field: 'model',
    },
  );
}

/** A form of fields and pictures; the pictures of one name are in their order. */
export function formOf(
  fields: Readonly<Record<string, unknown>>,
  pictures: Readonly<Record<string, readonly Uint8Array[]>>,
): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields))
    form.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  for (const [name, files] of Object.entries(pictures))
    for (const [at, file] of files.entries()) form.append(name, asFile(file, `${at + 1}.png`));
  return form;
}

/** A picture of a form. */
export const asFile = (bytes: Uint8Array, name: string): File =>
  new File([new Uint8Array(bytes)], name, { type: 'image/png' });
