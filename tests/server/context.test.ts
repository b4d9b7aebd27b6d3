/** The context of turns: golden transcripts for rows 1 to 8 of docs/complaints.md (B1 to B8), and properties of any turn. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusalText } from '../../server/refusal-text.ts';
import { endOfBranch } from '../../studio/branch.ts';
import { compileContext } from '../../studio/context.ts';
import { mentionsOf } from '../../studio/mentions/mentions.ts';
import type { ContextGraph, OtherPicture } from '../../studio/pictures.ts';
import type { InputRole, TurnBody, TurnView } from '../../studio/protocol.ts';
import { turnSchema } from '../../studio/requests.ts';

/** `3 edit 2 the cat on a mat`: turn 3 made v3 by an edit of v2. */
function turnOf(line: string): TurnView {
  const [, version = '', kind = '', parent = '', prompt = ''] = /^(\d+) (\w+)(?: (\d+|-))? ?(.*)$/.exec(
    line,
  )!;
  const made = !line.endsWith('…');
  const target = { pictureId: `i${parent}`, role: 'target' as const, position: 0, hash: `h${parent}` };
  return {
    id: `n${version}`,
    kind: kind as TurnView['kind'],
    mode: kind === 'edit' ? 'edit' : 'new',
    state: 'active',
    prompt,
    sentPrompt: prompt,
    createdAt: 0,
    inputs: parent === '-' || parent === '' ? [] : [{ ...target, turnId: `n${parent}` }],
    recipe: { widthPx: 64, heightPx: 64, seed: Number(version), count: 1 } as TurnView['recipe'],
    pictures: made
      ? [
          {
            id: `i${version}`,
            turnId: `n${version}`,
            version: Number(version),
            index: 0,
            hash: `h${version}`,
            widthPx: 64,
            heightPx: 64,
            hasLayout: true,
            drift: null,
          },
        ]
      : [],
    job: made ? null : ({ id: 'j', turnId: `n${version}`, state: 'queued' } as TurnView['job']),
    replaces: null,
  };
}

function graphOf(head: number | null, ...lines: string[]): ContextGraph {
  return {
    session: { id: 's', headPictureId: head === null ? null : `i${head}` },
    turns: lines.map(turnOf),
    maxInputs: 4,
  };
}

/** A turn as it comes out: `edit: target=v3 reference=v5 | text sent`, or the codes of its problems. */
function compiled(graph: ContextGraph, turn: TurnBody): string {
  const result = compileContext(graph, turnSchema.parse(turn));
  if (!result.ok) return result.problems.map(({ code }) => code).join(' ');
  const { kind, inputs, sentPrompt } = result.context;
  const shown = inputs.map(({ number, role, hash, turnId }) => `${number ?? '-'}:${role}=${hash || turnId}`);
  return `${[kind, ...shown].join(' ')} | ${sentPrompt}`;
}

const CHAIN = graphOf(3, '1 upload', '2 edit 1 make the cat blue', '3 edit 2 at night');

describe('golden transcripts', () => {
  it.each<[string, ContextGraph, TurnBody, string]>([
    [
      'B1: an edit goes on from the newest result, not from the first upload',
      CHAIN,
      { mode: 'edit', prompt: 'add a hat' },
      'edit 1:target=h3 | add a hat',
    ],
    [
      'B1: also while the newest is still being made',
      graphOf(3, '1 new', '3 edit 1 at night', '4 edit 3 with a hat …', '5 edit 4 and rain …'),
      { mode: 'edit', prompt: 'and snow' },
      'edit 1:target=n5 | and snow',
    ],
    [
      'B1: a turn under way on another branch does not take over',
      graphOf(1, '1 new', '2 new', '3 edit 2 with a hat …'),
      { mode: 'edit', prompt: 'and snow' },
      'edit 1:target=h1 | and snow',
    ],
    [
      'B1: a branch chosen by hand is edited',
      graphOf(2, '1 upload', '2 edit 1 make the cat blue', '3 edit 2 at night'),
      { mode: 'edit', prompt: 'add a hat' },
      'edit 1:target=h2 | add a hat',
    ],
    [
      'B2: a reference does not replace what is edited',
      CHAIN,
      { mode: 'edit', prompt: 'put this hat on', inputs: [{ pictureId: 'i1', role: 'reference' }] },
      'edit 1:target=h3 2:reference=h1 | put this hat on',
    ],
    [
      'B3: new is new, whatever the words say',
      CHAIN,
      { mode: 'new', prompt: 'edit the cat' },
      'generate | edit the cat',
    ],
    [
      'B3: an edit without a picture is not turned into a new one',
      graphOf(null),
      { mode: 'edit', prompt: 'make it red' },
      'nothing_to_edit',
    ],
    [
      'B3: a new picture takes no target',
      CHAIN,
      { mode: 'new', prompt: 'a dog', inputs: [{ pictureId: 'i1', role: 'target' }] },
      'target_not_allowed',
    ],
    [
      'B5: every reference goes in',
      CHAIN,
      {
        mode: 'combine',
        prompt: 'together',
        inputs: ['i1', 'i2', 'i3'].map((pictureId) => ({ pictureId, role: 'reference' as const })),
      },
      'generate 1:reference=h1 2:reference=h2 3:reference=h3 | together',
    ],
    [
      'B6: numbers are the order in the context, also in the text',
      CHAIN,
      {
        mode: 'edit',
        prompt: 'put the hat from @1 on @3, like @v2',
        inputs: [{ pictureId: 'i2', role: 'reference' }],
      },
      'edit 1:target=h3 2:reference=h2 3:reference=h1 | put the hat from image 3 on image 1, like image 2',
    ],
    [
      'B7: a picture that was made is an input like any other, in another session too',
      { ...CHAIN, others: [otherOf('Red fox', 2)] },
      { mode: 'identity', prompt: 'the fox from @fox/2 in the snow' },
      'generate 1:reference=hother2 | the fox from image 1 in the snow',
    ],
    [
      'B8: one taken out is out, and nothing takes its place',
      CHAIN,
      { mode: 'new', prompt: 'a cat', inputs: [] },
      'generate | a cat',
    ],
    [
      'style: a mention is the style',
      CHAIN,
      {
        mode: 'style',
        prompt: 'make it like @1',
        inputs: [{ pictureId: 'i3', role: 'target' }],
      },
      'edit 1:target=h3 2:style=h1 | make it like image 2',
    ],
    ['style: none named', CHAIN, { mode: 'style', prompt: 'make it flat style' }, 'style_missing'],
    [
      'identity: the active picture, as a reference',
      CHAIN,
      { mode: 'identity', prompt: 'the same cat on a beach' },
      'generate 1:reference=h3 | the same cat on a beach',
    ],
    ['combine: one is not enough', CHAIN, { mode: 'combine', prompt: 'with @1' }, 'reference_missing'],
    [
      'merge two branches',
      CHAIN,
      { mode: 'combine', prompt: '@2 and @3' },
      'generate 1:reference=h2 2:reference=h3 | image 1 and image 2',
    ],
    [
      'a word of a message',
      CHAIN,
      { mode: 'new', prompt: 'a dog beside @Cat' },
      'generate 1:reference=h2 | a dog beside image 1',
    ],
    [
      'Chinese without spaces',
      graphOf(2, '1 new - 一只红色的猫', '2 new - 一只狗'),
      { mode: 'new', prompt: '把@猫放在@2旁边' },
      'generate 1:reference=h1 2:reference=h2 | 把image 1放在image 2旁边',
    ],
    [
      'too many',
      CHAIN,
      {
        mode: 'new',
        prompt: 'x',
        inputs: [1, 2, 3, 1]
          .map((n, at) => ({ pictureId: `i${n}`, role: (at < 3 ? 'reference' : 'style') as InputRole }))
          .concat([{ pictureId: 'i2', role: 'style' }]),
      },
      'too_many_inputs',
    ],
    [
      'a mask',
      CHAIN,
      { mode: 'edit', prompt: 'a hat here', inputs: [{ maskHash: 'm', role: 'mask' }] },
      'edit 1:target=h3 -:mask=m | a hat here',
    ],
    [
      'a mask of another size',
      { ...CHAIN, masks: { m: { widthPx: 9, heightPx: 9 } } },
      { mode: 'edit', prompt: 'x', inputs: [{ maskHash: 'm', role: 'mask' }] },
      'mask_size',
    ],
    [
      'a mask on nothing',
      CHAIN,
      { mode: 'new', prompt: 'x', inputs: [{ maskHash: 'm', role: 'mask' }] },
      'mask_without_target',
    ],
  ])('%s', (_, graph, turn, expected) => {
    expect(compiled(graph, turn)).toBe(expected);
  });
});

function otherOf(sessionTitle: string, version: number, sessionId = sessionTitle): OtherPicture {
  return {
    pictureId: `other-${sessionId}-${version}`,
    turnId: 'n',
    hash: `hother${version}`,
    version,
    widthPx: 64,
    heightPx: 64,
    sessionId,
    sessionTitle,
  };
}

describe('a mention that is not clear is an error with a way out', () => {
  const problem = (graph: ContextGraph, prompt: string) => {
    const result = compileContext(graph, turnSchema.parse({ mode: 'new', prompt }));
    return result.ok ? undefined : result.problems[0];
  };

  it('a version that is not there', () => {
    expect(problem(CHAIN, 'like @9')).toMatchObject({
      code: 'unknown_mention',
      field: 'prompt',
      span: { start: 5, end: 7 },
      suggestions: ['@v3', '@v2', '@v1'],
    });
  });

  it('a word of several pictures', () => {
    const graph = graphOf(2, '1 new - a cat', '2 edit 1 the cat at night');
    const found = problem(graph, 'like @cat');
    expect(found).toMatchObject({ code: 'ambiguous_mention', suggestions: ['@v2', '@v1'] });
    expect(refusalText(found!)).toBe('@cat could be v1, v2. Say which, such as @v2.');
  });

  it('a word of another session’s title', () => {
    const graph = { ...CHAIN, others: [otherOf('Red fox', 2)] };
    // Without a version it may be a text with an @ in it, and goes out with a hint.
    const result = compileContext(graph, turnSchema.parse({ mode: 'new', prompt: '@fox' }));
    expect(result.ok && result.context.warnings).toMatchObject([
      { code: 'unknown_mention', reason: 'word_elsewhere', suggestions: ['@red-fox/2'] },
    ]);
    expect(problem(graph, '@fox/7')).toMatchObject({ code: 'unknown_mention', suggestions: ['@fox/2'] });
  });

  it('two sessions of one title', () => {
    const graph = { ...CHAIN, others: [otherOf('Fox', 2, 'a'), otherOf('Fox', 2, 'b')] };
    expect(problem(graph, '@fox/2')).toMatchObject({ suggestions: ['@a/2', '@b/2'] });
    expect(problem(graph, '@b/2')).toBeUndefined();
  });

  it('every problem at once, each in its place', () => {
    const result = compileContext(CHAIN, turnSchema.parse({ mode: 'edit', prompt: '@8 and @9' }));
    expect(result.ok ? [] : result.problems.map(({ span }) => span?.start)).toEqual([0, 7]);
  });
});

it('sends a mention with one space on either side and none before punctuation', () => {
  const sent = (prompt: string) => {
    const result = compileContext(CHAIN, turnSchema.parse({ mode: 'new', prompt }));
    return result.ok ? result.context.sentPrompt : result.problems;
  };
  expect(sent('the fox of  @3 , on  @2  at  night')).toBe('the fox of image 1, on image 2 at  night');
  expect(sent('把 @3 ，放到@2里')).toBe('把 image 1，放到image 2里');
  expect(sent('like @1 .')).toBe('like image 1.');
});

it('mentions nothing in addresses and in text to draw', () => {
  const words = (prompt: string) => mentionsOf(prompt).map(({ token }) => token);
  expect(words('write to me@home.org')).toEqual([]);
  expect(words(`a sign "@cat" and 'see @dog' near @fox, “@1”`)).toEqual(['@fox']);
  expect(words("the cat's @3 and the dog's @v4.")).toEqual(['@3', '@v4']);
  expect(words('@red-fox/12 - @ @@ @3rd')).toEqual(['@red-fox/12', '@3rd']);
});

it('warns of the parent’s seed at the same size, and of another size', () => {
  const warnings = (options: TurnBody['options']) => {
    const result = compileContext(CHAIN, turnSchema.parse({ mode: 'edit', prompt: 'x', options }));
    return result.ok ? result.context.warnings.map(({ code }) => code) : [];
  };
  expect(warnings({ seed: 3 })).toEqual(['same_seed']);
  expect(warnings({ seed: 4 })).toEqual([]);
  expect(warnings({ seed: 3, widthPx: 96, heightPx: 64 })).toEqual(['size_changes']);
});

it('is pure, and an added reference never changes the number of an earlier one', () => {
  const graph = graphOf(4, '1 new', '2 new', '3 new', '4 edit 1 x');
  const input = fc.record({
    pictureId: fc.constantFrom('i1', 'i2', 'i3', 'i4'),
    role: fc.constantFrom<InputRole>('reference', 'style'),
  });
  fc.assert(
    fc.property(
      fc.array(input, { maxLength: 3 }),
      input,
      fc.constantFrom('x', 'like @2', '@3 with @1'),
      (inputs, added, prompt) => {
        const unlimited = { ...graph, maxInputs: 99 };
        const before = compileContext(unlimited, turnSchema.parse({ mode: 'edit', prompt: 'x', inputs }));
        const after = compileContext(
          unlimited,
          turnSchema.parse({ mode: 'edit', prompt, inputs: [...inputs, added] }),
        );
        const again = compileContext(
          unlimited,
          turnSchema.parse({ mode: 'edit', prompt, inputs: [...inputs, added] }),
        );
        expect(again).toEqual(after);
        if (!before.ok || !after.ok) throw new Error('expected both to be understood');
        const order = (context: typeof before.context) =>
          context.inputs.map(({ pictureId, role }) => pictureId + role);
        expect(order(after.context).slice(0, before.context.inputs.length)).toEqual(order(before.context));
      },
    ),
  );
});

it('knows the end of the active branch', () => {
  expect(endOfBranch(CHAIN)?.pictureId).toBe('i3');
  expect(endOfBranch(graphOf(null))).toBeUndefined();
  expect(endOfBranch(graphOf(null, '1 new - a cat …'))?.turnId).toBe('n1');
});
