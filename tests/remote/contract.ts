/** What every engine does, wherever it draws: the suite runs over whatever `start` gives, and asks for what that says it can. */
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, type EngineEvent, type GenerationRequest, TOKEN_PX } from '../../engine/index.ts';
import { gradientPng, requestOf } from '../engine/requests.ts';

type Picture = Extract<EngineEvent, { type: 'picture' }>;

export interface UnderTest {
  engine: Engine;
  /** Side of the smallest square that it draws, a multiple of 64. Default: 64. */
  sidePx?: number;
  end(): Promise<void>;
}

/** Runs the suite. */
export function contract(name: string, start: () => Promise<UnderTest>): void {
  describe(name, () => {
    let part: UnderTest;
    let sidePx: number;
    beforeAll(async () => {
      part = await start();
      sidePx = part.sidePx ?? 64;
    });
    afterAll(() => part?.end());

    /** A request that the engine can honour: what it decides itself has its one value. */
    const ask = (changes: Partial<GenerationRequest> = {}): GenerationRequest => {
      const { can, defaultSteps, defaultGuidanceScale } = part.engine.info;
      return requestOf({
        ...{ widthPx: sidePx, heightPx: sidePx, layout: 'separate' },
        ...(!can.steps && { steps: defaultSteps }),
        ...(!can.guidance && { guidanceScale: defaultGuidanceScale }),
        ...changes,
      });
    };
    const run = (changes: Partial<GenerationRequest> = {}, signal?: AbortSignal) =>
      Array.fromAsync(part.engine.generate(ask(changes), { signal }));
    /** In the order of their indices: servers give them as they are done. */
    const draw = async (changes: Partial<GenerationRequest> = {}) =>
      (await run(changes))
        .filter((event): event is Picture => event.type === 'picture')
        .sort((one, other) => one.pictureIndex - other.pictureIndex);
    const referencePng = (shade: number) => gradientPng(sidePx, sidePx, shade);
    const isRefused = (changes: Partial<GenerationRequest>, field: string) =>
      expect(draw(changes)).rejects.toMatchObject({ code: 'unsupported', field });

    test('says what it is and what it can do', () => {
      const { name, digest, numerics, can } = part.engine.info;
      expect([name, numerics].every((text) => text.length > 0)).toBe(true);
      expect(digest).toMatch(/^[0-9a-f]{64}$/);
      expect(Object.keys(can).sort()).toEqual(
        [
          ...['abort', 'edits', 'guidance', 'masks', 'previews', 'references', 'resume'],
          ...['sameLayout', 'seeds', 'steps', 'warm'],
        ].sort(),
      );
      expect(part.engine.warm !== undefined).toBe(can.warm);
    });

    test('draws the size that is asked for, and says when it is done', async () => {
      const size = { width: sidePx * 1.5, height: sidePx };
      const events = await run({ widthPx: size.width });
      const [picture] = events.filter((event) => event.type === 'picture');
      expect(picture).toMatchObject({ pictureIndex: 0, widthPx: size.width, heightPx: size.height });
      expect(await sharp(picture!.png).metadata()).toMatchObject({ format: 'png', ...size });
      expect(events.at(-1)!.type).toBe('done');
      expect(events.some((event) => event.type === 'preview')).toBe(part.engine.info.can.previews);
    });

    test('the same request gives the same bytes; another seed, step and guidance give others', async () => {
      const { seeds, steps, guidance } = part.engine.info.can;
      const [first] = await draw();
      const [again] = await draw();
      if (seeds) expect(Buffer.compare(first!.png, again!.png)).toBe(0);
      for (const change of [seeds && { seed: 8 }, steps && { steps: 3 }, guidance && { guidanceScale: 3 }]) {
        if (!change) continue;
        const [other] = await draw(change);
        expect([change, Buffer.compare(first!.png, other!.png) === 0]).toEqual([change, false]);
      }
    });

    test('picture i made alone is picture i of several', async () => {
      const all = await draw({ count: 3 });
      expect(all.map(({ pictureIndex }) => pictureIndex)).toEqual([0, 1, 2]);
      const [last] = await draw({ count: 3, only: [2] });
      expect(last!.pictureIndex).toBe(2);
      if (!part.engine.info.can.seeds) return;
      expect(Buffer.compare(all[2]!.png, last!.png)).toBe(0);
      const [one] = await draw();
      expect(Buffer.compare(all[0]!.png, one!.png)).toBe(0);
      expect(Buffer.compare(all[0]!.png, all[1]!.png)).not.toBe(0);
    });

    test('steps and guidance are followed, or refused by name', async () => {
      const { can, defaultSteps, defaultGuidanceScale, maxSteps, maxGuidanceScale } = part.engine.info;
      if (!can.steps && defaultSteps < maxSteps) await isRefused({ steps: defaultSteps + 1 }, 'steps');
      if (!can.guidance && defaultGuidanceScale < maxGuidanceScale)
        await isRefused({ guidanceScale: maxGuidanceScale }, 'guidanceScale');
    });

    test('an edit depends on its references and their order; an engine without says so', async () => {
      const { edits, references } = part.engine.info.can;
      const [a, b] = [await referencePng(1), await referencePng(2)];
      if (!edits) return isRefused({ references: [a] }, 'references');
      const [plain] = await draw();
      const [onlyA] = await draw({ references: [a] });
      const [onlyB] = await draw({ references: [b] });
      expect(Buffer.compare(plain!.png, onlyA!.png)).not.toBe(0);
      expect(Buffer.compare(onlyA!.png, onlyB!.png)).not.toBe(0);
      if (references < 2) return;
      const [ab] = await draw({ references: [a, b] });
      const [ba] = await draw({ references: [b, a] });
      expect(Buffer.compare(onlyA!.png, ab!.png)).not.toBe(0);
      expect(Buffer.compare(ab!.png, ba!.png)).not.toBe(0);
    });

    test('outside of a mask nothing changes; an engine without masks says so', async () => {
      const target = await referencePng(1);
      const half = { width: sidePx / 2, height: sidePx, channels: 3 as const };
      const mask = await sharp({ create: { ...half, width: sidePx, background: '#000' } })
        .composite([{ input: { create: { ...half, background: '#fff' } }, left: half.width, top: 0 }])
        .png()
        .toBuffer();
      const { edits, masks } = part.engine.info.can;
      if (!masks) return isRefused({ references: edits ? [target] : [], mask }, 'mask');
      const [picture] = await draw({ references: [target], mask });
      const side = async (png: Uint8Array, left: number) =>
        sharp(png)
          .removeAlpha()
          .extract({ left, top: 0, width: half.width, height: half.height })
          .raw()
          .toBuffer();
      const differs = async (left: number) =>
        Buffer.compare(await side(target, left), await side(picture!.png, left)) !== 0;
      expect([await differs(0), await differs(half.width)]).toEqual([false, true]);
    });

    test.each([
      ['an empty prompt', { prompt: ' ' }, 'prompt'],
      ['a side that is no multiple', { widthPx: 1025 }, 'widthPx'],
      ['no step', { steps: 0 }, 'steps'],
      ['a picture that is none of them', { only: [1] }, 'only'],
    ])('%s is refused by name', async (_, changes, field) => {
      await expect(draw(changes)).rejects.toMatchObject({ code: 'bad_request', field });
    });

    test('more pictures than it takes are refused by name', async () => {
      const references = Array.from({ length: 40 }, () => new Uint8Array());
      const code = part.engine.info.can.edits ? 'bad_request' : 'unsupported';
      await expect(draw({ references })).rejects.toMatchObject({ code, field: 'references' });
    });

    test('tokens of a picture are taken, or refused by name', async () => {
      const priorTokens = new Uint16Array((sidePx / TOKEN_PX) ** 2).fill(1);
      if (!part.engine.info.can.sameLayout) return isRefused({ priorTokens }, 'priorTokens');
      expect(await draw({ priorTokens })).toHaveLength(1);
    });

    test('stops when it is told to: the pictures before it are there, those after it are not begun', async () => {
      const stop = new AbortController();
      const seen: number[] = [];
      const running = (async () => {
        for await (const event of part.engine.generate(ask({ count: 4 }), stop))
          if (event.type === 'picture') {
            seen.push(event.pictureIndex);
            stop.abort();
          }
      })();
      await expect(running).rejects.toMatchObject({ code: 'cancelled' });
      expect(seen.length).toBeGreaterThan(0);
      expect(seen.length).toBeLessThan(4);
      expect(await draw()).toHaveLength(1);
    });

    test('a request that is stopped before it begins draws nothing', async () => {
      await expect(run({}, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    });
  });
}
