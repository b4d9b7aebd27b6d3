/** A stand-in for vLLM-Omni 0.30.0 with GLM-Image, as its source has it. */
import { type Asked, drawn, hashOf, type Reply, StandIn, sizeOf } from './stand-in.ts';

const MODEL = 'zai-org/GLM-Image';

export class VllmOmniStandIn extends StandIn {
  /** Name under which it serves; another one asked for is a mismatch. */
  served = MODEL;
  trouble: 'none' | 'engine error' | 'error in place of a picture' | 'warming' = 'none';

  static start(): Promise<VllmOmniStandIn> {
    return new VllmOmniStandIn().listen();
  }

  protected async answer(asked: Asked, reply: Reply): Promise<void> {
    switch (asked.path) {
      case '/health':
        if (this.trouble === 'warming') return reply.text('', 503);
        return reply.json({ status: 'healthy' });
      case '/version':
        return reply.json({ version: '0.30.0' });
      case '/v1/models':
        return reply.json({ object: 'list', data: [{ id: this.served, object: 'model', owned_by: 'vllm' }] });
      case '/v1/images/generations':
      case '/v1/images/edits':
        return this.#picture(asked, reply);
      default:
        reply.json({ detail: 'Not Found' }, 404);
    }
  }

  async #picture({ path, fields, files }: Asked, reply: Reply): Promise<void> {
    const { model, prompt, size, seed, num_inference_steps: steps, guidance_scale: guidance } = fields;
    const detail = (text: string, status: number) => reply.json({ detail: text }, status);
    if (model !== undefined && model !== this.served)
      return detail(
        `Model mismatch: request specifies '${model}' but server is running '${this.served}'.`,
        400,
      );
    if (this.trouble === 'engine error')
      return reply.json(
        { error: { message: 'stage 1 died', type: 'InternalServerError', code: 500, error_stage_id: 1 } },
        500,
      );
    if (this.trouble === 'error in place of a picture')
      return reply.json({
        error: { message: 'too few tokens from the AR stage', type: 'InternalServerError' },
      });
    const isEdit = path.endsWith('edits');
    const pictures = files.filter(({ name }) => name === 'image' || name === 'image[]');
    if (isEdit && pictures.length === 0) return detail('image or url is required', 422);
    for (const { bytes } of pictures) {
      const sides = await sizeOf(bytes);
      if (sides.some((px) => px % 32 !== 0 || px < 512 || px > 2048))
        return detail('Image edit failed: shapes do not fit', 500);
    }
    const [width, height] = String(size).split('x').map(Number) as [number, number];
    // One picture, however many are asked for; a mask is not looked at.
    const seen = [prompt, seed ?? Math.random(), Number(steps), Number(guidance)];
    const file = await drawn(
      width,
      height,
      ...seen,
      pictures.map(({ bytes }) => hashOf(bytes)),
    );
    const data = [{ b64_json: file.toString('base64'), url: null, revised_prompt: null }];
    reply.json({ created: 1, data, output_format: 'png', size, cot_output: null, metrics: {} });
  }
}
