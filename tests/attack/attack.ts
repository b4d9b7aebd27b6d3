/** All parts of the attack, one after the other, on one studio; faults have studios of their own. */
import { playFault } from './faults.ts';
import { type Findings, noFindings } from './findings.ts';
import { attackWithKills } from './kills.ts';
import { Random } from './random.ts';
import { attackRoutes } from './requests.ts';
import { attackSockets } from './sockets.ts';
import { Target } from './target.ts';

export interface AttackOptions {
  seed: number;
  inputs: number;
  sockets: number;
  kills: number;
  faults: readonly string[];
  tell: (line: string) => void;
}

/** What was found, and which faults could not be played on this machine, with the reason. */
export async function attack(
  dataDir: string,
  { seed, inputs, sockets, kills, faults, tell }: AttackOptions,
): Promise<{ findings: Findings; unplayed: [string, string][] }> {
  const findings = noFindings();
  const random = new Random(seed);
  const unplayed: [string, string][] = [];
  let target = await Target.ready(dataDir, findings);
  try {
    if (inputs > 0) {
      tell(`${inputs} hostile requests`);
      await attackRoutes(target, random, inputs);
      findings.inputs += inputs;
      tell(`statuses ${JSON.stringify(Object.fromEntries(target.statuses))}`);
    }
    if (sockets > 0) {
      tell(`${sockets} sockets`);
      await attackSockets(target, random, sockets, findings);
    }
    if (kills > 0) {
      tell(`${kills} kills`);
      target = await attackWithKills(target, random, kills, findings);
    }
  } finally {
    await target.kill('server', 'SIGTERM');
  }
  for (const fault of faults) {
    tell(fault);
    const why = await playFault(fault, findings);
    if (why) unplayed.push([fault, why]);
  }
  return { findings, unplayed };
}
