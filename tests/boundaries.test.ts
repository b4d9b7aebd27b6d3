/**
 * The rooms of the house and the arrows between them: reads every import line and fails on one that no row of the table allows, on
 * an arrow of the table that no import takes, and on a room that is too flat or too big. Circles of files are biome's to find.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import * as vocabulary from '../studio/vocabulary.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** The engine as others see it. */
const ENGINE = 'engine/index.ts';

/** Nouns of the graph builder, of which operators and layers are made. */
const graphNouns = (...nouns: string[]): string[] => nouns.map((noun) => `kernels/${noun}.ts`);

/**
 * The rooms of `app/components`, from the leaves to the whole page: each may use those that it names, which stand above it, and
 * the pure rules of a turn. A name with a slash is a place outside of `app/components`.
 */
const PAGE_ROOMS: Record<string, readonly string[]> = {
  ui: [],
  keyboard: [],
  state: [],
  api: ['ui', 'state'],
  actions: ['ui', 'state', 'api'],
  facts: ['ui', 'state', 'actions'],
  picture: ['ui', 'state', 'api', 'actions'],
  'message-box': ['state', 'api', 'picture'],
  mask: ['ui', 'keyboard', 'state', 'api', 'actions', 'picture'],
  compare: ['ui', 'keyboard', 'state', 'picture'],
  gallery: ['ui', 'state', 'api', 'actions', 'picture'],
  lineage: ['ui', 'state', 'actions', 'picture'],
  queue: ['ui', 'api', 'actions', 'facts'],
  plan: ['ui', 'state', 'actions', 'picture', 'mask'],
  turn: ['ui', 'state', 'api', 'actions', 'facts', 'picture', 'plan'],
  details: ['ui', 'state', 'api', 'actions', 'facts', 'picture', 'lineage'],
  models: ['ui', 'state'],
  composer: ['ui', 'state', 'api', 'actions', 'picture', 'message-box', 'mask', 'gallery', 'models', 'plan'],
  start: ['ui', 'state', 'api', 'actions'],
  'can-draw': ['ui', 'state', 'api'],
  palette: ['ui', 'keyboard', 'state', 'api', 'actions', 'picture'],
  settings: ['ui', 'keyboard', 'state', 'api', 'actions', 'facts', 'composer'],
  people: ['ui', 'api', 'actions', 'facts'],
  stored: ['ui', 'api'],
  shell: ['ui', 'state', 'api', 'actions', 'picture', 'queue'],
  studio: [
    ...['ui', 'state', 'api', 'actions', 'picture', 'compare', 'gallery', 'turn', 'details', 'composer'],
    ...['start', 'palette', 'shell'],
  ],
};
const roomOfPage = (room: string): string => (room.includes('/') ? room : `app/components/${room}`);
const pageRows = Object.entries(PAGE_ROOMS).map(([room, used]) => [
  roomOfPage(room),
  ['studio', ENGINE, ...used.map(roomOfPage)],
]);

/** Rooms of the page: each may use the rules, whether it does yet or not. */
const PAGE = new Set(pageRows.map(([room]) => room as string));

/**
 * Each room with what its files may import besides each other. An entry is a room (with the rooms in it) or one file; a file is in
 * the first room of the table whose name its path begins with.
 */
const ROOMS: Record<string, readonly string[]> = {
  'kernels/index.ts': ['kernels'],
  'kernels/layers': [
    'kernels/ops',
    ...graphNouns('dim', 'errors', 'node', 'quantize', 'source', 'tensor', 'value'),
  ],
  'kernels/ops': graphNouns('dim', 'dtype', 'errors', 'node', 'shape', 'source', 'value'),
  kernels: [],
  // The engine from its nouns up: a request, the model, what is cached of it, who runs when, tokens, pictures, and the whole.
  'engine/request': [],
  'engine/model/models': [
    'kernels',
    'engine/request',
    'engine/model/config-schema.ts',
    'engine/model/weights.ts',
  ],
  'engine/model': ['kernels', 'engine/request', 'engine/model/models'],
  'engine/cache': ['kernels', 'engine/request', 'engine/model'],
  'engine/schedule': ['engine/request', 'engine/model', 'engine/cache'],
  'engine/tokens': ['engine/request', 'engine/model', 'engine/cache', 'engine/schedule/request-context.ts'],
  'engine/picture': [
    ...['kernels', 'engine/request', 'engine/model', 'engine/cache', 'engine/schedule/request-context.ts'],
    'engine/tokens/glyph-text.ts',
  ],
  'engine/pipeline': [
    ...['kernels', 'engine/request', 'engine/model', 'engine/cache', 'engine/schedule', 'engine/tokens'],
    'engine/picture',
  ],
  'engine/process': ['engine/request'],
  // The same surface over other servers: the same checks of a request, the same words to draw, the same files of pictures.
  'engine/remote': [
    ...['engine/request', 'engine/pipeline/request-check.ts', 'engine/tokens/glyph-text.ts'],
    ...['engine/picture/pixels.ts', 'engine/picture/mask.ts', 'engine/picture/masked-target.ts'],
  ],
  'engine/index.ts': ['engine'],
  studio: [ENGINE],
  'db/bundle': [
    ...['db', 'studio/agent/actions.ts', 'studio/agent/action-kinds.ts', 'studio/agent/message-reading.ts'],
    ...['studio/vocabulary.ts', 'studio/recipe.ts', 'studio/refusal.ts'],
  ],
  db: [
    ...[
      'vocabulary',
      'recipe',
      'refusal',
      'pictures',
      'words',
      'people/people',
      'agent/actions',
      'agent/message-reading',
    ].map((noun) => `studio/${noun}.ts`),
    // A folder without its database is known by the receipts of its pictures.
    'db/bundle/receipt.ts',
  ],
  // The server from rows up: as the page sees them, changed with their events, drawn, taken in, and all of it over HTTP.
  'server/views': ['db', 'studio', 'server/refusal-text.ts', 'server/runtime.ts'],
  'server/log': ['db', 'studio', 'server/views'],
  // Who asks, and what they may.
  'server/accounts': ['db', 'studio'],
  'server/drift': ['db', 'studio', ENGINE, 'server/views', 'server/log'],
  'server/engines': ['db', 'studio', ENGINE],
  'server/language': ['db/blobs.ts', 'studio', 'server/engines/engine-key.ts'],
  'server/queue': [
    ...['db', 'studio', ENGINE, 'server/refusal-text.ts', 'server/views', 'server/log'],
    'server/engines/engines.ts',
  ],
  // What leaves the server as a file: pictures with their receipts, small views, several at once.
  'server/files': ['db', 'studio', 'server/runtime.ts', 'server/shared-text.ts'],
  'server/turns': [
    ...['db', 'studio', ENGINE, 'server/runtime.ts', 'server/views', 'server/log', 'server/files'],
    ...['server/queue/read-ahead.ts', 'server/queue/queue-view.ts', 'server/accounts/limits.ts'],
  ],
  'server/messages': [
    ...['db', 'studio', ENGINE, 'server/runtime.ts', 'server/answer-text.ts', 'server/views', 'server/log'],
    ...['server/turns', 'server/language', 'server/queue/job-pictures.ts', 'server/refusal-text.ts'],
  ],
  'server/http': [
    ...[
      'db',
      'studio',
      ENGINE,
      'package.json',
      'server/runtime.ts',
      'server/refusal-text.ts',
      'server/views',
    ],
    ...['server/queue', 'server/turns', 'server/messages', 'server/engines', 'server/environment.ts'],
    ...['server/accounts', 'server/network.ts', 'server/files'],
    'server/language',
  ],
  // What stands beside the rooms, the type of the running parts among it.
  server: [
    'db',
    'studio',
    ENGINE,
    'messages',
    ...['metrics', 'pages/next-pages'].map((file) => `server/http/${file}.ts`),
    'server/queue/queue.ts',
    ...['server/engines', 'server/language'],
    'server/accounts',
  ],
  ...Object.fromEntries(pageRows),
  app: [
    ...['studio', 'settings', 'people', 'stored', 'can-draw'].map((room) => `app/components/${room}`),
    ...['studio', 'messages', 'package.json'],
  ],
  // Published benchmarks: formulas and data that know nothing of each other, judges, runs, and one file a benchmark.
  'benchmarks/formulas': ['eval/report/statistics.ts'],
  'benchmarks/data': [],
  'benchmarks/ocr': ['eval/judges/pixels.ts'],
  'benchmarks/judges': ['benchmarks/benchmark.ts'],
  'benchmarks/run': [
    ...['benchmark.ts', 'data', 'formulas', 'judges', 'ocr'].map((each) => `benchmarks/${each}`),
    ...['studio', ENGINE],
  ],
  benchmarks: [
    ...['benchmarks/data', 'benchmarks/formulas', 'benchmarks/judges', 'eval/report/statistics.ts'],
  ],
  command: [
    ...[
      'benchmarks',
      'server/engines',
      'db',
      'studio',
      ENGINE,
      'server/answer-text.ts',
      'server/bytes.ts',
      'server/environment.ts',
      'server/failure.ts',
      'server/known.ts',
      'server/messages/message-text.ts',
      'server/refusal-text.ts',
      'server/runtime.ts',
      'server/turns/bundles.ts',
      'server/turns/picture.ts',
      'server/turns/restore.ts',
    ],
  ],
  'server.ts': ['server', 'db', 'studio', ENGINE],
  // A chat without a running studio starts one.
  'cli.ts': ['command', 'server.ts', 'server/environment.ts'],
};

const FORBIDDEN_FOLDERS = ['lib', 'utils', 'helpers', 'types', 'core'];
/** Most files of one folder. */
const FLAT_LIMIT = 20;
/** Largest share of all lines that one top folder may hold. */
const SHARE_LIMIT = 0.36;

const isIn = (path: string, room: string): boolean => path === room || path.startsWith(`${room}/`);
const roomOf = (file: string): string | undefined => Object.keys(ROOMS).find((room) => isIn(file, room));

interface Arrow {
  from: string;
  to: string;
}

const sourceOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

function arrowsOf(file: string): Arrow[] {
  const targets = [...sourceOf(file).matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)].map(
    (match) => match[1]!,
  );
  return targets.map((target) => ({ from: file, to: relative(ROOT, resolve(ROOT, dirname(file), target)) }));
}

const sources = globSync('{kernels,engine,studio,db,server,app,command,benchmarks}/**/*.{ts,tsx}', {
  cwd: ROOT,
}).concat(['server.ts', 'cli.ts']);

test('imports follow the arrows of the table', () => {
  const wrong = sources.flatMap(arrowsOf).filter(({ from, to }) => {
    const room = roomOf(from);
    return room === undefined || (roomOf(to) !== room && !ROOMS[room]!.some((allowed) => isIn(to, allowed)));
  });
  expect(wrong).toEqual([]);
});

test('the table has no arrow that no import takes', () => {
  const taken = Map.groupBy(sources.flatMap(arrowsOf), ({ from }) => roomOf(from));
  const idle = Object.entries(ROOMS)
    .filter(([room]) => taken.has(room) && !PAGE.has(room))
    .flatMap(([room, allowed]) =>
      allowed
        .filter((each) => !taken.get(room)!.some(({ to }) => isIn(to, each)))
        .map((each) => `${room} -> ${each}`),
    );
  expect(idle).toEqual([]);
});

test('the pure rules load nothing from outside of their room: what they import of the engine is types', () => {
  const loads = sources
    .filter((file) => isIn(file, 'studio'))
    .flatMap((file) =>
      [...sourceOf(file).matchAll(/^(?:import|export)(?! type\b)[^;]*?from '(\.\.\/[^']+)'/gm)]
        .map((match) => join(dirname(file), match[1]!))
        .filter((loaded) => !isIn(loaded, 'studio'))
        .map((loaded) => `${file} loads ${loaded}`),
    );
  expect(loads).toEqual([]);
});

/** Lists that have one home: three of their words side by side are the list again. */
const WINDOW = 3;
const LISTS = [
  vocabulary.JOB_STATES,
  vocabulary.UNDER_WAY,
  vocabulary.ENDED,
  vocabulary.TURN_KINDS,
  vocabulary.TURN_STATES,
  vocabulary.INPUT_ROLES,
  vocabulary.TURN_MODES,
  vocabulary.OPERATION_KINDS,
  vocabulary.STAGES,
];

test('no room spells a list of the vocabulary out again', () => {
  const again = sources
    .filter((file) => ['studio', 'db', 'server', 'app'].includes(file.split('/')[0]!))
    .filter((file) => file !== 'studio/vocabulary.ts')
    .flatMap((file) =>
      LISTS.flatMap((list) =>
        list.slice(WINDOW - 1).flatMap((_, at) => {
          const words = list.slice(at, at + WINDOW).map((word) => `'${word}'`);
          return new RegExp(words.join('\\s*[,|]\\s*')).test(sourceOf(file)) ? [`${file}: ${words}`] : [];
        }),
      ),
    );
  expect(again).toEqual([]);
});

test('a room of the page uses only rooms that stand above it in the table', () => {
  const names = Object.keys(PAGE_ROOMS);
  const upward = Object.entries(PAGE_ROOMS).flatMap(([room, used]) =>
    used.filter((each) => names.indexOf(each) >= names.indexOf(room)).map((each) => `${room} -> ${each}`),
  );
  expect(upward).toEqual([]);
});

test('no folder is a drawer for leftovers', () => {
  const folders = sources.flatMap((file) => file.split('/').slice(0, -1));
  expect(folders.filter((folder) => FORBIDDEN_FOLDERS.includes(folder))).toEqual([]);
});

test('no folder is too flat', () => {
  const flat = Object.groupBy(sources, (file) => dirname(file));
  const crowded = Object.entries(flat).filter(
    ([folder, files]) => folder !== '.' && files!.length > FLAT_LIMIT,
  );
  expect(crowded.map(([folder, files]) => `${folder}: ${files!.length}`)).toEqual([]);
});

test('no room holds more than a third of the code', () => {
  const lines = sources.map((file) => [file.split('/')[0]!, sourceOf(file).split('\n').length] as const);
  const all = lines.reduce((sum, [, count]) => sum + count, 0);
  const rooms = [...new Set(lines.map(([room]) => room))];
  const shareOf = (room: string) =>
    lines.reduce((sum, [each, count]) => sum + (each === room ? count : 0), 0) / all;
  expect(rooms.filter((room) => shareOf(room) > SHARE_LIMIT)).toEqual([]);
});
