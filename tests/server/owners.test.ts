/**
 * Two owners in one studio, each with a real engine's pictures: whatever one asks of any route of the document, of the tools for
 * agents or of the sockets with what is the other's in it, the answer is that to a name that nobody has, and holds nothing of the
 * other's. What they have in common (the same bytes, the same words) shows neither that the other has it too.
 */
import fc from 'fast-check';
import type { OpenAPIV3_1 } from 'openapi-types';
import sharp from 'sharp';
import { expect, onTestFinished, test } from 'vitest';
import { readReceipt } from '../../db/bundle/receipt.ts';
import { DEFAULT_LIMITS } from '../../studio/people/people.ts';
import type { GalleryPage, MaskView, SessionEvent, SessionView, TurnView } from '../../studio/protocol.ts';
import { poll } from './api-client.ts';
import { type Guess, guessesAt, routesOf } from './guesses.ts';
import { QUICK } from './harness.ts';
import { Studio, withKey } from './people.ts';
import type { Someone } from './someone.ts';

const GUESSES_A_ROUTE = 12;
/** On a machine that is ten times slower. */
const LONG = { timeout: 900_000 };
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const SHA256 = /\b[0-9a-f]{64}\b/g;
const WORDS = ['quagga', 'zyzzyva', 'axolotl'];

/** A studio of two members, each with a key, and its administrator. */
async function studio() {
  const opened = await Studio.open();
  const { client, root } = opened;
  await root.call('PUT', '/api/admin/limits', {
    ...DEFAULT_LIMITS,
    requestsPerMinute: null,
    waitingJobs: null,
  });
  const ann = await withKey(await opened.person('ann'));
  return { client, root, ann, ben: await withKey(await opened.person('ben')) };
}

const square = (grey: number, side = 64) =>
  sharp({
    create: { width: side, height: side, channels: 3, background: { r: grey, g: grey, b: grey } },
  })
    .png()
    .toBuffer();

/** A session with an upload, a drawn picture, an edit of it, a painted mask, and a message that waits in line. */
async function furnish(someone: Someone, words: readonly string[], grey: number) {
  const { id } = (await someone.call<{ session: SessionView }>('POST', '/api/sessions', { title: words[0] }))
    .body.session;
  await someone.upload(id, await square(grey));
  const key = crypto.randomUUID();
  const { turn } = (await someone.turn(id, { prompt: `a ${words[1]}`, options: QUICK }, key)).body;
  await someone.finished(id, turn.id);
  const edit = await someone.turn(id, { mode: 'edit', prompt: `add a ${words[2]}`, options: QUICK });
  const edited = await someone.finished(id, edit.body.turn.id);
  expect(edited.job.state).toBe('done');
  // Of a size of its own: two white masks of one size are one file.
  const { mask } = (
    await someone.call<{ mask: MaskView }>('POST', `/api/sessions/${id}/masks`, await square(250, grey))
  ).body;
  return { id, key, mask, turnId: turn.id };
}

/** Every id and hash in what the API says of a session and of the queue, with the words that stand in it. */
async function secretsOf(someone: Someone, id: string, more: readonly string[]): Promise<string[]> {
  const told = JSON.stringify([
    await someone.open(id),
    (await someone.call('GET', '/api/queue')).body,
    (await someone.call('GET', `/api/sessions/${id}/messages`)).body,
  ]);
  const found = [...(told.match(UUID) ?? []), ...(told.match(SHA256) ?? [])];
  return [...new Set([...found, ...more])];
}

/** A text of the same form that nobody has. */
function fresh(secret: string): string {
  if (secret.match(UUID)) return crypto.randomUUID();
  if (secret.match(SHA256)) return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex');
  return `x${crypto.randomUUID().slice(0, 6)}`;
}

interface Heard {
  status: number;
  text: string;
}

async function ask(someone: Someone, { method, path, headers, body }: Guess): Promise<Heard> {
  const response = await fetch(`${someone.url}${path}`, {
    method,
    headers: {
      ...someone.headers,
      ...headers,
      Accept: 'application/json, text/event-stream',
      'Content-Type': 'application/json',
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const headed = [...response.headers].filter(([name]) => name !== 'date').join('\n');
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, text: `${headed}\n\n${bytes.toString('latin1')}` };
}

/** The same request with other texts in the places of some. */
function swapped(guess: Guess, swaps: ReadonlyMap<string, string>): Guess {
  let text = JSON.stringify(guess);
  for (const [from, to] of swaps) text = text.replaceAll(from, to);
  return JSON.parse(text) as Guess;
}

/** An answer without what differs between two requests of the same kind: names that were asked for, times and numbers of the log. */
function bare({ text }: Heard, names: Iterable<string>): string {
  let plain = text;
  for (const name of names) plain = plain.replaceAll(name, '«»');
  return plain
    .replaceAll(/"seq":\d+/g, '')
    .replaceAll(/etag.*|content-length.*/g, '')
    .replaceAll(/\d{13}/g, '');
}

test('no route tells an owner of the other, not even that there is something', {
  timeout: 900_000,
}, async () => {
  const { client, ann, ben, root } = await studio();
  const hers = await furnish(ann, WORDS, 40);
  const bens = await furnish(ben, ['fox', 'boat', 'star'], 90);
  await root.call('POST', '/api/queue', { paused: true });
  await ann.turn(hers.id, { mode: 'edit', prompt: `more ${WORDS[1]}`, options: QUICK });
  // What both have is none: the digest of the model.
  const common = await secretsOf(ben, bens.id, [bens.mask.hash]);
  expect(common).not.toContain(hers.mask.hash);
  const secrets = (await secretsOf(ann, hers.id, [hers.key, hers.mask.hash, ...WORDS])).filter(
    (secret) => !common.includes(secret),
  );
  expect(secrets.length).toBeGreaterThan(15);
  const before = JSON.stringify({ ...(await ann.open(hers.id)), seq: 0 });
  const { body: document } = await ben.call<OpenAPIV3_1.Document>('GET', '/api/openapi.json');
  const routes = routesOf(document).filter(({ path }) => path !== '/mcp');
  expect(routes.length).toBeGreaterThan(35);
  const tools = await toolsOf(ben);
  // What only reads goes first: once something was taken (a title, a prompt), its words are his own.
  const his = new Set<string>();
  const wanted = [
    ...routes.filter(({ method }) => method === 'GET').map((route) => guessesAt(route, secrets)),
    ...tools.map((what) =>
      guessesAt({ method: 'POST', path: '/mcp', what }, secrets).map(asCall(what.summary!)),
    ),
    ...routes.filter(({ method }) => method !== 'GET').map((route) => guessesAt(route, secrets)),
  ];
  for (const guesses of wanted)
    await fc.assert(
      fc.asyncProperty(guesses, async (guess) => {
        // A session of their own would be drawn in, and its picture waited for.
        const asked = waits(guess) ? withSession(guess, hers.id) : guess;
        const swaps = new Map(secrets.map((secret) => [secret, fresh(secret)]));
        const real = await ask(ben, asked);
        const other = await ask(ben, swapped(asked, swaps));
        const said = JSON.stringify(asked);
        const leaked = secrets.filter(
          (secret) => real.text.includes(secret) && !said.includes(secret) && !his.has(secret),
        );
        if (real.status < 300) for (const secret of secrets) if (said.includes(secret)) his.add(secret);
        expect({ asked, leaked }).toEqual({ asked, leaked: [] });
        expect({ asked, status: real.status }).toEqual({ asked, status: other.status });
        if (real.status >= 400) expect(bare(real, secrets)).toBe(bare(other, swaps.values()));
      }),
      { numRuns: GUESSES_A_ROUTE },
    );
  expect(JSON.stringify({ ...(await ann.open(hers.id)), seq: 0 })).toBe(before);
  expect((await client.call('GET', '/api/health')).status).toBe(200);
});

/** Routes that wait for the pictures of a session that is made for them, unless one is named. */
const waits = ({ path }: Guess): boolean => path.startsWith('/v1/images') || path === '/mcp';

function withSession(guess: Guess, sessionId: string): Guess {
  const { body } = guess as { body: { session_id?: string; params?: { name: string; arguments: object } } };
  if (guess.path !== '/mcp') return { ...guess, body: { ...(body as object), session_id: sessionId } };
  const { name, arguments: given } = body.params!;
  if (!/^(draw|edit|add)_/.test(name)) return guess;
  return { ...guess, body: { ...body, params: { name, arguments: { ...given, session_id: sessionId } } } };
}

/** The tools for agents, each in the form of an operation. */
async function toolsOf(someone: Someone): Promise<OpenAPIV3_1.OperationObject[]> {
  const asked = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };
  const { text } = await ask(someone, { method: 'POST', path: '/mcp', headers: {}, body: asked });
  const { result } = JSON.parse(/^data: (.*)$/m.exec(text)![1]!);
  return result.tools.map(({ name, inputSchema: schema }: { name: string; inputSchema: object }) => ({
    summary: name,
    requestBody: { content: { 'application/json': { schema } } },
    responses: {},
  }));
}

const asCall =
  (name: string) =>
  (guess: Guess): Guess => ({
    ...guess,
    body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: guess.body } },
  });

test('no socket tells an owner of the other', LONG, async () => {
  const { ann, ben } = await studio();
  const hers = await furnish(ann, WORDS, 40);
  const seen: string[] = [];
  const socket = ben.socket();
  onTestFinished(() => socket.terminate());
  socket.on('message', (data) => seen.push(String(data)));
  await new Promise((resolve) => socket.once('open', resolve));
  const secrets = await secretsOf(ann, hers.id, [hers.key, hers.mask.hash, ...WORDS]);
  for (const feed of ['*', 'queue', ...secrets]) socket.send(JSON.stringify({ subscribe: feed, after: 0 }));
  const more = await ann.turn(hers.id, { mode: 'edit', prompt: `more ${WORDS[1]}`, options: QUICK });
  await ann.finished(hers.id, more.body.turn.id);
  await ann.call('DELETE', `/api/sessions/${hers.id}`);
  await ben.newSession();
  // What came before it has come: frames are in order.
  await poll('the own session', async () =>
    seen.some((text) => text.includes('session.created')) ? true : undefined,
  );
  const errors = seen.filter((text) => text.startsWith('{"error"'));
  expect(errors).toHaveLength(secrets.length);
  const events = seen.filter((text) => !errors.includes(text) && !text.startsWith('{"beat"'));
  expect(new Set(events.map((text) => (JSON.parse(text) as SessionEvent).type))).toEqual(
    new Set(['session.created', 'queue.updated']),
  );
  expect(secrets.filter((secret) => events.some((text) => text.includes(secret)))).toEqual([]);
});

test(
  'the same bytes belong to each who has them, with their own words, and the same request is computed anew',
  LONG,
  async () => {
    const { ann, ben } = await studio();
    const asked = { prompt: 'a fox', options: { ...QUICK, seed: 5 } };
    const draw = async (someone: Someone, title: string) => {
      const { session } = (await someone.call<{ session: SessionView }>('POST', '/api/sessions', { title }))
        .body;
      const { turn } = (await someone.turn(session.id, asked)).body;
      return someone.finished(session.id, turn.id);
    };
    const first = await draw(ann, 'hers');
    const { hash } = first.pictures[0]!;
    expect((await ben.call('GET', `/images/${hash}`)).status).toBe(404);
    const second = await draw(ben, 'his');
    expect(second.pictures[0]!.hash).toBe(hash);
    expect((await ben.call('GET', `/images/${hash}`)).status).toBe(200);
    const cached = async (someone: Someone, { id }: TurnView) => {
      const { pictures } = (await someone.call<GalleryPage>('GET', '/api/pictures')).body;
      const { progress } = await someone.open(pictures.find(({ turnId }) => turnId === id)!.sessionId);
      return progress!
        .flatMap((event) => (event.type === 'cache' ? event.payload.entries : []))
        .filter(({ what }) => what !== 'modulations')
        .map(({ what, hit, count }) => ({ what, hit, count }));
    };
    // Nothing that the first owner's run had left was there for the second's: the uses of both runs are the same. Modulations depend
    // on the size and the number of steps alone, and are everyone's.
    expect(await cached(ben, second)).toEqual(await cached(ann, first));
  },
);

test('a dropped picture brings back no file of another owner', LONG, async () => {
  const { ann, ben } = await studio();
  const hers = await furnish(ann, WORDS, 40);
  const { pictures } = (await ann.open(hers.id)).turns.at(-1)!;
  const saved = await fetch(`${ann.url}/images/${pictures[0]!.hash}?download=it.png`, {
    headers: ann.headers,
  });
  const file = new Uint8Array(await saved.arrayBuffer());
  expect(readReceipt(file)?.turns.length).toBeGreaterThan(1);
  const { id } = await ben.newSession();
  const { body } = await ben.call<{ restored: { missingPictures: number; turns: TurnView[] } }>(
    'POST',
    `/api/sessions/${id}/uploads`,
    file,
  );
  expect(body.restored.missingPictures).toBeGreaterThan(0);
  expect(body.restored.turns.flatMap(({ inputs }) => inputs.map(({ hash }) => hash)).filter(Boolean)).toEqual(
    [],
  );
});
