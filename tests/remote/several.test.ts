/** Several servers behind one engine, over real sockets: what is not the same is refused by name, what is away is done without. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectEngine, type EngineEvent, RemoteEngine, type WatchedEngine } from '../../engine/index.ts';
import { requestOf } from '../engine/requests.ts';
import { type StandIn, startStandIn } from './stand-in.ts';

const PROMPT = 'a red ball';
const QUICK = { kind: 'sglang', retryDelayMs: 10, healthMs: 20 } as const;

let servers: StandIn[];
let engine: WatchedEngine | undefined;
beforeEach(async () => {
  servers = [await startStandIn(), await startStandIn()];
});
afterEach(async () => {
  await engine?.close();
  engine = undefined;
  for (const server of servers) await server.close();
});

const addresses = () => servers.map(({ url }) => url);
const hosts = () => addresses().map((url) => new URL(url).host);
const run = (count: number): Promise<EngineEvent[]> =>
  Array.fromAsync(
    engine!.generate(requestOf({ prompt: PROMPT, widthPx: 256, heightPx: 256, layout: 'separate', count })),
  );
const indexes = (events: EngineEvent[]) =>
  events.flatMap((event) => (event.type === 'picture' ? event.pictureIndex : [])).sort();
/** Pictures that a server was asked for, but for trials. */
const asked = ({ asked }: StandIn) => asked.filter(({ body }) => body.includes(PROMPT)).length;

test('the pictures of a request are drawn by all of them, each once', async () => {
  engine = await connectEngine({ ...QUICK, addresses: addresses() });
  expect(indexes(await run(6))).toEqual([0, 1, 2, 3, 4, 5]);
  const counts = servers.map(asked);
  expect(counts[0]! + counts[1]!).toBe(6);
  expect(Math.min(...counts)).toBeGreaterThan(0);
});

test('two that are not the same are refused by both names, and what differs', async () => {
  servers[1]!.version = '0.5.24';
  const error = await connectEngine({ ...QUICK, addresses: addresses() }).catch((reason) => reason);
  expect(error).toMatchObject({ code: 'bad_request', field: 'addresses' });
  for (const words of [...hosts(), '0.5.23', '0.5.24', 'left out']) expect(error.message).toContain(words);
});

test('an engine that runs already goes on with those that are the same, and says which one it leaves out', async () => {
  servers[1]!.trouble = 'warming';
  const running = new RemoteEngine({ ...QUICK, addresses: addresses() });
  engine = running;
  await running.ready();
  servers[1]!.version = '0.5.24';
  servers[1]!.trouble = 'none';
  await expect.poll(() => running.servers[1]!.state).toBe('refused');
  expect([running.state, running.error?.message]).toEqual(['ready', expect.stringContaining(hosts()[1]!)]);
  expect(indexes(await run(3))).toEqual([0, 1, 2]);
  expect(servers.map(asked)).toEqual([3, 0]);
  servers[1]!.version = '0.5.23';
  await expect.poll(() => running.servers.map(({ state }) => state)).toEqual(['in service', 'in service']);
  expect(running.error).toBeUndefined();
});

test('one that is away at the start is done without, and joins when it is there', async () => {
  servers[0]!.trouble = 'warming';
  engine = await connectEngine({ ...QUICK, addresses: addresses() });
  expect(indexes(await run(2))).toEqual([0, 1]);
  expect(servers.map(asked)).toEqual([0, 2]);
  servers[0]!.trouble = 'none';
  await expect.poll(() => (engine as RemoteEngine).servers[0]!.state).toBe('in service');
});

test('one that cannot be used at all is no server of the engine: its reason is told', async () => {
  const [one, other] = addresses() as [string, string];
  const asking = connectEngine({ ...QUICK, addresses: [one, `${other}/nowhere`], model: 'another-model' });
  await expect(asking).rejects.toMatchObject({ code: 'bad_request', field: 'model' });
});

test('one that goes down while nobody draws is found out; the engine is away only once all are', async () => {
  const running = new RemoteEngine({ ...QUICK, addresses: addresses() });
  engine = running;
  await expect.poll(() => running.servers.map(({ state }) => state)).toEqual(['in service', 'in service']);
  servers[0]!.trouble = 'warming';
  await expect.poll(() => running.servers[0]!.state).toBe('away');
  expect(running.state).toBe('ready');
  servers[1]!.trouble = 'warming';
  await expect.poll(() => running.state).toBe('restarting');
  for (const server of servers) server.trouble = 'none';
  await expect.poll(() => running.servers.map(({ state }) => state)).toEqual(['in service', 'in service']);
});

test('an address is named once, and there is one', () => {
  const [one] = addresses() as [string];
  for (const named of [[], [one, one], [one, `${one}/`]])
    expect(() => new RemoteEngine({ ...QUICK, addresses: named })).toThrow(/address of an engine/);
});

test('a wait for several is stopped as one for one is', async () => {
  servers[0]!.trouble = 'silent';
  const stop = new AbortController();
  const asking = connectEngine({ ...QUICK, addresses: addresses() }, { signal: stop.signal });
  await expect.poll(() => servers[0]!.asked.length).toBeGreaterThan(0);
  stop.abort();
  await expect(asking).rejects.toMatchObject({ code: 'cancelled' });
});
