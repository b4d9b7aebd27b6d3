/** The contract of an engine over a real SGLang-Diffusion: `npm run remote -- sglang`, or `SGLANG_URL` where one draws with `models/mini`. */
import { describe } from 'vitest';
import { connectEngine } from '../../engine/index.ts';
import { contract } from './contract.ts';

const url = process.env.SGLANG_URL;

describe.skipIf(!url)('with SGLANG_URL', () => {
  contract('the real SGLang', async () => {
    const engine = await connectEngine({ kind: 'sglang', addresses: [url!] });
    return { engine, sidePx: 256, end: () => engine.close() };
  });
});
