/** Server and engine are killed in the middle of pictures; each comes out as the bytes that the same recipe gives unharmed, once. */
import { createHash } from 'node:crypto';
import type { Findings } from './findings.ts';
import type { Random } from './random.ts';
import { QUICK, Target, until } from './target.ts';

interface Made {
  turns: { id: string; job: { state: string } | null; pictures: { id: string; hash: string }[] }[];
}

/** How long a turn may take on a busy machine, started again several times. */
const PATIENCE_MS = 300_000;

/** Kills so many times. Answers the server that is left. */
export async function attackWithKills(
  before: Target,
  random: Random,
  count: number,
  findings: Findings,
): Promise<Target> {
  let target = before;
  await target.json('POST', '/api/queue', { paused: false });
  const { body } = await target.json<{ session: { id: string } }>('POST', '/api/sessions', {});
  const { id } = body.session;
  const options = { ...QUICK, steps: 4, seed: 11 };
  const ask = (prompt: string, inputs: unknown[] = []) =>
    target.json<{ turn: { id: string } }>('POST', `/api/sessions/${id}/turns`, {
      ...{ prompt, inputs, options, mode: inputs.length > 0 ? 'edit' : 'new' },
    });
  const made = async (turnId: string) => {
    let found: Made['turns'][number] | undefined;
    await until('a picture', PATIENCE_MS, async () => {
      const session = await target.json<Made>('GET', `/api/sessions/${id}`);
      found = session.body.turns?.find((turn) => turn.id === turnId);
      return ['done', 'failed', 'cancelled'].includes(found?.job?.state ?? '');
    });
    return found!;
  };
  const base = await made((await ask('a fox')).body.turn.id);
  const edit = [{ pictureId: base.pictures[0]!.id, role: 'target' }];
  const right = {
    new: base.pictures[0]!.hash,
    edit: (await made((await ask('a red fox', edit)).body.turn.id)).pictures[0]!.hash,
  };
  const hashes = new Set(Object.values(right));
  for (let kill = 0; kill < count; kill += 1) {
    const kind = random.pick(['new', 'edit'] as const);
    findings.inputs += 1;
    const turn = await (kind === 'new' ? ask('a fox') : ask('a red fox', edit));
    await new Promise((done) => setTimeout(done, random.below(1_500)));
    const whom = random.pick(['server', 'engine'] as const);
    await target.kill(whom);
    if (whom === 'server') target = await Target.ready(target.dataDir, findings);
    const { pictures } = await made(turn.body.turn.id);
    if (pictures.length !== 1) findings.lostPictures += 1;
    else if (pictures[0]!.hash !== right[kind]) findings.wrongBytes += 1;
    for (const { hash } of pictures) hashes.add(hash);
  }
  await checkBytes(target, hashes, findings);
  return target;
}

/** Whether every picture is there and is what its name says. */
export async function checkBytes(
  target: Target,
  hashes: Iterable<string>,
  findings: Findings,
): Promise<void> {
  for (const hash of hashes) {
    const answer = await fetch(`${target.url}/images/${hash}`);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (answer.status !== 200) findings.lostPictures += 1;
    else if (createHash('sha256').update(bytes).digest('hex') !== hash) findings.wrongBytes += 1;
  }
}
