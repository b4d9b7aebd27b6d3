/** The type of a tool for agents, and the forms of its answers. Knows no tool. */
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type {
  CallToolResult,
  ServerNotification,
  ServerRequest,
  ToolAnnotations,
} from '@modelcontextprotocol/sdk/types.js';
import sharp from 'sharp';
import { z } from 'zod';
import type { PictureView } from '../../../studio/protocol.ts';
import { Refusal } from '../../../studio/refusal.ts';
import type { Runtime } from '../../runtime.ts';
import { type CallerNames, renamed } from '../caller-names.ts';
import { errorAnswer } from '../edge.ts';

/** The server's parts, and the address at which the client finds it. */
export interface Studio extends Runtime {
  origin: string;
}

export type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

export interface Tool {
  name: string;
  title: string;
  description: string;
  annotations: ToolAnnotations;
  inputSchema: z.ZodObject;
  /** Its answer; an error becomes one that says what to change. */
  call(studio: Studio, asked: unknown, extra: Extra): Promise<CallToolResult>;
}

/** A tool whose `work` gets its input in the form of the schema. */
export function tool<Schema extends z.ZodObject>(
  about: Omit<Tool, 'call'> & { inputSchema: Schema },
  work: (studio: Studio, asked: z.output<Schema>, extra: Extra) => CallToolResult | Promise<CallToolResult>,
): Tool {
  const call: Tool['call'] = async (studio, asked, extra) => {
    try {
      return await work(studio, asked as z.output<Schema>, extra);
    } catch (error) {
      return refused(studio, error);
    }
  };
  return { ...about, call };
}

/** Reads only. */
export const READS: ToolAnnotations = { readOnlyHint: true, openWorldHint: false };
/** Adds something; what is there stays as it is. */
export const ADDS: ToolAnnotations = { readOnlyHint: false, destructiveHint: false, openWorldHint: false };

export const sessionId = z.string().describe('A session_id of an earlier answer');
export const pictureId = z.string().describe('A picture_id of an earlier answer');

/** An answer for programs, with the same as text for those that read nothing else. */
export function answer(facts: Record<string, unknown>): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(facts) }], structuredContent: facts };
}

// An agent's context is dear: what it looks at is small, the original is a link.
const SHOWN_PX = 768;

/** An answer with pictures: a small form of each to look at, and a link to the file with its receipt. */
export async function answerWith(
  studio: Studio,
  facts: Record<string, unknown>,
  pictures: readonly PictureView[],
): Promise<CallToolResult> {
  const shown = await Promise.all(pictures.map((picture) => contentOf(studio, picture)));
  const { content, ...rest } = answer(facts);
  return { ...rest, content: [...content, ...shown.flat()] };
}

async function contentOf({ blobs, origin }: Studio, { id, hash, version, widthPx, heightPx }: PictureView) {
  const small = await sharp(await blobs.read(hash))
    .resize(SHOWN_PX, SHOWN_PX, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 90 })
    .toBuffer();
  const name = `v${version}.png`;
  return [
    { type: 'image' as const, data: small.toString('base64'), mimeType: 'image/webp' },
    {
      type: 'resource_link' as const,
      uri: `${origin}/pictures/${id}.png`,
      name,
      mimeType: 'image/png',
      description: `The original, ${widthPx} x ${heightPx} px`,
    },
  ];
}

/** Fields by which answers name a picture. */
export const pictureFacts = ({ id, version, widthPx, heightPx }: PictureView) => ({
  picture_id: id,
  version: `v${version}`,
  width_px: widthPx,
  height_px: heightPx,
});

/** Our fields as the tools call them. */
const NAMES: CallerNames = {
  'options.widthPx': 'width_px',
  'options.heightPx': 'height_px',
  'options.count': 'count',
  'options.quality': 'draft',
  'options.seed': 'seed',
  'options.steps': 'steps',
  'options.guidanceScale': 'guidance_scale',
  renderTexts: 'words',
  inputs: 'pictures',
  file: 'data',
};

function refused({ log }: Studio, error: unknown): CallToolResult {
  const { status: _, ...rest } = errorAnswer(error instanceof Refusal ? renamed(error, NAMES) : error);
  if (rest.code === 'internal') log.error({ err: error }, 'a tool failed');
  return { ...answer({ error: rest }), isError: true };
}
