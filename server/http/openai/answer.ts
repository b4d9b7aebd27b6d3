/**
 * The answer to a request of OpenAI's images API, out of the events of its job: all pictures at its end, or a stream of
 * partial and finished ones. The job goes on when its client leaves: the same Idempotency-Key asks for it again.
 * Source: openai-openapi, `ImagesResponse`, `ImageGenStreamEvent`, `ImageEditStreamEvent`, 2026-08-21.
 */
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import sharp, { type Sharp } from 'sharp';
import { findPictureById } from '../../../db/pictures.ts';
import { findTurn } from '../../../db/turns.ts';
import type { TokenCounts } from '../../../engine/index.ts';
import type { CacheUse, PictureView, SessionEvent } from '../../../studio/protocol.ts';
import { EXTENSIONS } from '../../../studio/vocabulary.ts';
import { savedBytes } from '../../files/saved-picture.ts';
import { jobEvents } from '../../queue/job-events.ts';
import { picturesOfJob, throwUnlessMade } from '../../queue/job-pictures.ts';
import type { Runtime } from '../../runtime.ts';
import type { TurnAnswer } from '../../turns/store-turn.ts';
import { warningsOf } from '../../views/notes.ts';
import { errorAnswer, localeOf } from '../edge.ts';
import { openAiError } from './error.ts';
import type { ImagesRequest } from './request.ts';

const BEAT_MS = 15_000;
/** A comment of server-sent events, which every client skips. */
const BEAT = ':\n\n';

/** The answer once the job has ended; waits for that, or for `signal`. Throws {@link JobFailed} where it made no pictures. */
export async function imagesResponse(
  parts: Runtime,
  request: ImagesRequest,
  turn: TurnAnswer,
  origin: string,
  signal: AbortSignal,
) {
  const cost = new Cost();
  const pictures = await picturesOfJob(parts.db, turn.job.id, (event) => cost.add(event), signal);
  const data = await Promise.all(
    pictures.map(async (picture) =>
      request.response_format === 'url'
        ? { url: addressOf(request, picture, origin) }
        : { b64_json: await encoded(request, parts, picture) },
    ),
  );
  const { created, ...rest } = facts(request, turn);
  const palimpsest = recipeOf(parts, turn, pictures, cost);
  return { created, data, ...rest, usage: cost.usage, palimpsest };
}

/**
 * Events as they come; an error is the last one. A comment is sent at once and while it waits, or a proxy would close the
 * connection.
 */
export function imagesStream(c: Context, parts: Runtime, request: ImagesRequest, turn: TurnAnswer): Response {
  const response = streamSSE(c, async (stream) => {
    const left = new AbortController();
    const beat = () => stream.write(BEAT);
    const beats = setInterval(beat, BEAT_MS);
    stream.onAbort(() => {
      clearInterval(beats);
      left.abort();
    });
    const send = (event: string, body: object) => stream.writeSSE({ event, data: JSON.stringify(body) });
    try {
      await beat();
      for await (const event of streamEvents(parts, request, turn, left.signal))
        await send(event.type, event);
    } catch (error) {
      const answer = errorAnswer(error, localeOf(c.req.raw.headers));
      if (answer.code === 'internal') parts.log.error({ err: error }, 'a stream failed');
      await send('error', openAiError(answer));
    } finally {
      clearInterval(beats);
    }
  });
  // `no-transform`: a proxy that compresses would hold events back.
  response.headers.set('Cache-Control', 'no-store, no-transform');
  return response;
}

async function* streamEvents(
  parts: Runtime,
  request: ImagesRequest,
  turn: TurnAnswer,
  signal: AbortSignal,
): AsyncGenerator<{ type: string }> {
  const { created, ...rest } = facts(request, turn);
  const common = { created_at: created, ...rest };
  const { widthPx, heightPx } = turn.turn.recipe!;
  const partials = new Map<number, number>();
  const cost = new Cost();
  for await (const event of jobEvents(parts.db, turn.job.id, signal)) {
    cost.add(event);
    throwUnlessMade(event);
    if (event.type === 'preview') {
      const { pictureIndex, dataUrl } = event.payload;
      const sent = partials.get(pictureIndex) ?? 0;
      if (sent === request.partial_images) continue;
      partials.set(pictureIndex, sent + 1);
      const preview = sharp(Buffer.from(dataUrl.slice(dataUrl.indexOf(',') + 1), 'base64'));
      const large = preview.resize(widthPx, heightPx, { kernel: 'cubic' });
      yield {
        type: `${request.kind}.partial_image`,
        ...common,
        ...{ b64_json: await converted(request, large), partial_image_index: sent },
      };
    } else if (event.type === 'picture.saved') {
      const { picture } = event.payload;
      yield {
        type: `${request.kind}.completed`,
        ...common,
        ...{ b64_json: await encoded(request, parts, picture) },
        ...{ usage: cost.usage, palimpsest: recipeOf(parts, turn, [picture], cost) },
      };
    }
  }
}

/** Tokens and cache uses of a job, summed up from its events. */
class Cost {
  cache: CacheUse[] = [];
  #tokens: TokenCounts = { textTokens: 0, imageTokens: 0, cachedTokens: 0, sampledTokens: 0 };

  add(event: SessionEvent): void {
    if (event.type === 'cache') this.cache = event.payload.entries;
    if (event.type === 'tokens') this.#tokens = event.payload;
  }

  /** Tokens in the form of OpenAI's `ImagesUsage`; those of all pictures of the request. */
  get usage() {
    const { textTokens, imageTokens, cachedTokens, sampledTokens } = this.#tokens;
    return {
      input_tokens: textTokens + imageTokens,
      input_tokens_details: {
        text_tokens: textTokens,
        image_tokens: imageTokens,
        cached_tokens: cachedTokens,
      },
      output_tokens: sampledTokens,
      output_tokens_details: { text_tokens: 0, image_tokens: sampledTokens },
      total_tokens: textTokens + imageTokens + sampledTokens,
    };
  }
}

/** Fields that every picture of a request shares. */
function facts({ output_format, quality }: ImagesRequest, { turn }: TurnAnswer) {
  const { widthPx, heightPx } = turn.recipe!;
  return {
    created: Math.floor(turn.createdAt / 1000),
    ...{ background: 'opaque', output_format, size: `${widthPx}x${heightPx}` },
    quality: quality === 'low' ? 'low' : 'high',
    // Our own field: what was asked for and is not understood.
    warnings: warningsOf(turn),
  };
}

/** Our own field of an answer: session and ids of the pictures, their recipe, and the uses of caches. */
function recipeOf({ db }: Runtime, { turn }: TurnAnswer, pictures: PictureView[], { cache }: Cost) {
  const { seed, steps, guidanceScale, modelDigest } = turn.recipe!;
  return {
    session_id: findTurn(db, turn.id)!.sessionId,
    image_ids: pictures.map(({ id }) => id),
    ...{ seed, num_inference_steps: steps, guidance_scale: guidanceScale, model_digest: modelDigest, cache },
  };
}

/** Where the file is, in the format that was asked for. */
function addressOf(
  { output_format: format, output_compression, history }: ImagesRequest,
  { id }: PictureView,
  origin: string,
): string {
  const query = new URLSearchParams({
    ...(format !== 'png' && { quality: String(Math.max(1, output_compression)) }),
    ...(!history && { history: 'none' }),
  });
  return `${origin}/pictures/${id}.${EXTENSIONS[format]}${query.size > 0 ? `?${query}` : ''}`;
}

/** The file with its receipt, in the format that was asked for. */
async function encoded(request: ImagesRequest, parts: Runtime, { id }: PictureView): Promise<string> {
  const { output_format: format, history } = request;
  const quality = Math.max(1, request.output_compression);
  const file = await savedBytes(parts, findPictureById(parts.db, id)!, { format, quality, isBare: !history });
  return Buffer.from(file).toString('base64');
}

async function converted(
  { output_format: format, output_compression: quality }: ImagesRequest,
  picture: Sharp,
): Promise<string> {
  // A PNG with a quality would get a palette.
  const options = format === 'png' ? {} : { quality: Math.max(1, quality) };
  return (await picture.toFormat(format, options).toBuffer()).toString('base64');
}
