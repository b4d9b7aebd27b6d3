/** Loads a part of the page until it is there: without a network now, it comes with the network, and no page breaks for it. */

const RETRY_MS = 4_000;

/** Never rejects. */
export async function patiently<Part>(load: () => Promise<Part>): Promise<Part> {
  for (;;) {
    try {
      return await load();
    } catch {
      await new Promise<void>((next) => {
        const go = () => {
          removeEventListener('online', go);
          next();
        };
        addEventListener('online', go);
        setTimeout(go, RETRY_MS);
      });
    }
  }
}
