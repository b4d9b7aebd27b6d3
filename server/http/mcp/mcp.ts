/**
 * The Model Context Protocol over HTTP: every request stands for itself, so a client may go and come back, to this server or to
 * the next. Knows no tool's work.
 * Source: modelcontextprotocol.io, Streamable HTTP transport without sessions.
 */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { z } from 'zod';
import packageJson from '../../../package.json' with { type: 'json' };
import type { Right } from '../../../studio/people/people.ts';
import type { Runtime } from '../../runtime.ts';
import { readJson } from '../http.ts';
import { DRAWING_TOOLS } from './draw.ts';
import { HISTORY_TOOLS } from './history.ts';
import { MESSAGE_TOOLS } from './message.ts';
import type { Extra } from './tool.ts';

// A picture of 50 MB in base64.
const MAX_BODY_BYTES = 70_000_000;

const ABOUT = `Palimpsest makes and edits pictures. A session is a history of versions (v1, v2, ...): every call adds one, and none is ever lost.
Draw with draw_picture, then change the picture with edit_picture and the session_id that the answer names; each edit starts from the
session's active picture unless you name another. Instructions may mention earlier versions as @v2. Words to draw stand in quotes.
With message you pass on what a user says in their own words, commands and questions included; dry_run shows the plan first.`;

/** Answers one message of a client, who is shown the tools that its rights allow; throws {@link Refusal} `bad_json`, `too_large` for what is none. */
export async function mcpAnswer(
  runtime: Runtime,
  { rights, origin, request }: { rights: readonly Right[]; origin: string; request: Request },
): Promise<Response> {
  const parsedBody = await readJson(request, z.unknown(), MAX_BODY_BYTES);
  const server = new McpServer({ name: 'palimpsest', version: packageJson.version }, { instructions: ABOUT });
  const studio = { ...runtime, origin };
  const tools = [...DRAWING_TOOLS, ...MESSAGE_TOOLS, ...HISTORY_TOOLS].filter(
    ({ annotations }) => annotations.readOnlyHint || rights.includes('draw'),
  );
  for (const { name, call, ...about } of tools)
    server.registerTool(name, about, (asked: object, extra: Extra) => call(studio, asked, extra));
  const { headers, takesStream } = acceptedBy(request);
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: !takesStream });
  await server.connect(transport);
  // A client that leaves is waited for no more; its turn goes on.
  request.signal.addEventListener('abort', () => void server.close());
  const { url, method, signal } = request;
  return transport.handleRequest(new Request(url, { method, headers, signal }), { parsedBody });
}

/**
 * What a client takes. The transport answers only those that name both JSON and a stream, though who names one of them, any type, or
 * none at all can be answered as well: with one piece of JSON, unless a stream is named.
 * Source: RFC 9110, 12.5.1.
 */
function acceptedBy(request: Request): { headers: Headers; takesStream: boolean } {
  const headers = new Headers(request.headers);
  const accepted = headers.get('accept') ?? '*/*';
  const takesStream = accepted.includes('text/event-stream');
  if (takesStream || /\*\/\*|application\/(\*|json)/.test(accepted))
    headers.set('accept', 'application/json, text/event-stream');
  return { headers, takesStream };
}
