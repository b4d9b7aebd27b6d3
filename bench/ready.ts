/** A process that loads the engine, says so on one line, and ends: its life up to that line is the time to ready. */
import { loadEngine } from '../engine/pipeline/engine.ts';

const engine = await loadEngine({ modelDir: process.argv[2]!, device: 'cpu' });
console.log(JSON.stringify({ ready: true }));
await engine.close();
