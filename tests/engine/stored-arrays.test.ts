/** Tokens and latents of a picture as they are stored: read back from any bytes they lie in, refused where they are others. */
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import {
  decodeLatents,
  decodePriorTokens,
  encodeLatents,
  encodePriorTokens,
  loadEngine,
} from '../../engine/index.ts';
import { needsFixtures, TINY } from './fixtures.ts';
import { generate, requestOf } from './requests.ts';

const tokens = Uint16Array.from({ length: 64 }, (_, i) => i * 257);
const latents = Float32Array.from({ length: 96 }, (_, i) => i / 7 - 3);

/** The same bytes where a caller may hold them: alone, as Node's Buffer, and inside of a larger buffer at an odd offset. */
function placesOf(file: Uint8Array): Uint8Array[] {
  const inside = Buffer.alloc(file.length + 64, 0xee);
  inside.set(file, 13);
  return [new Uint8Array(file), Buffer.from(file), inside.subarray(13, 13 + file.length)];
}

test('come back from any bytes that hold them', () => {
  for (const file of placesOf(encodePriorTokens(tokens, [8, 8])))
    expect(decodePriorTokens(file)).toEqual(tokens);
  for (const file of placesOf(encodeLatents(latents, [1, 6, 4, 4])))
    expect(decodeLatents(file)).toEqual(latents);
});

test('are refused where the file is cut, is no such file, or holds something else', () => {
  const file = encodePriorTokens(tokens, [8, 8]);
  const others = [
    file.subarray(0, file.length - 2),
    file.subarray(0, 4),
    Buffer.from('not a file at all'),
    encodeLatents(latents, [96]),
  ];
  for (const other of others)
    expect(() => decodePriorTokens(other)).toThrow(
      expect.objectContaining({ code: 'bad_image', field: 'references' }),
    );
});

test('do not fit another shape', () => {
  expect(() => encodePriorTokens(tokens, [8, 7])).toThrow(TypeError);
});

beforeEach(needsFixtures);

test('a picture with tokens or latents of another is refused, one of a size that is resized is read from its pixels and says so', async () => {
  const engine = await loadEngine({ modelDir: TINY, device: 'cpu' });
  onTestFinished(() => engine.close());
  const [picture] = await generate(engine, requestOf());
  const made = { file: picture!.png, priorTokens: picture!.priorTokens, latents: picture!.latents };
  const wrong = [
    { ...made, priorTokens: new Uint16Array(made.priorTokens.length + 1) },
    { ...made, latents: made.latents.subarray(1) },
  ];
  for (const each of wrong)
    await expect(generate(engine, requestOf({ references: [each] }))).rejects.toMatchObject({
      code: 'bad_image',
    });

  const resizedOf = async (sidePx: number) => {
    const [small] = await generate(engine, requestOf({ widthPx: sidePx, heightPx: sidePx }));
    const references = [{ file: small!.png, priorTokens: small!.priorTokens, latents: small!.latents }];
    const events = await Array.fromAsync(engine.generate(requestOf({ references })));
    return events.flatMap((event) => (event.type === 'resized' ? event.references : []));
  };
  expect(await resizedOf(64)).toEqual([]);
  expect(await resizedOf(32)).toEqual([0]);
});
