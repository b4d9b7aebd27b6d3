/** A judge on a real socket of this machine: an endpoint of chat completions whose answers and failures a test decides. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it came in. */
export interface Received {
  authorization: string | undefined;
  body: {
    model: string;
    temperature: number;
    max_tokens: number;
    messages: {
      role: string;
      content: string | { type: string; text?: string; image_url?: { url: string } }[];
    }[];
  };
  /** The text of the last message. */
  text: string;
}

/** What the judge does with a request: an answer in words, or something that goes wrong. */
export type Reply =
  | string
  | { status: number; body?: string; headers?: Record<string, string> }
  | { raw: string }
  | 'cut off'
  | 'silent';

export class LoopbackJudge {
  readonly received: Received[] = [];
  readonly #server: Server;
  #reply: (received: Received, count: number) => Reply;

  private constructor(reply: (received: Received, count: number) => Reply) {
    this.#reply = reply;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(reply: (received: Received, count: number) => Reply): Promise<LoopbackJudge> {
    const judge = new LoopbackJudge(reply);
    await new Promise<void>((resolve) => judge.#server.listen(0, '127.0.0.1', resolve));
    return judge;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  /** Answers otherwise from now on. */
  become(reply: (received: Received, count: number) => Reply): void {
    this.#reply = reply;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const body = JSON.parse(Buffer.concat(parts).toString('utf8'));
    const content = body.messages.at(-1).content;
    const text = content.find(({ type }: { type: string }) => type === 'text').text;
    const received = { authorization: request.headers.authorization, body, text };
    this.received.push(received);
    const reply = this.#reply(received, this.received.length);
    if (reply === 'silent') return;
    if (reply === 'cut off') {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('{"choices"');
      response.socket!.destroy();
    } else if (typeof reply === 'object' && 'status' in reply)
      response.writeHead(reply.status, reply.headers).end(reply.body ?? '');
    else if (typeof reply === 'object') response.end(reply.raw);
    else
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ choices: [{ message: { role: 'assistant', content: reply } }] }));
  }
}
