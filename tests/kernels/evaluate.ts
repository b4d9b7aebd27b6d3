/** Builds, compiles, runs and disposes in one call: what most tests of operators do. */
import {
  argument,
  buildGraph,
  compile,
  type Device,
  type Tensor,
  type Tensors,
  type Value,
} from '../../kernels/index.ts';

/** The outputs of a graph on given inputs. */
export async function evaluate(
  outputs: Record<string, Value>,
  inputs: Tensors = {},
  device: Device = 'cpu',
): Promise<Tensors> {
  const session = await compile(buildGraph({ name: 'test', outputs }), { device, threads: 1 });
  try {
    return await session.run(inputs);
  } finally {
    await session.dispose();
  }
}

/** The numbers of one value. */
export async function numbersOf(
  value: Value,
  inputs: Tensors = {},
  device: Device = 'cpu',
): Promise<number[]> {
  const { result } = await evaluate({ result: value }, inputs, device);
  return Array.from(result!.data, Number);
}

/** An argument of a tensor's own type. */
export const argumentLike = (name: string, { dtype, shape }: Tensor): Value => argument(name, dtype, shape);
