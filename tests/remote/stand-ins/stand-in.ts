/** A server on a real socket that answers, and misbehaves, as another one was seen or is written to do. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';

/** A request as it came, whole. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  authorization: string | undefined;
  /** Of JSON, or of a form but for its files. */
  fields: Record<string, unknown>;
  /** Of a form, in order. */
  files: { name: string; fileName: string; bytes: Buffer }[];
}

export abstract class StandIn {
  /** Requests since the start. */
  readonly asked: Asked[] = [];
  /** Requests whose client left before their answer. */
  left = 0;
  protected readonly server: Server;

  protected constructor() {
    this.server = createServer((request, response) => void this.#take(request, response));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async listen(): Promise<this> {
    await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
    return this;
  }

  close(): Promise<void> {
    return new Promise((closed) => {
      this.server.close(() => closed());
      this.server.closeAllConnections();
    });
  }

  /** Requests for one path, in order. */
  askedFor(path: string): Asked[] {
    return this.asked.filter((each) => each.path === path);
  }

  protected abstract answer(asked: Asked, reply: Reply): Promise<void> | void;

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
    response.on('close', () => {
      if (!response.writableFinished) this.left += 1;
    });
    const { pathname: path, searchParams: query } = new URL(request.url!, 'http://host');
    const { method = 'GET', headers } = request;
    const { authorization } = headers;
    const asked: Asked = { method, path, query, authorization, ...(await contentOf(headers, body)) };
    this.asked.push(asked);
    await this.answer(asked, new Reply(response));
  }
}

export class Reply {
  readonly response: ServerResponse;

  constructor(response: ServerResponse) {
    this.response = response;
  }

  json(body: object, status = 200): void {
    this.response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  text(text: string, status: number): void {
    this.response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
  }

  png(file: Buffer): void {
    this.response.writeHead(200, { 'content-type': 'image/png' }).end(file);
  }

  /** Events one by one; `[DONE]` or another text is sent as it is. */
  events(events: readonly (object | string)[]): void {
    this.response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of events) {
      const type = typeof event === 'object' && 'type' in event ? `event: ${event.type}\n` : '';
      this.response.write(`${type}data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`);
    }
    this.response.end();
  }

  /** Ends the connection without an answer. */
  drop(): void {
    this.response.destroy();
  }
}

async function contentOf(
  { 'content-type': type = '' }: IncomingMessage['headers'],
  body: Buffer,
): Promise<Pick<Asked, 'fields' | 'files'>> {
  if (type.startsWith('application/json')) return { fields: JSON.parse(body.toString('utf8')), files: [] };
  if (!type.startsWith('multipart/form-data')) return { fields: {}, files: [] };
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  const fields: Record<string, unknown> = {};
  const files: Asked['files'] = [];
  for (const [name, value] of form)
    if (typeof value === 'string') fields[name] = value;
    else files.push({ name, fileName: value.name, bytes: Buffer.from(await value.arrayBuffer()) });
  return { fields, files };
}

/** A PNG that all of `seen` decides: the same gives the same pixels, anything else others. */
export function drawn(width: number, height: number, ...seen: unknown[]): Promise<Buffer> {
  const [r, g, b] = createHash('sha256').update(JSON.stringify(seen)).digest();
  return sharp({ create: { width, height, channels: 3, background: { r: r!, g: g!, b: b! } } })
    .png()
    .toBuffer();
}

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Width and height of a file. */
export async function sizeOf(file: Uint8Array): Promise<[width: number, height: number]> {
  const { width, height } = await sharp(file).metadata();
  return [width, height];
}
