/** `kill -9` of the engine process at random moments: a request taken up each time ends in the bytes of the undisturbed one. */
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import {
  type EngineClient,
  type EngineEvent,
  type GenerationRequest,
  startEngine,
} from '../../engine/index.ts';
import { fractionAt } from '../seed.ts';
import { needsFixtures, noFixtures, TINY } from './fixtures.ts';
import { gradientPng, type PictureEvent, picturesOf, requestOf } from './requests.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 60_000 });
beforeEach(needsFixtures);

/** Each kill costs a start of the engine: `PALIMPSEST_KILLS=50` for the long proof. */
const KILLS = Number(process.env.PALIMPSEST_KILLS ?? 10);
const COUNT = 2;

let client: EngineClient;
beforeAll(async () => {
  if (!noFixtures)
    client = await startEngine({ modelDir: TINY, device: 'cpu', checkpointMs: 0, restartDelayMs: 1 });
});
afterAll(() => client?.close());

const stepsIn = (events: readonly EngineEvent[]): number =>
  events.filter((event) => event.type === 'stage' && event.stage === 'denoise').length;

test(`${KILLS} kills: one output, the same bytes, at most one unit lost for each`, async () => {
  const references = [await gradientPng(128, 128, 1), await gradientPng(64, 128, 2)];
  const requests: GenerationRequest[] = [
    requestOf({ widthPx: 128, heightPx: 128, references, steps: 12, count: COUNT, layout: 'separate' }),
    requestOf({ steps: 12, count: COUNT }),
  ];
  let kills = 0;
  let run = 0;
  for (let round = 0; kills < KILLS; round++) {
    const request = requests[round % requests.length]!;
    const from = performance.now();
    const whole = await Array.fromAsync(client.generate(request));
    const wholeMs = performance.now() - from;
    const pictures: PictureEvent[] = [];
    let resume: Uint8Array | undefined;
    let [steps, killed] = [0, 0];
    while (pictures.length < COUNT) {
      const only = [...new Array(COUNT).keys()].filter(
        (i) => !pictures.some(({ pictureIndex }) => pictureIndex === i),
      );
      await client.ready();
      const victim = client.processId!;
      const stop = new AbortController();
      const killer = setTimeout(fractionAt(run++) * wholeMs, undefined, { signal: stop.signal }).then(
        () => process.kill(victim, 'SIGKILL'),
        () => false,
      );
      const events: EngineEvent[] = [];
      try {
        for await (const event of client.generate({ ...request, only, resume })) {
          events.push(event);
          if (event.type === 'checkpoint') resume = event.state;
        }
      } catch (error) {
        expect(error).toMatchObject({ code: 'engine_died' });
        killed += 1;
      }
      stop.abort();
      await killer;
      steps += stepsIn(events);
      pictures.push(...picturesOf(events));
    }
    kills += killed;
    expect(pictures).toEqual(picturesOf(whole));
    expect(steps).toBeLessThanOrEqual(stepsIn(whole) + killed);
  }
});
