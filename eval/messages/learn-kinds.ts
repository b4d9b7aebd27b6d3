/**
 * node eval/messages/learn-kinds.ts
 * Learns the weights by which the kind of a message is guessed, from the halves of the corpus that may be read, the phrases of
 * `kinds.txt` and the captions of the small model's cases, and writes them to `studio/agent/kinds/weights.json`. The same files, the
 * same weights. AdaGrad on one logistic loss a kind; a kind of another right reading is not learnt from.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainText } from '../../studio/agent/interpreter.ts';
import { featuresOf, WHOLE } from '../../studio/agent/kinds/features.ts';
import { KINDS, type Kind, kindOf } from '../../studio/agent/kinds/kinds.ts';
import { LETTERS, numberOf } from '../../studio/agent/kinds/likely.ts';
import { Scene } from '../../studio/agent/scene.ts';
import { CHINESE_THINGS, ENGLISH_THINGS } from '../../studio/reading/things.ts';
import { fixtureSessions, type Line, readCorpus } from './corpus.ts';

/** Weights are whole numbers of so many steps to either side; of all weights this share is smaller than the largest. */
const LARGEST = 31;
const CLIPPED = 0.999;
/** A feature that fewer examples have is not learnt. */
const FEWEST = 3;
const EPOCHS = 12;
const RATE = 0.5;
const DECAY = 1e-4;
/** An example that is as near to right as this is not learnt from. */
const NEAR = 0.01;
/** Each phrase is said in so many of its sessions. */
const SESSIONS_A_PHRASE = 2;
const FOLDER = import.meta.dirname;

interface Example {
  /** Its features, each once. */
  features: string[];
  /** Of each kind 1 or 0, or -1 where it is not learnt from. */
  is: Int8Array;
}

const sessions = fixtureSessions();

function example(
  message: string,
  session: string,
  right: readonly Kind[],
  also: readonly Kind[] = [],
): Example {
  const scene = new Scene({ session: sessions[session]!, knows: null, model: null });
  const is = Int8Array.from(KINDS, (kind) => (right.includes(kind) ? 1 : also.includes(kind) ? -1 : 0));
  return { features: [...new Set(featuresOf(scene, plainText(message).text))], is };
}

/** A step that names the picture it is about may be said as going there first. */
const toldBeside = (plan: Line['plan']): Kind[] =>
  plan.some((step) => 'target' in step || 'of' in step) ? ['go'] : [];

function ofCorpus(): Example[] {
  return (['tuning', 'third-tuning', 'fourth-tuning', 'fifth-tuning'] as const).flatMap((part) =>
    readCorpus(part).map(({ message, session, plan, or = [] }) =>
      example(message, session, plan.map(kindOf), [...or.flat().map(kindOf), ...toldBeside(plan)]),
    ),
  );
}

/** The phrases of `kinds.txt`, spread over the sessions of their headings. */
function ofPhrases(): Example[] {
  let kind: Kind = 'ask';
  let names: string[] = [];
  return readFileSync(join(FOLDER, 'kinds.txt'), 'utf8')
    .split('\n')
    .filter((row) => row.trim() !== '' && !row.startsWith('#'))
    .flatMap((row, place) => {
      const head = /^\[(\S+) @ (.+)\]$/.exec(row);
      if (head) [kind, names] = [head[1] as Kind, head[2]!.split(' ')];
      return head
        ? []
        : Array.from({ length: SESSIONS_A_PHRASE }, (_, k) =>
            example(row, names[(place * SESSIONS_A_PHRASE + k) % names.length]!, [kind]),
          );
    });
}

/** Captions and edits of the small model's cases: nothing else than drawing. */
function ofCases(): Example[] {
  const { cases } = JSON.parse(readFileSync(join(FOLDER, '../cases/cases.json'), 'utf8')) as {
    cases: { prompt: string; references: unknown[] }[];
  };
  const names = ['one', 'chain', 'branches', 'several'];
  return cases.flatMap(({ prompt, references }, k) => {
    const name = names[k % names.length]!;
    if (references.length > 0) return [example(prompt, name, ['edit'])];
    return [
      example(prompt, 'empty', ['new']),
      ...(k % 3 === 0 ? [example(prompt, name, ['new'], ['edit'])] : []),
    ];
  });
}

/** What is said of things, whatever they are: `{x}` and `{y}` are two of the list of things. */
const ORDINARY: readonly (readonly [
  session: string,
  right: Kind,
  also: readonly Kind[],
  phrases: readonly string[],
])[] = [
  [
    'empty',
    'new',
    [],
    [
      ...[
        '{x}',
        'a {x}',
        '{x} please',
        'draw a {x}',
        'a {x} on a {y}',
        '{x} and {y}',
        'a {x} with a {y}',
        '{x} {y}',
      ],
      ...[
        'a cute {x}',
        '{x} in front of a {y}',
        'a {y} riding a {x}',
        'two {x}s',
        'picture of a {x}',
        'the {x} and the {y}',
      ],
      ...[
        '{x}, watercolour',
        'big {x} top right',
        'i want a {x}',
        'can you draw a {x}',
        '{x} eating {y}',
        '{x}ing {y}',
      ],
    ],
  ],
  [
    'one chain branches several',
    'edit',
    ['new'],
    [
      '{x}',
      'a {x}',
      'a {x} and a {y}',
      '{x} please',
      'a {x} on the {y}',
      'now a {x}',
      '{x} and {y}',
      '{x}ing',
      'a {x} {y}',
    ],
  ],
  [
    'one chain branches several',
    'edit',
    [],
    [
      ...[
        'add a {x}',
        'make it a {x}',
        'turn it into a {x}',
        'replace it with a {x}',
        'put a {x} next to it',
        'with a {x}',
      ],
      ...[
        '{x} instead',
        'remove the {x}',
        'give it a {x}',
        'a bigger {x}',
        '{x} in the background',
        'now with a {x}',
      ],
      ...[
        'can i have this as a {x}',
        'make the {x} red',
        'the {x} should be bigger',
        'swap the {x} for a {y}',
        'no {x}',
      ],
      ...[
        'it should hold a {x}',
        'more {x}s',
        'the {x} is too small',
        'could it have a {x}',
        'the {x} has to go',
        'text "HI" like a {x}',
        'can i have this as a {x} drawing',
        'i would like a {x} there',
        'how about a {x}',
        'instead of the {x} a {y}',
        'the {x} in yellow',
        'a {x} should sit on the {y}',
        'hide the {x}',
        'as a {x}',
        'change the {x} to a {y}',
      ],
    ],
  ],
  [
    'one chain branches several',
    'new',
    [],
    [
      'draw a {x}',
      'new picture: {x}',
      'next a {x}',
      'now draw a {x} with a {y}',
      'a picture of a {x} please',
    ],
  ],
];
const ORDINARY_ZH: typeof ORDINARY = [
  [
    'empty',
    'new',
    [],
    [
      '{x}',
      '画{x}',
      '一个{x}',
      '{x}和{y}',
      '我要{x}',
      '拿着{y}的{x}',
      '能画{x}吗',
      '可爱的{x}',
      '{x}在{y}旁边',
    ],
  ],
  ['chinese chain one', 'edit', ['new'], ['{x}', '一个{x}', '{x}和{y}', '{x}{y}']],
  [
    'chinese chain one',
    'edit',
    [],
    [
      '加个{x}',
      '换成{x}',
      '变成{x}',
      '不要{x}',
      '把{x}去掉',
      '{x}大一点',
      '{x}换成{y}',
      '旁边放个{x}',
      '{x}冒烟',
      '{x}在跑',
    ],
  ],
  ['chinese chain one', 'new', [], ['画个{x}', '新图：{x}', '再画一张{x}']],
];

/** Each thing of the lists once in each group, in the next of its phrases. */
function ofThings(): Example[] {
  const spread = (groups: typeof ORDINARY, things: readonly string[]) =>
    groups.flatMap(([names, right, also, phrases]) =>
      things.map((thing, k) => {
        const other = things[(k * 7 + 3) % things.length]!;
        const phrase = phrases[k % phrases.length]!;
        const sessions = names.split(' ');
        const session = sessions[Math.floor(k / phrases.length) % sessions.length]!;
        return example(phrase.replace('{x}', thing).replace('{y}', other), session, [right], also);
      }),
    );
  const every = (things: Iterable<string>, one: number) => [...things].filter((_, k) => k % one === 0);
  return [
    ...spread(ORDINARY, every(ENGLISH_THINGS.keys(), 6)),
    ...spread(ORDINARY_ZH, every(CHINESE_THINGS.keys(), 4)),
  ];
}

/** Numbers in the same order on every machine. */
function counter(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The numbers of the features that enough examples have, in their order; a whole short message is learnt from one. */
function knownFeatures(examples: readonly Example[]): number[] {
  const counts = new Map<string, number>();
  for (const { features } of examples)
    for (const feature of features) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  const known = [...counts.keys()].filter(
    (feature) => feature.startsWith(WHOLE) || counts.get(feature)! >= FEWEST,
  );
  return [...new Set(known.map(numberOf))].sort((one, other) => one - other);
}

function learn(examples: readonly Example[], known: readonly number[]) {
  const kinds = KINDS.length;
  const places = new Map(known.map((feature, row) => [feature, row]));
  const rowsOf = examples.map(({ features }) =>
    features.flatMap((feature) => places.get(numberOf(feature)) ?? []),
  );
  const weights = new Float32Array(known.length * kinds);
  const squares = new Float32Array(weights.length).fill(1e-6);
  const bias = new Float32Array(kinds);
  const next = counter(1);
  const order = examples.map((_, k) => k);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (let k = order.length - 1; k > 0; k--) {
      const other = Math.floor(next() * (k + 1));
      [order[k], order[other]] = [order[other]!, order[k]!];
    }
    for (const place of order) {
      const { features, is } = examples[place]!;
      const rows = rowsOf[place]!;
      const share = 1 / Math.sqrt(features.length);
      for (let kind = 0; kind < kinds; kind++) {
        if (is[kind] === -1) continue;
        let sum = bias[kind]!;
        for (const row of rows) sum += weights[row * kinds + kind]! * share;
        const error = 1 / (1 + Math.exp(-sum)) - is[kind]!;
        if (Math.abs(error) < NEAR) continue;
        bias[kind]! -= RATE * 0.02 * error;
        for (const row of rows) {
          const at = row * kinds + kind;
          const slope = error * share + DECAY * weights[at]!;
          squares[at]! += slope * slope;
          weights[at]! -= (RATE * slope) / Math.sqrt(squares[at]!);
        }
      }
    }
  }
  return { weights, bias };
}

const examples = [...ofCorpus(), ...ofPhrases(), ...ofCases(), ...ofThings()];
const known = knownFeatures(examples);
const { weights, bias } = learn(examples, known);
const sizes = Float32Array.from(weights, Math.abs).sort();
const step = sizes[Math.floor(sizes.length * CLIPPED)]! / LARGEST;
const letters = Array.from(weights, (each) =>
  Math.max(-LARGEST, Math.min(LARGEST, Math.round(each / step))),
).map((whole) => LETTERS[whole + LARGEST]);
const numbers = new DataView(new ArrayBuffer(known.length * 4));
known.forEach((feature, row) => {
  numbers.setUint32(row * 4, feature, true);
});
const base64 = (bytes: ArrayBufferLike) => Buffer.from(bytes).toString('base64');
writeFileSync(
  join(FOLDER, '../../studio/agent/kinds/weights.json'),
  `${JSON.stringify({ step, bias: [...bias], features: base64(numbers.buffer), weights: letters.join('') }, null, 2)}\n`,
);
console.log(`${examples.length} examples, ${known.length} features`);
