/**
 * The same answer for the same claim, however often and however closely a client sends its request. While the first request with a
 * key is under way, later requests with that key wait for its answer; where it failed, the next one is taken instead.
 */
import type { Runtime } from '../runtime.ts';
import { type Claim, claimedAnswer, type TurnAnswer } from './store-turn.ts';

/** Requests under way, by owner and key. Resolved, never rejected, when the request has its answer or has failed. */
const underWay = new Map<string, Promise<void>>();

/**
 * The answer that a claim was given before, or else that of `take`. Throws {@link Refusal} `idempotency_conflict`, and what
 * `take` throws.
 */
export async function answerOnce(
  { db }: Pick<Runtime, 'db'>,
  claim: Claim,
  take: () => Promise<TurnAnswer>,
): Promise<TurnAnswer> {
  const name = JSON.stringify([claim.owner, claim.key]);
  // When a request ends, those that waited for it go on one after another: the first takes its place in the map, the others wait for
  // the first.
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
