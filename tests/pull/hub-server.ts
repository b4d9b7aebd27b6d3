/** A server that speaks the hub's API over a folder, and that breaks off, stands still, and lies where a test says so. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export const COMMIT = 'c0ffee0000000000000000000000000000000000';

export interface Faults {
  /** Bytes after which the connection of a file is cut, how many times. */
  cut?: { after: number; times: number };
  /** Bytes after which nothing more comes, how many times. */
  stall?: { after: number; times: number };
  /** Files whose first byte is another one than the hash says, how many times. */
  lie?: { path: RegExp; times: number };
  /** Paths that are listed beside those of the folder. */
  extra?: { path: string; size: number }[];
  /** Added to the listed size of every file. */
  moreBytes?: number;
  /** Answered instead of everything. */
  status?: number;
}

export interface HubServer {
  url: string;
  /** Requests for bytes of files: path, and where they began. */
  reads: { path: string; from: number }[];
  close: () => Promise<void>;
}

export async function startHub(name: string, folder: string, faults: Faults = {}): Promise<HubServer> {
  const reads: HubServer['reads'] = [];
  const server = createServer((request, response) => answer(request, response));
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url!, 'http://hub');
    if (faults.status) {
      response.writeHead(faults.status).end('no');
      return;
    }
    const prefix = `/${name}/resolve/${COMMIT}/`;
    if (url.pathname.startsWith(`/api/models/${name}/revision/`))
      json(response, { _id: 'x', id: name, sha: COMMIT, cardData: { license: 'mit' } });
    else if (url.pathname === `/api/models/${name}/tree/${COMMIT}`)
      json(response, paths.map(entryOf).concat(extra()));
    else if (url.pathname.startsWith(prefix)) file(request, response, url.pathname.slice(prefix.length));
    else response.writeHead(404).end();
  }

  const extra = () => (faults.extra ?? []).map((each) => ({ type: 'file', oid: '0', ...each }));

  function entryOf(path: string) {
    const bytes = readFileSync(join(folder, path));
    const size = bytes.length + (faults.moreBytes ?? 0);
    const git = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const isLarge = path.endsWith('.safetensors');
    return {
      type: 'file',
      path,
      size,
      oid: git,
      ...(isLarge && { lfs: { oid: sha256, size, pointerSize: 1 } }),
    };
  }

  function file(request: IncomingMessage, response: ServerResponse, path: string): void {
    const bytes = Buffer.from(readFileSync(join(folder, path)));
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const from = Number(first ?? 0);
    const to = last ? Number(last) + 1 : bytes.length;
    const isProbe = to === 1 && bytes.length > 1;
    if (!isProbe) reads.push({ path, from });
    if (!isProbe && from === 0 && faults.lie?.path.test(path) && faults.lie.times-- > 0) bytes[0]! ^= 1;
    const part = bytes.subarray(from, to);
    response.writeHead(first === undefined ? 200 : 206, {
      etag: '"x"',
      'content-length': part.length,
      ...(first !== undefined && { 'content-range': `bytes ${from}-${to - 1}/${bytes.length}` }),
    });
    const fault = [faults.cut, faults.stall].find(
      (each) => each && each.times > 0 && part.length > each.after,
    );
    if (isProbe || !fault) {
      response.end(part);
      return;
    }
    fault.times -= 1;
    response.write(part.subarray(0, fault.after), () => {
      // Given time to leave, or the bytes would be lost with the connection.
      if (fault === faults.cut) setTimeout(() => response.destroy(), 50);
    });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...{ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, reads },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
