/**
 * Runs the contract on the device named by the first argument and sends the numbers to the parent. A process of its own, since a GPU
 * driver takes its environment at the start and may take the process with it.
 */
import type { Device } from '../../kernels/index.ts';
import { contract } from './contract.ts';
import { numbersOf } from './evaluate.ts';

for (const [name, { value, inputs }] of Object.entries(contract)) {
  const result = await numbersOf(value, inputs, process.argv[2] as Device).catch(
    (error: Error) => error.message,
  );
  process.send!({ name, result });
}
process.disconnect();
