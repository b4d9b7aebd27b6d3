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
}

/** What makes up a model elsewhere, apart from its limits. */
interface Served {
  adapter: string;
  name: string;
  /** Everything that is known of what computes there. */
  numerics: string;
}

/** How a model elsewhere is named: its digest stands for what is known of it, which are no weights. */
export function identityOf({ adapter, name, numerics }: Served) {
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
  throw endpoint.rejected('There is no picture in its answer.');
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

/** A picture of a form. */
export const asFile = (bytes: Uint8Array, name: string): File =>
  new File([new Uint8Array(bytes)], name, { type: 'image/png' });
