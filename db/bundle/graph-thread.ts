/** The thread of a large graph: reads and checks it once, then gives out what it is asked for. */
import { parentPort } from 'node:worker_threads';
import { Refusal } from '../../studio/refusal.ts';
import type { Manifest } from './bundle.ts';
import { type GraphList, overviewOf, type Reading } from './graph.ts';
import { parseManifest } from './parse-manifest.ts';

const port = parentPort!;

port.once('message', (bytes: Uint8Array) => {
  const manifest = read(bytes);
  if (!manifest) return;
  port.on('message', ({ list, from, count }: { list: GraphList; from: number; count: number }) => {
    port.postMessage((manifest[list] ?? []).slice(from, from + count));
  });
  port.postMessage({ overview: overviewOf(manifest) } satisfies Reading);
});

function read(bytes: Uint8Array): Manifest | undefined {
  try {
    return parseManifest(bytes);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    port.postMessage({ refused: error.key, params: error.params } satisfies Reading);
    return undefined;
  }
}
