/** What every engine does, wherever it draws: the suite runs over whatever `start` gives, and asks for what that says it can. */
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine, EngineEvent, GenerationRequest } from '../../engine/index.ts';
import { gradientPng, requestOf } from '../engine/requests.ts';

type Picture = Extract<EngineEvent, { type: 'picture' }>;

export interface UnderTest {
  engine: Engine;
  end(): Promise<void>;
}

/** Runs the suite. The engine of the contract draws 64 x 64 px. */
export function contract(name: string, start: () => Promise<UnderTest>): void {
  describe(name, () => {
    let part: UnderTest;
    beforeAll(async () => {
      part = await start();
    });
    afterAll(() => part?.end());

    const run = (changes: Partial<GenerationRequest> = {}, signal?: AbortSignal) =>
      Array.fromAsync(part.engine.generate(requestOf({ layout: 'separate', ...changes }), { signal }));
    const draw = async (changes: Partial<GenerationRequest> = {}) =>
      (await run(changes)).filter((event): event is Picture => event.type === 'picture');
    const pixels = (png: Uint8Array) => sharp(png).removeAlpha().raw().toBuffer();

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
      const events = await run({ widthPx: 96 });
      const [picture] = events.filter((event) => event.type === 'picture');
      expect(picture).toMatchObject({ pictureIndex: 0, widthPx: 96, heightPx: 64 });
      expect(await sharp(picture!.png).metadata()).toMatchObject({ format: 'png', width: 96, height: 64 });
      expect(events.at(-1)!.type).toBe('done');
      expect(events.some((event) => event.type === 'preview')).toBe(part.engine.info.can.previews);
    });

    test('the same request gives the same bytes; another seed, step and guidance give others', async () => {
      const [first] = await draw();
      const [again] = await draw();
      expect(Buffer.compare(first!.png, again!.png)).toBe(0);
      const { seeds, steps, guidance } = part.engine.info.can;
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
      expect(Buffer.compare(all[2]!.png, last!.png)).toBe(0);
      const [one] = await draw();
      expect(Buffer.compare(all[0]!.png, one!.png)).toBe(0);
      expect(Buffer.compare(all[0]!.png, all[1]!.png)).not.toBe(0);
    });

    test('an edit depends on its references and their order', async () => {
      const [a, b] = [await gradientPng(64, 64, 1), await gradientPng(64, 64, 2)];
      const [plain] = await draw();
      const [ab] = await draw({ references: [a, b] });
      const [ba] = await draw({ references: [b, a] });
      expect(Buffer.compare(plain!.png, ab!.png)).not.toBe(0);
      expect(Buffer.compare(ab!.png, ba!.png)).not.toBe(0);
    });

    test('outside of a mask nothing changes; an engine without masks says so', async () => {
      const target = await gradientPng(64, 64, 1);
      const right = { create: { width: 32, height: 64, channels: 3 as const, background: '#fff' } };
      const mask = await sharp({ create: { ...right.create, width: 64, background: '#000' } })
        .composite([{ input: right, left: 32, top: 0 }])
        .png()
        .toBuffer();
      if (!part.engine.info.can.masks) {
        await expect(draw({ references: [target], mask })).rejects.toMatchObject({
          code: 'unsupported',
          field: 'mask',
        });
        return;
      }
      const [picture] = await draw({ references: [target], mask });
      const [before, after] = [await pixels(target), await pixels(picture!.png)];
      const differs = (left: number, width: number) =>
        Array.from(
          { length: 64 * width },
          (_, i) => (Math.floor(i / width) * 64 + left + (i % width)) * 3,
        ).some((at) => before[at] !== after[at]);
      expect([differs(0, 32), differs(32, 32)]).toEqual([false, true]);
    });

    test.each([
      ['an empty prompt', { prompt: ' ' }, 'prompt'],
      ['a side that is no multiple', { widthPx: 65 }, 'widthPx'],
      ['no step', { steps: 0 }, 'steps'],
      ['a picture that is none of them', { only: [1] }, 'only'],
      [
        'too many references',
        { references: Array.from({ length: 40 }, () => new Uint8Array()) },
        'references',
      ],
    ])('%s is refused by name', async (_, changes, field) => {
      await expect(draw(changes)).rejects.toMatchObject({ code: 'bad_request', field });
    });

    test('tokens of a picture are taken, or refused by name', async () => {
      const priorTokens = new Uint16Array(4).fill(1);
      if (part.engine.info.can.sameLayout) expect(await draw({ priorTokens })).toHaveLength(1);
      else
        await expect(draw({ priorTokens })).rejects.toMatchObject({
          code: 'unsupported',
          field: 'priorTokens',
        });
    });

    test('stops when it is told to: the pictures before it are there, those after it are not begun', async () => {
      const stop = new AbortController();
      const seen: number[] = [];
      const running = (async () => {
        for await (const event of part.engine.generate(requestOf({ count: 4, layout: 'separate' }), stop))
          if (event.type === 'picture') {
            seen.push(event.pictureIndex);
            stop.abort();
          }
      })();
      await expect(running).rejects.toMatchObject({ code: 'cancelled' });
      expect(seen).toEqual([0]);
      expect(await draw()).toHaveLength(1);
    });

    test('a request that is stopped before it begins draws nothing', async () => {
      await expect(run({}, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    });
  });
}
