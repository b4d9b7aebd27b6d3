/**
 * The colours of latents without the VAE: each cell of the latents stands for 8 x 8 px, and its mean colour is nearly a linear
 * function of its channels. The function is fitted once for a checkpoint, to a chart of flat colours and what the encoder
 * makes of it. Previews are made with it: sharper than a VAE decode of averaged latents, and a hundredth of its work.
 */
import type { ModelRunner } from '../model/model-runner.ts';
import { LATENT_PX, TOKEN_PX } from '../request/sizes.ts';
import { type Pixels, pixelsOf, vaePixels } from './pixels.ts';

/** The chart: every colour of a few levels of red, green and blue, as squares of whole tokens. */
const LEVELS = 4;
const CHART_SQUARES = 8;
/** Half of the highest 8-bit level: takes a colour from [0, 2] to [0, 255]. */
const HALF_LEVEL = 127.5;
/** Weight of the ridge, which keeps channels that colours do not depend on out of the function. */
const RIDGE = 1;

export class LatentColours {
  /** One row for each latent channel, the constant last: red, green, blue, each in [-1, 1]. */
  readonly rows: readonly (readonly number[])[];

  constructor(rows: readonly (readonly number[])[]) {
    this.rows = rows;
  }

  /** Fits the function of a checkpoint: one run of its encoder. */
  static async fit(runner: ModelRunner): Promise<LatentColours> {
    const grid = { height: CHART_SQUARES, width: CHART_SQUARES };
    const latents = await runner.vaeEncode(vaePixels(chart(), grid), grid);
    const side = (CHART_SQUARES * TOKEN_PX) / LATENT_PX;
    const area = side * side;
    const samples = Array.from({ length: area }, (_, i) => {
      const square = squareAt((i % side) * LATENT_PX, Math.floor(i / side) * LATENT_PX);
      return { inputs: [...channelsAt(latents, area, i), 1], outputs: colourOf(square) };
    });
    return new LatentColours(leastSquares(samples));
  }

  /** Pixels of an eighth of the picture's sides. Shapes: latents [channels, height, width]. */
  pixels(latents: Float32Array, width: number): Pixels {
    const constant = this.rows.length - 1;
    const area = latents.length / constant;
    const planes = new Float32Array(3 * area);
    for (let colour = 0; colour < 3; colour++)
      for (let i = 0; i < area; i++) {
        let level = this.rows[constant]![colour]!;
        for (let channel = 0; channel < constant; channel++)
          level += this.rows[channel]![colour]! * latents[channel * area + i]!;
        planes[colour * area + i] = level;
      }
    return pixelsOf(planes, width, area / width);
  }
}

const squareAt = (x: number, y: number): number =>
  Math.floor(y / TOKEN_PX) * CHART_SQUARES + Math.floor(x / TOKEN_PX);

/** Red, green and blue of a square, each in [-1, 1]. */
function colourOf(square: number): number[] {
  return [0, 1, 2].map((place) => {
    const level = Math.floor(square / LEVELS ** place) % LEVELS;
    return (2 * level) / (LEVELS - 1) - 1;
  });
}

function chart(): Pixels {
  const side = CHART_SQUARES * TOKEN_PX;
  const data = new Uint8Array(3 * side * side);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      data.set(
        colourOf(squareAt(x, y)).map((level) => Math.round((level + 1) * HALF_LEVEL)),
        3 * (y * side + x),
      );
  return { width: side, height: side, data };
}

const channelsAt = (latents: Float32Array, area: number, i: number): number[] =>
  Array.from({ length: latents.length / area }, (_, channel) => latents[channel * area + i]!);

interface Sample {
  inputs: readonly number[];
  outputs: readonly number[];
}

/** The matrix that takes inputs to outputs with the least squares of errors and of itself. [inputs, outputs] */
function leastSquares(samples: readonly Sample[]): number[][] {
  const [{ inputs, outputs }] = samples as [Sample, ...Sample[]];
  const places = [...inputs.keys()];
  const sumOver = (product: (sample: Sample) => number) =>
    samples.reduce((total, sample) => total + product(sample), 0);
  const equations = places.map((row) => [
    ...places.map(
      (column) => sumOver((s) => s.inputs[row]! * s.inputs[column]!) + (row === column ? RIDGE : 0),
    ),
    ...outputs.map((_, output) => sumOver((s) => s.inputs[row]! * s.outputs[output]!)),
  ]);
  // Positive definite by the ridge, so that no pivot is zero.
  for (const pivot of places) {
    const row = equations[pivot]!.map((value) => value / equations[pivot]![pivot]!);
    equations[pivot] = row;
    for (const other of places)
      if (other !== pivot) {
        const factor = equations[other]![pivot]!;
        equations[other] = equations[other]!.map((value, i) => value - factor * row[i]!);
      }
  }
  return equations.map((row) => row.slice(places.length));
}
