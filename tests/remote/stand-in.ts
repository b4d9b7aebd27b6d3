/**
 * A stand-in for SGLang-Diffusion that misbehaves as the real one was seen to do (shared notes of 2026-11-28: 0.5.23). What it does next is
 * set by the test; what it was asked is kept.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';

export type Trouble =
  | 'none'
  | 'fails'
  | 'other size'
  | 'jpeg'
  | 'cut'
  | 'silent'
  | 'warming'
  | 'redirects'
  | 'address'
  | 'no picture'
  | 'huge';

export interface StandIn {
  url: string;
  /** How the next requests for pictures go. */
  trouble: Trouble;
  /** Whether edits fail, as with some releases. */
  editsFail: boolean;
  /** The version that it says it has. */
  version: string;
  /** Sides of references that its processor reads as they are; any other ends as 500. */
  reads: { least: number; most: number };
  /** Bodies of the requests for pictures since the start, as they came. */
  asked: { path: string; body: string; authorization: string | undefined }[];
  /** Requests for pictures whose client left before their end. */
  left: number;
  close(): Promise<void>;
}

export async function startStandIn(): Promise<StandIn> {
  const server = createServer((request, response) => void answer(state, request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const state: StandIn = {
    ...{
      url: `http://127.0.0.1:${port}`,
      trouble: 'none',
      editsFail: false,
      version: '0.5.23',
      reads: { least: 512, most: 2048 },
      asked: [],
      left: 0,
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return state;
}

async function answer(state: StandIn, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const json = (body: object, status = 200) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  switch (request.url) {
    case '/health':
      if (state.trouble === 'warming') response.writeHead(503).end();
      else json({ status: 'ok' });
      return;
    case '/v1/models':
      json({
        data: [
          { id: 'glm-image', owned_by: 'sglang', num_gpus: 1, task_type: 'TI2I', dit_precision: 'bf16' },
        ],
      });
      return;
    case '/server_info':
      json({ version: state.version });
      return;
    case '/v1/images/generations':
    case '/v1/images/edits':
      return picture(state, request, response);
    default:
      json({ detail: 'Not Found' }, 404);
  }
}

async function picture(state: StandIn, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString('latin1');
  state.asked.push({ path: request.url!, body, authorization: request.headers.authorization });
  response.on('close', () => {
    if (!response.writableFinished) state.left += 1;
  });
  const isEdit = request.url!.endsWith('edits');
  const isRead = sidesOf(body).every(
    (px) => px >= state.reads.least && px <= state.reads.most && px % 32 === 0,
  );
  const trouble = isEdit && (state.editsFail || !isRead) ? 'fails' : state.trouble;
  const [width, height] = /(\d+)x(\d+)/.exec(body)!.slice(1).map(Number) as [number, number];
  // All that was asked decides the picture; the line between the parts of a form is by chance.
  const [, boundary = '\0'] = /boundary=(\S+)/.exec(request.headers['content-type'] ?? '') ?? [];
  const [r, g, b] = createHash('sha256').update(body.replaceAll(boundary, '')).digest();
  const json = (text: string) => response.writeHead(200, { 'content-type': 'application/json' }).end(text);
  const of = (file: Buffer) =>
    JSON.stringify({ created: 1, data: [{ b64_json: file.toString('base64'), url: null }] });
  const drawn = (side = width) =>
    sharp({
      create: {
        width: side,
        height,
        channels: 3,
        background: { r: r!, g: g!, b: b! },
      },
    });
  switch (trouble) {
    case 'fails':
      response.writeHead(500, { 'content-type': 'text/plain' }).end('Internal Server Error');
      return;
    case 'other size':
      json(
        of(
          await drawn(width + 32)
            .png()
            .toBuffer(),
        ),
      );
      return;
    case 'jpeg':
      json(of(await drawn().jpeg().toBuffer()));
      return;
    case 'cut': {
      const whole = of(await drawn().png().toBuffer());
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': whole.length });
      response.write(whole.slice(0, 40), () => response.destroy());
      return;
    }
    case 'silent':
      return;
    case 'warming':
      response.writeHead(503).end();
      return;
    case 'redirects':
      response.writeHead(302, { location: 'http://127.0.0.1:1/elsewhere' }).end();
      return;
    case 'address':
      json(JSON.stringify({ data: [{ b64_json: null, url: 'http://169.254.169.254/latest/meta-data' }] }));
      return;
    case 'no picture':
      json(JSON.stringify({ data: [{ b64_json: Buffer.from('<html>').toString('base64') }] }));
      return;
    case 'huge':
      response.writeHead(200, { 'content-type': 'application/json' });
      for (let sent = 0; sent < 70 && !response.destroyed; sent += 1)
        response.write(Buffer.alloc(1024 * 1024, 32));
      response.end();
      return;
    case 'none':
      json(of(await drawn().png().toBuffer()));
  }
}

/** Sides in pixels of all pictures in a form, in order. */
export const sidesOf = (body: string): number[] =>
  [...body.matchAll(/IHDR(.{8})/gs)].flatMap(([, sides]) => {
    const bytes = Buffer.from(sides!, 'latin1');
    return [bytes.readUInt32BE(0), bytes.readUInt32BE(4)];
  });
