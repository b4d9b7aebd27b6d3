/** Every kind of file that someone may attach: it ends in the right pixels, or in one clear refusal. */
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { compose, decodeMask } from '../../engine/picture/mask.ts';
import { withMaskedTarget } from '../../engine/picture/masked-target.ts';
import { decodePicture, encodePng, referenceGrid } from '../../engine/picture/pixels.ts';
import { EngineError } from '../../engine/request/errors.ts';
import type { GenerationRequest } from '../../engine/request/request.ts';
import { gradientPng } from './requests.ts';

/** Red, green / blue, white: an orientation shows. */
const CORNERS = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];
const SIDE = 8;
const raw = { raw: { width: SIDE, height: SIDE, channels: 3 as const } };

/** The four corners as quadrants of an 8 x 8 picture. */
const quadrants = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => {
  const pixel = Math.floor(i / 3);
  const corner = Math.floor(pixel / SIDE / (SIDE / 2)) * 2 + Math.floor((pixel % SIDE) / (SIDE / 2));
  return CORNERS[corner * 3 + (i % 3)]!;
});
const picture = () => sharp(quadrants, raw);

/** The colours in the middle of the four quadrants, as red, green, blue, white … names. */
async function coloursOf(file: Uint8Array, tolerance = 12): Promise<string> {
  const { width, height, data } = await decodePicture(file);
  expect(data).toHaveLength(width * height * 3);
  const names = Object.entries({ r: [255, 0, 0], g: [0, 255, 0], b: [0, 0, 255], w: [255, 255, 255] });
  return [
    [0.25, 0.25],
    [0.75, 0.25],
    [0.25, 0.75],
    [0.75, 0.75],
  ]
    .map(([x, y]) => {
      const at = (Math.floor(y! * height) * width + Math.floor(x! * width)) * 3;
      const colour = [...data.subarray(at, at + 3)];
      const near = names.find(([, want]) => want.every((v, i) => Math.abs(v - colour[i]!) <= tolerance));
      return near?.[0] ?? `(${colour})`;
    })
    .join('');
}

async function refusal(file: Uint8Array): Promise<string> {
  const error = await decodePicture(file).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(EngineError);
  expect(error).toMatchObject({ code: 'bad_image', field: 'references' });
  return (error as EngineError).message;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), out.length - 4);
  return out;
}

/** A valid PNG header of any size, with hardly any pixels behind it. */
function hugePng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', new Uint8Array(16)),
    chunk('IEND', new Uint8Array()),
  ]);
}

async function frames(format: 'gif' | 'webp'): Promise<Buffer> {
  const files = await Promise.all([0, 1, 2].map((shade) => gradientPng(SIDE, SIDE, shade)));
  return sharp(files, { join: { animated: true } })
    .toFormat(format)
    .toBuffer();
}

describe('read as they look', () => {
  const withAlpha = () => picture().ensureAlpha(1);
  const readable: [string, () => Promise<Buffer>][] = [
    ['PNG', () => picture().png().toBuffer()],
    ['JPEG', () => picture().jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer()],
    ['lossless WebP', () => picture().webp({ lossless: true }).toBuffer()],
    ['AVIF', () => picture().avif({ lossless: true }).toBuffer()],
    ['TIFF', () => picture().tiff({ compression: 'lzw' }).toBuffer()],
    ['GIF of one frame', () => picture().gif().toBuffer()],
    ['palette PNG', () => picture().png({ palette: true }).toBuffer()],
    ['16-bit PNG', () => picture().toColourspace('rgb16').png().toBuffer()],
    ['16-bit PNG with alpha', () => withAlpha().toColourspace('rgb16').png().toBuffer()],
    ['interlaced PNG', () => picture().png({ progressive: true }).toBuffer()],
    [
      'progressive JPEG',
      () => picture().jpeg({ progressive: true, quality: 95, chromaSubsampling: '4:4:4' }).toBuffer(),
    ],
  ];
  test.each(readable)('%s', async (_, file) => {
    expect(await coloursOf(await file(), 40)).toBe('rgbw');
  });

  test('CMYK JPEG, within what its inks can show', async () => {
    const brick = [180, 70, 60];
    const file = await sharp({ create: { width: 16, height: 16, channels: 3, background: '#b4463c' } })
      .toColourspace('cmyk')
      .jpeg({ quality: 100 })
      .toBuffer();
    expect(await sharp(file).metadata()).toMatchObject({ space: 'cmyk', channels: 4 });
    const { data } = await decodePicture(file);
    expect(data).toHaveLength(16 * 16 * 3);
    brick.forEach((value, i) => {
      expect(Math.abs(data[i]! - value)).toBeLessThan(30);
    });
  });

  const turned: [number, string][] = [
    [1, 'rgbw'],
    [2, 'grwb'],
    [3, 'wbgr'],
    [4, 'bwrg'],
    [5, 'rbgw'],
    [6, 'brwg'],
    [7, 'wgbr'],
    [8, 'gwrb'],
  ];
  test.each(turned)('EXIF orientation %d is honoured', async (orientation, colours) => {
    const file = await picture().withMetadata({ orientation }).tiff({ compression: 'lzw' }).toBuffer();
    expect(await coloursOf(file)).toBe(colours);
  });

  test('EXIF rotation of a JPEG swaps its sides', async () => {
    const file = await sharp(await gradientPng(32, 16))
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect(await decodePicture(file)).toMatchObject({ width: 16, height: 32 });
  });

  test.each([
    ['8 bit', 'b-w' as const, false],
    ['16 bit', 'grey16' as const, false],
    ['8 bit with alpha', 'b-w' as const, true],
  ])('grey of %s becomes three equal channels', async (_, space, alpha) => {
    const grey = sharp(new Uint8Array(64).fill(100), { raw: { width: 8, height: 8, channels: 1 } });
    const file = await (alpha ? grey.ensureAlpha(1) : grey).toColourspace(space).png().toBuffer();
    const { data } = await decodePicture(file);
    expect(data).toHaveLength(192);
    expect(new Set(data).size).toBe(1);
    expect(Math.abs(data[0]! - 100)).toBeLessThanOrEqual(1);
  });

  test.each([
    ['PNG', { palette: false }, 'srgb' as const],
    ['palette PNG', { palette: true }, 'srgb' as const],
    ['16-bit PNG', {}, 'rgb16' as const],
  ])('transparency of a %s is laid on white', async (_, options, space) => {
    const clear = Uint8Array.from({ length: 256 }, (__, i) =>
      i % 4 === 0 || (i % 4 === 3 && i >= 128) ? 255 : 0,
    );
    const file = await sharp(clear, { raw: { width: 8, height: 8, channels: 4 } })
      .toColourspace(space)
      .png(options)
      .toBuffer();
    expect(await coloursOf(file)).toBe('wwrr');
  });

  test('what is written is read back, and the same picture gives the same bytes', async () => {
    const file = await encodePng({ width: SIDE, height: SIDE, data: quadrants });
    expect((await decodePicture(file)).data).toEqual(Buffer.from(quadrants));
    expect(await encodePng(await decodePicture(file))).toEqual(file);
  });
});

describe('colours of every depth and coding', () => {
  const BRICK = [200, 60, 40];
  const first = async (file: Uint8Array) => [...(await decodePicture(file)).data.subarray(0, 3)];
  async function expectNear(file: Uint8Array, colour: readonly number[], within = 2): Promise<void> {
    const got = await first(file);
    const isNear = got.every((value, i) => Math.abs(value - colour[i]!) <= within);
    expect(isNear, `${got} is not ${colour}`).toBe(true);
  }

  const formats = ['png', 'tiff'] as const;
  const profiles = [undefined, 'srgb', 'p3'] as const;
  const cases = formats.flatMap((format) =>
    [8, 16].flatMap((depth) =>
      profiles.flatMap((profile) => [false, true].map((alpha) => ({ format, depth, profile, alpha }))),
    ),
  );
  test.each(cases)('$format, $depth bit, profile $profile, alpha $alpha', async (each) => {
    const plain = sharp({ create: { width: 16, height: 16, channels: 3, background: '#c83c28' } });
    const opaque = each.alpha ? plain.ensureAlpha(1) : plain;
    const deep = each.depth === 16 ? opaque.toColourspace('rgb16') : opaque;
    // The profile is written with the numbers that stand for the same colour in it.
    const file = await (each.profile ? deep.withIccProfile(each.profile) : deep)
      .toFormat(each.format, each.format === 'tiff' ? { compression: 'lzw' } : {})
      .toBuffer();
    expect(await sharp(file).metadata()).toMatchObject({ depth: each.depth === 16 ? 'ushort' : 'uchar' });
    await expectNear(file, BRICK);
  });

  /** A PNG with a chunk before its pixels. */
  const withChunk = (png: Buffer, type: string, data: readonly number[]) =>
    Buffer.concat([png.subarray(0, 33), chunk(type, Uint8Array.from(data)), png.subarray(33)]);
  const flat = (r: number, g: number, b: number) =>
    sharp({ create: { width: 16, height: 16, channels: 3, background: { r, g, b } } })
      .png()
      .toBuffer();

  test('cICP: sRGB stays, Display P3 and Rec. 2020 are converted, PQ and HLG white is white', async () => {
    const [sRgb, p3, rec2020, pq, hlg] = [
      [1, 13, 0, 1],
      [12, 13, 0, 1],
      [9, 13, 0, 1],
      [9, 16, 0, 1],
      [9, 18, 0, 1],
    ];
    await expectNear(withChunk(await flat(200, 60, 40), 'cICP', sRgb!), BRICK, 0);
    // The numbers that stand for the brick in each.
    await expectNear(withChunk(await flat(186, 73, 51), 'cICP', p3!), BRICK, 3);
    await expectNear(withChunk(await flat(168, 80, 50), 'cICP', rec2020!), BRICK, 6);
    // 203 cd/m2 is 58 % of PQ and 75 % of HLG.
    await expectNear(withChunk(await flat(148, 148, 148), 'cICP', pq!), [247, 247, 247], 6);
    await expectNear(withChunk(await flat(191, 191, 191), 'cICP', hlg!), [247, 247, 247], 6);
    await expectNear(withChunk(await flat(255, 255, 255), 'cICP', pq!), [255, 255, 255], 1);
    await expectNear(withChunk(await flat(0, 0, 0), 'cICP', pq!), [0, 0, 0], 0);
  });

  test('gAMA: that of sRGB changes nothing, linear light becomes sRGB, a chunk that says sRGB goes before it', async () => {
    const gamma = (value: number) => [0, 0, value >> 8, value & 255];
    const linear = [0, 1, 0x86, 0xa0];
    await expectNear(withChunk(await flat(200, 60, 40), 'gAMA', gamma(45_455)), BRICK, 0);
    await expectNear(withChunk(await flat(128, 128, 128), 'gAMA', linear), [188, 188, 188], 1);
    const both = withChunk(withChunk(await flat(128, 128, 128), 'gAMA', linear), 'sRGB', [0]);
    await expectNear(both, [128, 128, 128], 0);
  });
});

describe('refused with what to do', () => {
  test.each([
    ['nothing', ''],
    ['text', 'not a picture'],
    ['HTML', '<!doctype html><p>404'],
    ['only the first bytes of a PNG', '\x89PNG\r\n\x1a\n'],
  ])('%s', async (_, text) => {
    expect(await refusal(Buffer.from(text, 'latin1'))).toContain('not a picture that can be read');
  });

  test.each(['png', 'jpeg', 'webp', 'gif', 'tiff'] as const)('half a %s', async (format) => {
    const file = await sharp(await gradientPng(64, 64))
      .toFormat(format)
      .toBuffer();
    expect(await refusal(file.subarray(0, file.length / 2))).toMatch(/damaged|not a picture/);
  });

  test('a cut PNG never gives other pixels', async () => {
    const file = await gradientPng(16, 16);
    const whole = await decodePicture(file);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: file.length - 1 }), async (length) => {
        const got = await decodePicture(file.subarray(0, length)).catch((error: EngineError) => error.code);
        expect([whole, 'bad_image']).toContainEqual(got);
      }),
      { numRuns: 60 },
    );
  });

  test('flipped bytes end in pixels of the stated size or in a refusal, never in a crash', async () => {
    const file = await gradientPng(16, 16);
    const place = fc.record({ at: fc.nat({ max: file.length - 1 }), value: fc.nat({ max: 255 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(place, { minLength: 1, maxLength: 4 }), async (places) => {
        const damaged = Buffer.from(file);
        for (const { at, value } of places) damaged[at] = value;
        const got = await decodePicture(damaged).catch((error: EngineError) => error);
        if (got instanceof Error) expect(got).toMatchObject({ code: 'bad_image' });
        else expect(got.data).toHaveLength(got.width * got.height * 3);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    [30_000, 30_000],
    [30_000, 16],
    [16_384, 16_384],
    [2 ** 31 - 1, 2 ** 31 - 1],
  ])('%d x %d px, from the header alone', async (width, height) => {
    expect(await refusal(hugePng(width, height))).toMatch(
      new RegExp(`${width} x ${height} px|not a picture`),
    );
  });

  test.each(['gif', 'webp'] as const)('an animated %s', async (format) => {
    expect(await refusal(await frames(format))).toContain('animated (3 frames)');
  });

  test('pages of a TIFF are not called frames', async () => {
    const pages = await Promise.all([0, 1].map((shade) => gradientPng(SIDE, SIDE, shade)));
    const file = await sharp(pages, { join: { animated: true } })
      .tiff()
      .toBuffer();
    expect(await refusal(file)).toContain('has 2 pages');
  });

  test('an animated AVIF', async () => {
    const sizes = Buffer.from('stsz\0\0\0\0\0\0\0\0\0\0\0\x18', 'latin1');
    const file = Buffer.concat([Buffer.from('\0\0\0\x18ftypavis\0\0\0\0avifavis', 'latin1'), sizes]);
    expect(await refusal(file)).toContain('animated (24 frames)');
  });

  test.each([
    ['HEIC', '\0\0\0\x18ftypheic\0\0\0\0mif1heic'],
    ['HEIC', '\0\0\0\x18ftypmif1\0\0\0\0mif1heic'],
    ['video', '\0\0\0\x18ftypmp42\0\0\0\0isommp42'],
    ['video', '\0\0\0\x14ftypqt  \0\0\0\0qt  '],
    ['JPEG XL', '\0\0\0\x0cJXL \r\n\x87\n'],
    ['PDF', '%PDF-1.7'],
    ['Photoshop', '8BPS\0\x01'],
    ['BMP', 'BM\x36\0'],
    ['SVG', '<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg"/>'],
  ])('%s is named', async (format, start) => {
    const file = Buffer.concat([Buffer.from(start, 'latin1'), Buffer.alloc(64)]);
    expect(await refusal(file)).toContain(`of the kind ${format},`);
  });

  test('too thin or too small for a reference', () => {
    const limits = { shortest: 64, longest: 256 };
    const caught = (width: number, height: number) => {
      try {
        referenceGrid(width, height, limits);
      } catch (error) {
        return error;
      }
    };
    expect(caught(500, 100)).toMatchObject({ code: 'bad_image' });
    expect(caught(100, 401)).toMatchObject({ code: 'bad_image' });
    expect(caught(15, 20)).toMatchObject({ code: 'bad_image' });
    expect(caught(400, 100)).toBeUndefined();
  });
});

describe('masks', () => {
  const WIDTH = 64;
  const half = (feather: number) => {
    const levels = Uint8Array.from({ length: WIDTH * WIDTH }, (_, at) => (at % WIDTH < WIDTH / 2 ? 255 : 0));
    const drawn = sharp(levels, { raw: { width: WIDTH, height: WIDTH, channels: 1 } });
    return (feather > 0 ? drawn.blur(feather / 4) : drawn).toColourspace('b-w').png().toBuffer();
  };
  const flatPixels = (level: number) => ({
    width: WIDTH,
    height: WIDTH,
    data: new Uint8Array(WIDTH * WIDTH * 3).fill(level),
  });
  const row = (pixels: { data: Uint8Array }) =>
    Array.from({ length: WIDTH }, (_, x) => pixels.data[(WIDTH * 20 + x) * 3]!);

  test('a hard mask leaves what is outside as it is; its narrow edge lies inside', async () => {
    const mask = await decodeMask(await half(0), WIDTH, WIDTH);
    expect(mask.shares).toBeUndefined();
    const mixed = row(compose(flatPixels(200), flatPixels(0), mask));
    expect(mixed.slice(32)).toEqual(new Array(32).fill(0));
    expect(mixed[0]).toBe(200);
  });

  test('a soft mask mixes old and new over its whole edge, on both sides', async () => {
    const mask = await decodeMask(await half(24), WIDTH, WIDTH);
    const mixed = row(compose(flatPixels(200), flatPixels(0), mask));
    expect(mixed).toEqual(mixed.toSorted((one, other) => other - one));
    expect(mixed[38]).toBeGreaterThan(0);
    expect(mixed[26]).toBeLessThan(200);
    expect([mixed[2], mixed[61]]).toEqual([200, 0]);
  });

  test('target and mask are scaled together to the size of the result; of the same size they stay the same bytes', async () => {
    const photo = await sharp({ create: { width: 100, height: 75, channels: 3, background: '#c83c28' } })
      .jpeg()
      .toBuffer();
    const mask = await sharp(await half(0))
      .resize(100, 75, { fit: 'fill' })
      .png()
      .toBuffer();
    const request = { references: [photo], mask, widthPx: 96, heightPx: 64 } as unknown as GenerationRequest;
    const scaled = await withMaskedTarget(request);
    expect(await sharp(scaled.references![0] as Uint8Array).metadata()).toMatchObject({
      width: 96,
      height: 64,
    });
    const { inside, shares } = await decodeMask(scaled.mask!, 96, 64);
    expect(shares).toBeUndefined();
    const painted = inside.reduce((sum, value) => sum + value, 0) / inside.length;
    expect(painted).toBeCloseTo(0.5, 1);
    const fits = { ...scaled };
    expect(await withMaskedTarget(fits)).toBe(fits);
  });
});
