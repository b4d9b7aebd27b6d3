/** The images API by the real client of OpenAI, on a real server with a real engine. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI, { toFile } from 'openai';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readReceipt } from '../../db/bundle/receipt.ts';
import type { SessionPage } from '../../studio/protocol.ts';
import { LiveServer, PAGELESS, QUICK } from './live-server.ts';

const SIDE = QUICK.widthPx;
const SIZE = `${SIDE}x${SIDE}` as '256x256';
/** Fields that OpenAI does not have. */
interface Cached {
  input_tokens_details: { cached_tokens: number };
}

const OURS = { num_inference_steps: QUICK.steps, seed: QUICK.seed } as object;

let server: LiveServer;
let client: OpenAI;
beforeAll(async () => {
  server = await LiveServer.start(
    mkdtempSync(join(tmpdir(), 'palimpsest-openai-')),
    { CHECKPOINT_MS: '60000' },
    PAGELESS,
  );
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => server.kill());

const bytesOf = (b64: string | undefined) => Buffer.from(b64!, 'base64');
const sessions = async () => (await server.call<SessionPage>('GET', '/api/sessions')).body.sessions;
const colour = (value: string) =>
  sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: value } })
    .png()
    .toBuffer();

test('the model is listed', async () => {
  const { data } = await client.models.list();
  expect(data.map(({ object }) => object)).toEqual(['model']);
});

test('a sentence becomes pictures, in a session of their own and with their receipt', async () => {
  const answer = await client.images.generate({ prompt: 'a fox at sea', size: SIZE, n: 2, ...OURS });
  const files = answer.data!.map(({ b64_json }) => bytesOf(b64_json));
  expect(files).toHaveLength(2);
  expect(files[0]!.equals(files[1]!)).toBe(false);
  for (const file of files)
    expect(await sharp(file).metadata()).toMatchObject({ format: 'png', width: SIDE });
  expect(readReceipt(files[1]!)).toMatchObject({ turns: [{ prompt: 'a fox at sea' }] });
  expect(answer).toMatchObject({ size: SIZE, output_format: 'png', background: 'opaque', quality: 'high' });
  const { session_id } = (answer as unknown as { palimpsest: { session_id: string } }).palimpsest;
  expect((await sessions()).find(({ id }) => id === session_id)).toMatchObject({
    title: 'A fox at sea',
    pictureCount: 2,
  });
});

test('a key sent again gives the same pictures and makes none; with another request it is refused', async () => {
  const asked = { prompt: 'a castle', size: SIZE, ...OURS };
  const key = { headers: { 'Idempotency-Key': 'castle' } };
  const [one, two] = [await client.images.generate(asked, key), await client.images.generate(asked, key)];
  expect(two).toEqual(one);
  expect((await sessions()).filter(({ title }) => title === 'A castle')).toHaveLength(1);
  await expect(client.images.generate({ ...asked, n: 2 }, key)).rejects.toMatchObject({
    status: 409,
    code: 'idempotency_conflict',
  });
});

test('a stream brings real partial pictures, then the same bytes as without', async () => {
  const asked = { prompt: 'a lighthouse', size: SIZE, ...OURS };
  const whole = await client.images.generate(asked);
  const stream = await client.images.generate({ ...asked, stream: true, partial_images: 2 });
  const events = await Array.fromAsync(stream);
  expect(events.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['image_generation.partial_image', 'image_generation.completed']),
  );
  const [partial] = events;
  expect(partial).toMatchObject({ type: 'image_generation.partial_image', partial_image_index: 0 });
  const { channels } = await sharp(bytesOf(partial!.b64_json)).stats();
  expect(channels.some(({ stdev }) => stdev > 0)).toBe(true);
  expect(await sharp(bytesOf(partial!.b64_json)).metadata()).toMatchObject({ width: SIDE, height: SIDE });
  const completed = events.at(-1)!;
  const pixels = (b64: string | undefined) => sharp(bytesOf(b64)).removeAlpha().raw().toBuffer();
  expect(await pixels(completed.b64_json)).toEqual(await pixels(whole.data![0]!.b64_json));
});

test('an edit takes files with a mask, and keeps what the mask keeps', async () => {
  const picture = [
    await toFile(await colour('#3060c0'), 'a.png'),
    await toFile(await colour('#c06030'), 'b.png'),
  ];
  const half = { width: SIDE / 2, height: SIDE, channels: 4 as const, background: '#000000ff' };
  const mask = await sharp({ create: { ...half, width: SIDE, background: '#00000000' } })
    .composite([{ input: { create: half }, left: 0, top: 0 }])
    .png()
    .toBuffer();
  const answer = await client.images.edit({
    ...{ image: picture, mask: await toFile(mask, 'mask.png'), prompt: 'add a tree', output_format: 'webp' },
    ...OURS,
  });
  expect(answer).toMatchObject({ size: SIZE, output_format: 'webp' });
  const { session_id, image_ids } = (
    answer as unknown as { palimpsest: { session_id: string; image_ids: string[] } }
  ).palimpsest;
  const { turns } = await server.open(session_id);
  const made = turns.find(({ pictures }) => pictures[0]?.id === image_ids[0])!;
  expect(made.inputs.map(({ role }) => role)).toEqual(['target', 'reference', 'mask']);
  const { bytes } = await server.picture(made.pictures[0]!.hash);
  const [red, , blue] = await sharp(bytes)
    .extract({ left: 0, top: 0, width: 4, height: SIDE })
    .raw()
    .toBuffer();
  expect([red, blue]).toEqual([0x30, 0xc0]);
});

test('an edit in a session goes on from its newest picture', async () => {
  const first = await client.images.generate({ prompt: 'a boat', size: SIZE, ...OURS });
  const { session_id, image_ids } = (
    first as unknown as { palimpsest: { session_id: string; image_ids: string[] } }
  ).palimpsest;
  const { status, body } = await server.call<{ usage: OpenAI.Images.ImagesResponse.Usage & Cached }>(
    'POST',
    '/v1/images/edits',
    { prompt: 'at night', session_id, ...OURS },
  );
  expect(status).toBe(200);
  const { turns } = await server.open(session_id);
  expect(turns.at(-1)!.inputs).toMatchObject([{ pictureId: image_ids[0], role: 'target' }]);
  const cells = (SIDE / 32) ** 2;
  const { input_tokens, input_tokens_details: input, output_tokens, total_tokens } = body.usage;
  expect(input.image_tokens).toBe(cells);
  expect(input.text_tokens + input.image_tokens).toBe(input_tokens);
  expect(input.cached_tokens).toBeLessThan(input_tokens);
  expect([output_tokens, total_tokens]).toEqual([cells, input_tokens + cells]);
});

test.each([
  ['a model that is not here', { model: 'gpt-image-2' }, 404, 'model'],
  ['a field that nothing here does', { negative_prompt: 'blurry' }, 400, 'negative_prompt'],
  ['a transparent background', { background: 'transparent' as const }, 400, 'background'],
  ['a size that is none', { size: 'large' as '256x256' }, 400, 'size'],
  ['a session that is not here', { session_id: 'nowhere' }, 404, null],
  ['a list for a number', { seed: [5] as unknown as number }, 400, 'seed'],
  ['an empty text for a number', { guidance_scale: '' as unknown as number }, 400, 'guidance_scale'],
  ['a flag for a number', { n: true as unknown as number }, 400, 'n'],
  [
    'a size that is too large, under the name that was sent,',
    { size: '100000x64' as '256x256' },
    400,
    'size',
  ],
  ['a number of steps that is too large', { num_inference_steps: 100_000 }, 400, 'num_inference_steps'],
  ['a guidance below nothing', { guidance_scale: -1 }, 400, 'guidance_scale'],
])('%s is refused by name and leaves nothing behind', async (_, change, status, param) => {
  const before = await sessions();
  await expect(client.images.generate({ prompt: 'a fox', ...change })).rejects.toMatchObject({
    status,
    param,
    message: expect.not.stringMatching(/options\.|widthPx|^$/),
  });
  expect(await sessions()).toEqual(before);
});

test.each([
  ['no picture', Buffer.from('no picture'), 'bad_image'],
  ['one without transparency', null, 'bad_mask'],
])('a mask that is %s is refused', async (_, bytes, code) => {
  const picture = await toFile(await colour('#3060c0'), 'a.png');
  const mask = await toFile(bytes ?? (await colour('#ffffff')), 'mask.png');
  await expect(client.images.edit({ image: picture, mask, prompt: 'add a tree' })).rejects.toMatchObject({
    status: 400,
    code,
  });
});

test.each([
  ['image[0]', 'image[0]'],
  ['images', 'images'],
  ['file', 'file'],
  ['a second mask', 'mask'],
])('a file in a field that is not taken is refused by name: %s', async (_, name) => {
  const before = await sessions();
  const picture = new Blob([await colour('#3060c0')]);
  const form = new FormData();
  form.set('prompt', 'add a tree');
  form.set('image', picture, 'a.png');
  for (let count = 0; count < 2; count += 1) form.append(name, picture, 'b.png');
  const answer = await fetch(`${server.url}/v1/images/edits`, { method: 'POST', body: form });
  expect([answer.status, await answer.json()]).toMatchObject([400, { error: { param: name } }]);
  expect(await sessions()).toEqual(before);
});

test('an empty field of a form is one that is left open', async () => {
  const form = new FormData();
  form.set('image', new Blob([await colour('#3060c0')]), 'a.png');
  for (const [name, value] of Object.entries({ prompt: 'add a tree', num_inference_steps: '1', n: '1' }))
    form.set(name, value);
  for (const name of ['seed', 'guidance_scale', 'size', 'model', 'stream', 'session_id']) form.set(name, '');
  const answer = await fetch(`${server.url}/v1/images/edits`, { method: 'POST', body: form });
  const { palimpsest } = (await answer.json()) as { palimpsest: Record<string, unknown> };
  const { defaultGuidanceScale } = (
    await server.call<{ model: { defaultGuidanceScale: number } }>('GET', '/api/health')
  ).body.model;
  expect(palimpsest.guidance_scale).toBe(defaultGuidanceScale);
  expect(palimpsest.seed).toBeGreaterThan(0);
});

test('a file that is no picture is refused and leaves no session behind', async () => {
  const before = await sessions();
  const picture = await toFile(Buffer.from('no picture'), 'a.png');
  await expect(client.images.edit({ image: picture, prompt: 'add a tree' })).rejects.toMatchObject({
    status: 400,
    code: 'bad_image',
    param: 'image',
  });
  expect(await sessions()).toEqual(before);
});

test('what is said by the Responses API is answered with text and pictures, and goes on from answer to answer', async () => {
  const photo = `data:image/png;base64,${(await colour('#3060c0')).toString('base64')}`;
  const image = { type: 'input_image', image_url: photo, detail: 'auto' } as const;
  const drawn = await client.responses.create({
    input: [{ role: 'user', content: [image, { type: 'input_text', text: 'make it night' }] }],
  });
  const [picture] = drawn.output;
  if (picture?.type !== 'image_generation_call') throw new Error('no picture');
  expect(await sharp(bytesOf(picture.result!)).metadata()).toMatchObject({ width: SIDE, format: 'png' });
  expect([drawn.status, drawn.output_text]).toEqual(['completed', '']);

  const asked = await client.responses.create({
    previous_response_id: drawn.id,
    input: 'which one has the night?',
  });
  expect([asked.output_text, asked.previous_response_id]).toEqual(['It is v2.', drawn.id]);
  const items = [
    { role: 'user', content: 'make it night' },
    { type: 'image_generation_call', id: picture.id, result: null, status: 'completed' },
    { role: 'user', content: '一共有几张图？' },
  ] as OpenAI.Responses.ResponseInput;
  const stream = await client.responses.create({ input: items, stream: true });
  const events = await Array.fromAsync(stream);
  expect(events.map(({ type }) => type)).toEqual([
    ...['response.created', 'response.in_progress', 'response.output_item.added'],
    ...['response.content_part.added', 'response.output_text.delta', 'response.output_text.done'],
    ...['response.content_part.done', 'response.output_item.done', 'response.completed'],
  ]);
  expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index));
  const last = events.at(-1)!;
  if (last.type !== 'response.completed') throw new Error('no end');
  expect(JSON.stringify(last.response.output)).toContain('这里有 2 张图片。');
  await expect(client.responses.create({ input: 'hello', instructions: 'be brief' })).rejects.toMatchObject({
    status: 400,
    param: 'instructions',
  });
});
