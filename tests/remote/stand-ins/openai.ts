/** A stand-in for OpenAI's images API with its models of 2026, and for LocalAI, which speaks it. */
import sharp from 'sharp';
import { type Asked, drawn, hashOf, type Reply, StandIn, sizeOf } from './stand-in.ts';

const KNOWN = [
  ...['model', 'prompt', 'size', 'n', 'quality', 'output_format', 'output_compression', 'background'],
  ...['complexity', 'moderation', 'stream', 'partial_images', 'safety_identifier', 'user'],
];
const KNOWN_OF_EDITS = [...KNOWN, 'input_fidelity'];
const THREE_SIZES = ['1024x1024', '1536x1024', '1024x1536'];

export class OpenAiStandIn extends StandIn {
  trouble: 'none' | 'moderation' | 'error in the stream' | 'ends early' | 'no key' = 'none';

  static start(): Promise<OpenAiStandIn> {
    return new OpenAiStandIn().listen();
  }

  protected async answer(asked: Asked, reply: Reply): Promise<void> {
    if (this.trouble === 'no key')
      return refuse(reply, 401, 'Incorrect API key provided: sk-...', 'invalid_api_key');
    if (asked.path === '/v1/models') {
      const ids = ['gpt-5', 'gpt-image-1.5', 'gpt-image-2', 'gpt-image-2.5-flare'];
      const data = ids.map((id) => ({ id, object: 'model', created: 1, owned_by: 'system' }));
      return reply.json({ object: 'list', data });
    }
    return this.#picture(asked, reply);
  }

  async #picture({ path, fields, files }: Asked, reply: Reply): Promise<void> {
    const isEdit = path.endsWith('edits');
    const model = String(fields.model);
    const unknown = Object.keys(fields).find((name) => !(isEdit ? KNOWN_OF_EDITS : KNOWN).includes(name));
    if (unknown) return refuse(reply, 400, `Unknown parameter: '${unknown}'.`, 'unknown_parameter');
    if (fields.input_fidelity && !model.startsWith('gpt-image-1'))
      return refuse(reply, 400, `The model '${model}' does not support the 'input_fidelity' parameter.`);
    if (model.startsWith('gpt-image-1') && !THREE_SIZES.includes(String(fields.size)))
      return refuse(reply, 400, `Invalid value: '${fields.size}'. Supported values are: ${THREE_SIZES}.`);
    if (this.trouble === 'moderation')
      return refuse(reply, 400, 'Your request was rejected by the safety system.', 'moderation_blocked');
    const [width, height] = String(fields.size).split('x').map(Number) as [number, number];
    if (width % 16 !== 0 || height % 16 !== 0 || Math.max(width / height, height / width) > 3)
      return refuse(reply, 400, `Invalid size '${fields.size}'.`);
    const mask = files.find(({ name }) => name === 'mask');
    if (mask && !(await sharp(mask.bytes).metadata()).hasAlpha)
      return refuse(reply, 400, 'Invalid mask image format - mask image missing alpha channel');
    const pictures = files.filter(({ name }) => name === 'image[]').map(({ bytes }) => hashOf(bytes));
    // It takes no seed, and draws all of the picture anew, whatever the mask says.
    const file = await drawn(width, height, model, fields.prompt, pictures, Math.random());
    return this.#give({ isEdit, isStream: String(fields.stream) === 'true', file }, reply);
  }

  async #give(
    { isEdit, isStream, file }: { isEdit: boolean; isStream: boolean; file: Buffer },
    reply: Reply,
  ): Promise<void> {
    const b64_json = file.toString('base64');
    if (!isStream) return reply.json({ created: 1, data: [{ b64_json }], output_format: 'png' });
    const kind = isEdit ? 'image_edit' : 'image_generation';
    const [width, height] = await sizeOf(file);
    const partial = (await drawn(width, height, 'partial')).toString('base64');
    const partials = [0, 1].map((partial_image_index) => ({
      ...{ type: `${kind}.partial_image`, b64_json: partial, partial_image_index, created_at: 1 },
    }));
    if (this.trouble === 'ends early') return reply.events(partials);
    if (this.trouble === 'error in the stream')
      return reply.events([
        ...partials,
        { type: 'error', error: { message: 'The server had an error.', type: 'server_error' } },
      ]);
    reply.events([...partials, { type: `${kind}.completed`, b64_json, created_at: 1, usage: {} }]);
  }
}

/** LocalAI: it gives an address unless told otherwise, knows no stream, and has no route for edits. */
export class LocalAiStandIn extends StandIn {
  readonly #files = new Map<string, Buffer>();

  static start(): Promise<LocalAiStandIn> {
    return new LocalAiStandIn().listen();
  }

  protected async answer({ path, fields }: Asked, reply: Reply): Promise<void> {
    if (path === '/v1/models')
      return reply.json({ object: 'list', data: [{ id: 'flux.1-dev-ggml', object: 'model' }] });
    if (path.startsWith('/generated-images/')) return reply.png(this.#files.get(path)!);
    if (path !== '/v1/images/generations')
      return reply.json({ error: { code: 404, message: 'Resource not found', type: '' } }, 404);
    const [width, height] = String(fields.size).split('x').map(Number) as [number, number];
    const file = await drawn(width, height, fields.prompt, fields.step, Math.random());
    const address = `/generated-images/b64${this.#files.size}.png`;
    this.#files.set(address, file);
    const data =
      fields.response_format === 'b64_json'
        ? { b64_json: file.toString('base64') }
        : { url: `${this.url}${address}` };
    reply.json({ id: 'i', created: 1, data: [data] });
  }
}

function refuse(reply: Reply, status: number, message: string, code = 'invalid_value'): void {
  reply.json({ error: { message, type: 'invalid_request_error', param: null, code } }, status);
}
