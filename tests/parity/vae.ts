/** Parity of the VAE: moments, mode, normalised latents, every stage, decoded pictures. */

import { vaeEncodeValues } from '../../engine/model/graphs.ts';
import { vaeDecode, vaeDecodeRaw } from '../../engine/model/models/vae.ts';
import { pixelsOf } from '../../engine/picture/pixels.ts';
import { argument, type Tensors, tensor, type Value } from '../../kernels/index.ts';
import { type Check, samePicture } from './check.ts';
import type { CaseRunner, ParityContext } from './context.ts';

const LATENT = ['height', 'width'] as const;

function latentArgument({ checkpoint }: ParityContext): Value {
  return argument('latents', 'float32', [1, checkpoint.config.vae.latent_channels, ...LATENT]);
}

function encodeSession(context: ParityContext) {
  return context.session('encode', () => {
    const values = vaeEncodeValues(context.checkpoint);
    const stages = Object.fromEntries(values.stages.map((stage, i) => [`down_${i}`, stage]));
    return {
      moments: values.moments,
      latent: values.latent,
      normalised: values.normalized,
      enc_mid: values.mid,
      ...stages,
    };
  });
}

/** Decodes latents that are not normalised. */
function rawDecodeSession(context: ParityContext) {
  return context.session('decodeRaw', () => {
    const values = vaeDecodeRaw(
      context.checkpoint.config.vae,
      context.checkpoint.vae,
      latentArgument(context),
    );
    const stages = Object.fromEntries(values.stages.map((stage, i) => [`up_${i}`, stage]));
    return {
      conv_in: values.convIn,
      mid: values.mid,
      norm_out: values.normOut,
      sample: values.pixels,
      ...stages,
    };
  });
}

function decodeSession(context: ParityContext) {
  const { config, vae } = context.checkpoint;
  return context.session('decode', () => ({
    pixels: vaeDecode(config.vae, vae, latentArgument(context)).pixels,
  }));
}

export const encodeDecode: CaseRunner = async (context, entry) => {
  const tensors = context.goldens.tensors(entry);
  const encoded = await (await encodeSession(context)).run({ pixels: tensors.input('vae_pixels') });
  const { sample } = await (await rawDecodeSession(context)).run({ latents: encoded.latent! });
  const got: Tensors = { ...encoded, decoded: sample! };
  return tensors
    .outputNames()
    .map((name) => context.close(entry, name, got[name]!.data as Float32Array, tensors.output(name)));
};

export const stages: CaseRunner = async (context, entry) => {
  const tensors = context.goldens.tensors(entry);
  const encoded = await (await encodeSession(context)).run({ pixels: tensors.input('pixels') });
  const decoded = await (await rawDecodeSession(context)).run({ latents: tensors.input('latents') });
  const got: Tensors = { ...encoded, ...decoded };
  return tensors
    .outputNames()
    .map((name) => context.close(entry, name, got[name]!.data as Float32Array, tensors.output(name)));
};

export const decodeBatch: CaseRunner = async (context, entry) => {
  const tensors = context.goldens.tensors(entry);
  const { height, width } = entry.params as { height: number; width: number };
  const latents = tensors.input('latents');
  const session = await decodeSession(context);
  const size = latents.data.length / latents.shape[0]!;
  const decoded: number[] = [];
  const levels: number[] = [];
  for (let i = 0; i < latents.shape[0]!; i++) {
    const one = latents.data.slice(i * size, (i + 1) * size) as Float32Array;
    const { pixels } = await session.run({ latents: tensor('float32', [1, ...latents.shape.slice(1)], one) });
    decoded.push(...(pixels!.data as Float32Array));
    levels.push(...pixelsOf(pixels!.data as Float32Array, width, height).data);
  }
  const image = decoded.map((value) => Math.min(1, Math.max(0, value / 2 + 0.5)));
  const checks: Check[] = [
    context.close(entry, 'decoded', decoded, tensors.output('decoded')),
    context.close(entry, 'image', image, tensors.output('image')),
  ];
  return [...checks, samePicture('u8', levels, tensors.output('u8').data)];
};
