/** References of more tokens than are read at once: read in pieces, to the same tokens whatever was known of them. */
import { beforeAll, expect, test } from 'vitest';
import { loadComponents } from '../../engine/pipeline/engine.ts';
import { type EngineComponents, generatePictures, warmReferences } from '../../engine/pipeline/pipeline.ts';
import { RequestContext } from '../../engine/schedule/request-context.ts';
import { tokenizedPrompt } from '../../engine/tokens/prefill.ts';
import { withCaches } from './components.ts';
import { MINI } from './fixtures.ts';
import { gradientPng, picturesOf, requestOf } from './requests.ts';

const CHUNK = 512;
const GRID = { height: 32, width: 32 };
const SIDE_PX = 1024;

let components: EngineComponents;
beforeAll(async () => {
  ({ components } = await loadComponents({ modelDir: MINI, device: 'cpu' }));
});

test('a prompt is cut at its references, and each of them into pieces', () => {
  const semanticIds = new Int32Array(GRID.height * GRID.width);
  const prompt = components.prompts.build('make it night', [GRID, GRID], { widthPx: 256, heightPx: 256 });
  const references = [0, 1].map(() => ({ grid: GRID, semanticIds }));
  const { segmentEnds, referencesEnd, ids } = tokenizedPrompt(
    new RequestContext(components),
    prompt,
    references,
  );
  const [first, second] = [segmentEnds[2]!, segmentEnds[5]!];
  expect(second).toBe(referencesEnd);
  expect(segmentEnds).toEqual([
    ...[CHUNK, 2 * CHUNK, first],
    ...[first + CHUNK, first + 2 * CHUNK, second],
    ids.length,
  ]);
});

test('read ahead or not, a large reference gives the same picture', async () => {
  const references = [await gradientPng(SIDE_PX, SIDE_PX, 3)];
  const request = requestOf({ prompt: 'make it night', references, widthPx: 256, heightPx: 256, steps: 1 });
  const tokensOf = async (fresh: EngineComponents) => {
    const [picture] = picturesOf(await Array.fromAsync(generatePictures(fresh, request)));
    return picture!.priorTokens;
  };
  const cold = await tokensOf(withCaches(components, {}));
  const warm = withCaches(components, {});
  for await (const _ of warmReferences(warm, { references, owner: '' }));
  expect(await tokensOf(warm)).toEqual(cold);
});
