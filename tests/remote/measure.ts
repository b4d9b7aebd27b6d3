/** What the way to a server costs beyond its own time: each request of the engine is timed on its way, by a relay on loopback. */
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectEngine, type GenerationRequest } from '../../engine/index.ts';
import { gradientPng, requestOf } from '../engine/requests.ts';

const ROUNDS = 9;

/** Medians in milliseconds of a picture and an edit of 256 x 256 px in 8 steps. */
export interface Figures {
  engine: string;
  pictureMs: number;
  editMs: number;
  /** What the engine takes for the picture beyond the time from the request to the whole answer. */
  overheadMs: number;
}

/** Draws on an idle SGLang. */
export async function measure(url: string): Promise<Figures> {
  const relay = await Relay.start(url);
  const engine = await connectEngine({ kind: 'sglang', addresses: [relay.url] });
  const request = requestOf({ ...{ widthPx: 256, heightPx: 256, steps: 8 }, layout: 'separate' });
  const timed = async (changes: Partial<GenerationRequest>) => {
    const from = performance.now();
    await Array.fromAsync(engine.generate({ ...request, ...changes }));
    return performance.now() - from;
  };
  const references = [await gradientPng(256, 256)];
  const rounds: { pictureMs: number; editMs: number; overheadMs: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const pictureMs = await timed({});
    const overheadMs = pictureMs - relay.lastMs;
    rounds.push({ pictureMs, overheadMs, editMs: await timed({ references }) });
  }
  await engine.close();
  relay.close();
  const median = (of: 'pictureMs' | 'editMs' | 'overheadMs') => {
    const values = rounds.map((round) => round[of]).toSorted((a, b) => a - b);
    return Math.round(values[ROUNDS >> 1]! * 10) / 10;
  };
  return {
    engine: engine.info.numerics,
    ...{ pictureMs: median('pictureMs'), editMs: median('editMs'), overheadMs: median('overheadMs') },
  };
}

/** Hands requests on and times them. Its own way through counts for the engine, so that no figure is too good. */
class Relay {
  readonly url: string;
  readonly close: () => void;
  /** From a whole request for a picture to its whole answer. */
  lastMs = 0;

  private constructor(url: string, close: () => void) {
    this.url = url;
    this.close = close;
  }

  static async start(target: string): Promise<Relay> {
    const server = createServer(async (asked, answered) => {
      const body = Buffer.concat(await Array.fromAsync(asked as AsyncIterable<Buffer>));
      const from = performance.now();
      const { method, headers } = asked;
      const passed = send(new URL(asked.url!, target), { method, headers }, async (answer) => {
        const whole = Buffer.concat(await Array.fromAsync(answer as AsyncIterable<Buffer>));
        if (asked.url!.includes('/images/')) relay.lastMs = performance.now() - from;
        answered.writeHead(answer.statusCode!, answer.headers).end(whole);
      });
      passed.on('error', () => answered.destroy());
      passed.end(body);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const close = () => {
      server.close();
      server.closeAllConnections();
    };
    const relay = new Relay(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, close);
    return relay;
  }
}
