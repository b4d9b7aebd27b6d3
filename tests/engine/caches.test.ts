/** The caches of the engine by default. */
import { expect, test } from 'vitest';
import { EngineCaches } from '../../engine/cache/caches.ts';
import { machineBytes } from '../../engine/model/fit.ts';
import { Tally } from '../../engine/request/tally.ts';
import { tensor } from '../../kernels/index.ts';

/** Keys and values of a reference of 512 px a side of the published model: 960 MiB, of which no page is ever touched. */
const publishedReference = () =>
  Object.fromEntries(
    Array.from({ length: 60 }, (_, i) => [`reference.${i}`, tensor('float32', [32, 1024, 128])]),
  );

test('a reference of the published model, where the machine has the memory for one', async ({ skip }) => {
  if (machineBytes() < 16 * 2 ** 30) skip('this machine has less than 16 GiB of memory');
  const { references } = new EngineCaches({ digest: '', numerics: '' });
  const tally = new Tally();
  const lease = async () => {
    const leased = await references.keysValues('', 'a', tally, async () => publishedReference());
    leased.release();
    return tally.takeUses();
  };
  await lease();
  expect(await lease()).toContainEqual(
    expect.objectContaining({ hit: true, count: 1, sizeBytes: 960 * 2 ** 20 }),
  );
  references.checkIntegrity();
});
