/**
 * One answer for one claim, however often and however closely it is asked for. Of those who come with the same key while the
 * first is still taken in, each waits, and finds what the first was given; where that failed, the next tries. Knows no request.
 */
import type { Runtime } from '../runtime.ts';
import { type Claim, claimedAnswer, type TurnAnswer } from './store-turn.ts';

/** Those who are taken in, by who asks and under which key. A key is asked for again at the route where it was first. */
const underWay = new Map<string, Promise<void>>();

/** The answer that a claim was given before, or else that of `take`. Throws {@link Refusal} `idempotency_conflict`, and what `take` throws. */
export async function answerOnce(
  { db }: Pick<Runtime, 'db'>,
  claim: Claim,
  take: () => Promise<TurnAnswer>,
): Promise<TurnAnswer> {
  const name = JSON.stringify([claim.owner, claim.key]);
  // Of several who waited, one goes on; the others find it in their way.
  for (let first = underWay.get(name); first; first = underWay.get(name)) await first;
  const known = claimedAnswer(db, claim);
  if (known) return known;
  const taken = take();
  underWay.set(
    name,
    Promise.allSettled([taken]).then(() => void underWay.delete(name)),
  );
  return taken;
}
