/**
 * One request to the server and what can come of it: an answer typed by the protocol, or an {@link ApiError}.
 * A command is tried again while the server cannot be reached, always with the same Idempotency-Key.
 */
import type { ErrorBody } from '../../../studio/protocol.ts';

const RETRY_DELAYS_MS = [400, 1_000, 2_000];

/**
 * A refusal of the server, in its words and the reader's language; or one of two codes of the page's own, `offline` and `unreadable`,
 * whose words are in the catalogue (`errorText`).
 */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly field: string | undefined;
  /** Texts that would be understood in the place of what was refused. */
  readonly suggestions: readonly string[];

  constructor(
    status: number,
    { code, message, field, suggestions = [] }: ErrorBody['error'],
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.status = status;
    this.field = field;
    this.suggestions = suggestions;
  }
}

export async function call<Answer>(path: string, init?: RequestInit): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(path, { cache: 'no-store', ...init });
  } catch (cause) {
    if (init?.signal?.aborted) throw cause;
    throw new ApiError(0, { code: 'offline', message: '' }, { cause });
  }
  if (response.status === 401 && !isDoor()) goToDoor();
  if (!response.ok) throw await errorOf(response);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

const DOORS = ['/sign-in', '/welcome'];
const isDoor = (): boolean => DOORS.includes(window.location.pathname);

/** Nobody is signed in any more: after that, one is here again. */
function goToDoor(): void {
  const { pathname, search } = window.location;
  window.location.assign(`/sign-in?next=${encodeURIComponent(pathname + search)}`);
}

async function errorOf(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) as Partial<ErrorBody> | null;
  return new ApiError(response.status, body?.error ?? { code: 'unreadable', message: '' });
}

/** Repeats a command that may not have arrived; safe because of its key, or because doing it twice is doing it once. */
export async function callWithRetry<Answer>(path: string, init: RequestInit): Promise<Answer> {
  for (const delayMs of RETRY_DELAYS_MS) {
    try {
      return await call<Answer>(path, init);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'offline') throw error;
      await new Promise((resolve) => setTimeout(resolve, delayMs));
    }
  }
  return call<Answer>(path, init);
}

export function json(body: unknown, { method = 'POST', key = '' } = {}): RequestInit {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  if (key) headers['Idempotency-Key'] = key;
  return { method, headers, body: JSON.stringify(body) };
}

/** Query string of what is set; empty when nothing is. */
export function query(values: Record<string, string | number | undefined>): string {
  const set = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return set.length === 0 ? '' : `?${new URLSearchParams(set.map(([name, value]) => [name, String(value)]))}`;
}
