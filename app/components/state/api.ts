/**
 * The HTTP routes of the server as functions. Answers are typed by the protocol; a refusal is an {@link ApiError}.
 * A command is tried again while the server cannot be reached, always with the same Idempotency-Key.
 */
import type {
  ErrorBody,
  Health,
  JobView,
  NodeView,
  SessionSnapshot,
  SessionView,
  TurnBody,
} from '../../protocol.ts';

const RETRY_DELAYS_MS = [400, 1_000, 2_000];

/** A refusal of the server, or `offline` when it could not be reached at all. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly field: string | undefined;

  constructor(status: number, { code, message, field }: ErrorBody['error'], options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.status = status;
    this.field = field;
  }
}

async function call<Answer>(path: string, init?: RequestInit): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(path, { cache: 'no-store', ...init });
  } catch (cause) {
    throw new ApiError(0, { code: 'offline', message: 'The server cannot be reached.' }, { cause });
  }
  if (!response.ok) throw await refusal(response);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

async function refusal(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) as Partial<ErrorBody> | null;
  const fallback = { code: `http_${response.status}`, message: `The server answered ${response.status}.` };
  return new ApiError(response.status, body?.error ?? fallback);
}

/** Repeats a command that may not have arrived; safe because of its key. */
async function insist<Answer>(path: string, init: RequestInit): Promise<Answer> {
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

function json(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

/** A server that is only loading answers 503, which is an answer; it throws when there is none. */
export async function getHealth(): Promise<Health> {
  const response = await fetch('/api/health', { cache: 'no-store' });
  return (await response.json()) as Health;
}

/** All sessions, and the place in the event log from which to follow them. */
export function listSessions(): Promise<{ sessions: SessionView[]; seq: number }> {
  return call('/api/sessions');
}

export async function createSession(): Promise<SessionView> {
  return (await insist<{ session: SessionView }>('/api/sessions', json({}))).session;
}

export function openSession(id: string): Promise<SessionSnapshot> {
  return call(`/api/sessions/${encodeURIComponent(id)}`);
}

export async function uploadPicture(sessionId: string, file: Blob): Promise<NodeView> {
  const type = file.type || 'application/octet-stream';
  const init = { method: 'POST', headers: { 'Content-Type': type }, body: file };
  return (await call<{ node: NodeView }>(`/api/sessions/${sessionId}/uploads`, init)).node;
}

export function postTurn(
  sessionId: string,
  body: TurnBody,
  key: string,
): Promise<{ node: NodeView; job: JobView }> {
  return insist(`/api/sessions/${sessionId}/turns`, json(body, { 'Idempotency-Key': key }));
}

export function cancelJob(id: string): Promise<unknown> {
  return call(`/api/jobs/${id}/cancel`, { method: 'POST' });
}

export function retryJob(id: string): Promise<unknown> {
  return call(`/api/jobs/${id}/retry`, { method: 'POST' });
}
