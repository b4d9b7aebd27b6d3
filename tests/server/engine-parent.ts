/** A process that starts an engine, says its process id, and waits to be killed. */

import { join } from 'node:path';
import { startEngine } from '../../engine/index.ts';

const engineModule = join(import.meta.dirname, 'faulty-engine.ts');
const client = await startEngine({ modelDir: process.argv[2]!, device: 'cpu', engineModule });
process.send!(client.processId);
