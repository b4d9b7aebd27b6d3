/** Mentions: what stays text, and that a long prompt of them is understood at once. */
import { describe, expect, it } from 'vitest';
import { compileContext } from '../../studio/context.ts';
import type { ContextGraph } from '../../studio/pictures.ts';
import { turnSchema } from '../../studio/requests.ts';
import { versionTurn } from '../browser/turn-views.ts';

const GRAPH: ContextGraph = {
  session: { id: 's', headPictureId: 'p2' },
  turns: [
    { ...versionTurn(1), prompt: 'a cat', sentPrompt: 'a cat' },
    { ...versionTurn(2), prompt: 'poster for @nasa', sentPrompt: 'poster for @nasa' },
  ],
};

const understood = (prompt: string, graph = GRAPH) =>
  compileContext(graph, turnSchema.parse({ mode: 'new', prompt }));

describe('a word behind an @ that is in no message', () => {
  it.each([
    'a poster for @acme',
    'icon @2x',
    'follow @me_2 on the sign',
    '海报 @某公司 的标志',
    '@-',
    'write to @nasa',
  ])('%s: stays text, with a hint', (prompt) => {
    const result = understood(prompt);
    if (!result.ok) throw new Error(result.problems[0].code);
    expect(result.context.sentPrompt).toBe(prompt);
    expect(result.context.inputs).toEqual([]);
    expect(result.context.warnings.map(({ code }) => code)).toEqual(
      prompt === '@-' ? [] : ['unknown_mention'],
    );
  });

  it('says where the word stands and what would be understood in its place', () => {
    const result = understood('like @dog');
    expect(result.ok && result.context.warnings).toMatchObject([
      { code: 'unknown_mention', field: 'prompt', span: { start: 5, end: 9 }, suggestions: ['@v2', '@v1'] },
    ]);
  });

  it('does not keep the mentions beside it from being understood', () => {
    const result = understood('the @cat for @acme');
    expect(result.ok && result.context.sentPrompt).toBe('the image 1 for @acme');
  });

  it('is no word of another session’s title either', () => {
    const other = { pictureId: 'o', turnId: 'n', hash: 'h', version: 1, widthPx: 64, heightPx: 64 };
    const others = [{ ...other, sessionId: 'b', sessionTitle: 'Poster for @nasa' }];
    expect(understood('icon of @nasa', { ...GRAPH, others }).ok).toBe(true);
  });
});

it.each([
  ['distinct words', (n: number) => `@word${n.toString(36)} `],
  ['distinct Chinese words', (n: number) => `@猫${String.fromCodePoint(0x4e00 + (n % 20_000))} `],
  ['versions', (n: number) => `@${n} `],
  ['versions of sessions', (n: number) => `@cat${n}/3 `],
  ['one word', () => '@cat '],
])('100,000 characters of %s are understood at once', (_, mention) => {
  const turns = Array.from({ length: 300 }, (_, n) => ({
    ...versionTurn(n + 1),
    prompt: `a red fox number ${n} in the snow, 一只红色的狐狸`,
  }));
  let prompt = '';
  for (let n = 0; prompt.length < 100_000; n++) prompt += mention(n);
  const start = performance.now();
  understood(prompt, { session: { id: 's', headPictureId: null }, turns });
  expect(performance.now() - start).toBeLessThan(2_000);
});
