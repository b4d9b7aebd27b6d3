/** A client that is somebody: every call bears the same headers. */
import type { WebSocket } from 'ws';
import type { ErrorBody } from '../../studio/protocol.ts';
import { type Answer, ApiClient } from './api-client.ts';

export class Someone extends ApiClient {
  readonly headers: Readonly<Record<string, string>>;

  constructor(url: string, headers: Record<string, string>) {
    super(url);
    this.headers = headers;
  }

  override call<Body = ErrorBody>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    return super.call<Body>(method, path, body, { ...this.headers, ...headers });
  }

  override socket(headers: Record<string, string> = {}): WebSocket {
    return super.socket({ ...this.headers, ...headers });
  }
}
