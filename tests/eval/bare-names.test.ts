/** What people type most, a bare name, is drawn by the small model as it is drawn within a sentence (docs/log.md, "The second mini"). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadEngine } from '../../engine/index.ts';
import { readCases } from '../../eval/cases.ts';
import { type Judges, judge } from '../../eval/judges/judge.ts';
import { loadJudges } from '../../eval/judges/load.ts';
import { readPixels } from '../../eval/judges/pixels.ts';
import { truthOf } from '../../eval/judges/truth.ts';
import { Maker } from '../../eval/maker.ts';

const set = readCases();
const folder = mkdtempSync(join(tmpdir(), 'palimpsest-names-'));
const engine = await loadEngine({ modelDir: 'models/mini', device: 'cpu' });
let judges: Judges;
beforeAll(async () => {
  judges = await loadJudges(set);
});
afterAll(async () => {
  await judges.words?.close();
  await engine.close();
  rmSync(folder, { recursive: true });
});

test.each(['fox', 'FOX', 'cat', 'robot'])('"%s" is one', async (prompt) => {
  const typed = set.cases.find((one) => one.kind === 'typed' && one.prompt === prompt)!;
  const { file } = await new Maker(engine, folder, { reuse: false, secondLook: false }).make(typed);
  const { right } = await judge(typed, await readPixels(file), await truthOf(typed), judges);
  expect(right).toBe(true);
});
