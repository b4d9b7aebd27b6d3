/** A judge behind an endpoint, on a real socket: what goes wrong there, what is tried again, and what ends the asking. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Endpoint, type EndpointOptions } from '../../benchmarks/judges/endpoint.ts';
import { LoopbackJudge, type Reply } from './loopback-judge.ts';

const picture = { png: Buffer.from('a picture'), sha256: '00' };
const asked = { text: 'Is there a fox?', mostTokens: 16 };

let judge: LoopbackJudge;
beforeEach(async () => {
  judge = await LoopbackJudge.start(() => 'yes');
});
afterEach(() => judge.close());

function ask(replies: readonly Reply[], options: Partial<EndpointOptions> = {}): Promise<string> {
  judge.become((_, count) => replies[Math.min(count, replies.length) - 1]!);
  return new Endpoint({ address: judge.address, model: 'm', waitMs: 1, ...options }).ask(picture, asked);
}

test('sends one picture and one text, at temperature 0, and the key as a bearer token', async () => {
  expect(await ask(['yes'], { key: 'k' })).toBe('yes');
  const [{ authorization, body }] = judge.received as [(typeof judge.received)[number]];
  expect(authorization).toBe('Bearer k');
  expect(body).toMatchObject({ model: 'm', temperature: 0, max_tokens: 16 });
  const url = `data:image/png;base64,${Buffer.from('a picture').toString('base64')}`;
  expect(body.messages).toEqual([
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Is there a fox?' },
        { type: 'image_url', image_url: { url } },
      ],
    },
  ]);
});

test.each<[string, Reply]>([
  ['429', { status: 429, headers: { 'retry-after': '0' } }],
  ['503', { status: 503, body: 'loading' }],
  ['broken JSON', { raw: '{"choices": [' }],
  ['an answer without choices', { raw: '{}' }],
  ['a connection that is cut off', 'cut off'],
])('%s is tried again', async (_, reply) => {
  expect(await ask([reply, reply, 'no'])).toBe('no');
  expect(judge.received).toHaveLength(3);
});

test('what keeps failing ends after four tries, and says how', async () => {
  await expect(ask([{ status: 503, body: 'loading' }])).rejects.toMatchObject({
    isFinal: false,
    message: expect.stringMatching(/gave no answer in 4 tries: status 503, loading/),
  });
  expect(judge.received).toHaveLength(4);
});

test('a silent judge is given up after its deadline', async () => {
  await expect(ask(['silent'], { deadlineMs: 50 })).rejects.toThrow(/nothing in 0\.05 s/);
});

test.each([
  [401, /PALIMPSEST_JUDGE_KEY/],
  [404, /--judge-model/],
])('status %i is final at once, and says what to set', async (status, hint) => {
  await expect(ask([{ status, body: 'no' }])).rejects.toMatchObject({
    isFinal: true,
    message: expect.stringMatching(hint),
  });
  expect(judge.received).toHaveLength(1);
});

test('redirects are not followed: the key goes to no other address', async () => {
  const there = { status: 302, headers: { location: 'http://127.0.0.1:9/' } };
  await expect(ask([there], { key: 'k' })).rejects.toThrow(/gave no answer/);
});
