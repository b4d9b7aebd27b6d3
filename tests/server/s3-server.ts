/**
 * A small server that speaks as much of S3 as a backup needs (put, get, list in pages, delete, uploads in parts), over real sockets,
 * with signatures checked by a second implementation. Source: AWS Signature Version 4, "Create a signed AWS API request".
 */
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export const KEYS = { accessKeyId: 'an-id', secretAccessKey: 'a-secret', region: 'here' };
/** Names on one page of a listing. */
const PAGE = 3;

export interface S3Server {
  url: string;
  objects: Map<string, Buffer>;
  /** Methods and paths of requests, in order. */
  asked: string[];
}

/** Serves one bucket until the test ends. */
export async function serveS3(): Promise<S3Server> {
  const objects = new Map<string, Buffer>();
  const asked: string[] = [];
  const parts = new Map<string, Map<number, Buffer>>();
  const http = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
    const url = new URL(request.url!, 'http://here');
    asked.push(`${request.method} ${url.pathname}`);
    if (!isSigned(request, url))
      return answer(response, 403, '<Error><Code>SignatureDoesNotMatch</Code></Error>');
    const key = decodeURIComponent(url.pathname.split('/').slice(2).join('/'));
    const { searchParams: query } = url;
    const upload = query.get('uploadId');
    if (request.method === 'GET' && query.has('list-type')) return list(response, objects, query);
    if (request.method === 'POST' && query.has('uploads')) {
      parts.set(key, new Map());
      return answer(
        response,
        200,
        `<InitiateMultipartUploadResult><Bucket>bucket</Bucket><Key>${key}</Key><UploadId>${parts.size}</UploadId></InitiateMultipartUploadResult>`,
      );
    }
    if (request.method === 'PUT' && upload) {
      parts.get(key)!.set(Number(query.get('partNumber')), body);
      response.setHeader('ETag', `"${hash(body)}"`);
      return answer(response, 200, '');
    }
    if (request.method === 'POST' && upload) {
      const joined = [...parts.get(key)!].sort(([one], [other]) => one - other).map(([, part]) => part);
      objects.set(key, Buffer.concat(joined));
      return answer(
        response,
        200,
        `<CompleteMultipartUploadResult><Location>x</Location><Bucket>bucket</Bucket><Key>${key}</Key><ETag>"x"</ETag></CompleteMultipartUploadResult>`,
      );
    }
    if (request.method === 'PUT') {
      objects.set(key, body);
      response.setHeader('ETag', `"${hash(body)}"`);
      return answer(response, 200, '');
    }
    if (request.method === 'DELETE') {
      objects.delete(key);
      return answer(response, 204, '');
    }
    const found = objects.get(key);
    if (!found) return answer(response, 404, '<Error><Code>NoSuchKey</Code></Error>');
    response.setHeader('Content-Length', found.length);
    response.end(request.method === 'HEAD' ? undefined : found);
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => void http.close());
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/bucket`, objects, asked };
}

function list(response: ServerResponse, objects: Map<string, Buffer>, query: URLSearchParams): void {
  const prefix = query.get('prefix') ?? '';
  const from = query.get('continuation-token') ?? '';
  const names = [...objects.keys()].filter((name) => name.startsWith(prefix) && name > from).sort();
  const page = names.slice(0, PAGE);
  const more = names.length > PAGE;
  const contents = page.map(
    (name) =>
      `<Contents><Key>${name}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>"x"</ETag><Size>${objects.get(name)!.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
  );
  answer(
    response,
    200,
    `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>bucket</Name><Prefix>${prefix}</Prefix><KeyCount>${page.length}</KeyCount><MaxKeys>${PAGE}</MaxKeys><IsTruncated>${more}</IsTruncated>${more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : ''}${contents.join('')}</ListBucketResult>`,
  );
}

function answer(response: ServerResponse, status: number, xml: string): void {
  response.writeHead(status, { 'Content-Type': 'application/xml' }).end(xml);
}

const hash = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

function isSigned({ method, headers }: IncomingMessage, url: URL): boolean {
  const found =
    /Credential=([^/]+)\/(\d+)\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=(\w+)/.exec(
      headers.authorization ?? '',
    );
  if (!found) return false;
  const [, id, day, region, names, signature] = found as unknown as string[];
  const query = [...url.searchParams]
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
    .join('&');
  const signed = names!.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [
    method,
    url.pathname,
    query,
    signed.join(''),
    names,
    headers['x-amz-content-sha256'],
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hash(canonical)].join('\n');
  const key = [region!, 's3', 'aws4_request'].reduce(hmac, hmac(`AWS4${KEYS.secretAccessKey}`, day!));
  return id === KEYS.accessKeyId && createHmac('sha256', key).update(text).digest('hex') === signature;
}
