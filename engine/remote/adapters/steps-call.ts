/**
 * One call of the images API at a server that also takes the number of steps, the guidance and a seed, as SGLang-Diffusion and
 * vLLM-Omni do; they differ in what a reference is called.
 */
import { formOf, type PictureRequest, pictureOf, type Wait } from '../adapter.ts';
import type { Endpoint } from '../http.ts';

export interface StepsCall {
  model: string;
  /** Fields that go with every picture, such as a user names them; ours come after them. */
  more: Readonly<Record<string, unknown>> | undefined;
  /** Name of a reference in the form of an edit. */
  referenceField: string;
}

/** Draws one picture. Throws as {@link Endpoint.json}. */
export async function drawInSteps(
  endpoint: Endpoint,
  request: PictureRequest,
  { model, more, referenceField }: StepsCall,
  wait: Wait,
): Promise<Uint8Array> {
  const { prompt, references, widthPx, heightPx, seed, steps, guidanceScale } = request;
  // Without a seed they take 42 or a random one; without a form of answer an address, and a JPEG.
  const fields = {
    ...more,
    ...{ model, prompt, size: `${widthPx}x${heightPx}`, n: 1, seed },
    ...{ num_inference_steps: steps, guidance_scale: guidanceScale },
    ...{ response_format: 'b64_json', output_format: 'png' },
  };
  const isEdit = references.length > 0;
  const path = isEdit ? '/v1/images/edits' : '/v1/images/generations';
  const body = isEdit ? formOf(fields, { [referenceField]: references }) : fields;
  return pictureOf(endpoint, await endpoint.json(path, { method: 'POST', body, ...wait }), wait);
}
