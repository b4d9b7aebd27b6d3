/** One message of a session at a time: its steps stand on each other, and on those of the message before. Knows no message. */

/** What is under way, by session. Never rejected. */
const underWay = new Map<string, Promise<unknown>>();

/** Does `work` once all earlier work on the session has ended. Throws what `work` throws. */
export function inLine<T>(sessionId: string, work: () => Promise<T>): Promise<T> {
  const before = underWay.get(sessionId) ?? Promise.resolve();
  const done = before.then(work);
  const ended = done
    .catch(() => {})
    .then(() => {
      if (underWay.get(sessionId) === ended) underWay.delete(sessionId);
    });
  underWay.set(sessionId, ended);
  return done;
}
