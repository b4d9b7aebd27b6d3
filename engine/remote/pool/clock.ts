/** Time as the pool sees it, so that hours of it can pass in a test. */
export interface Clock {
  /** Milliseconds that only ever grow. */
  now(): number;
  /** Calls once after so many milliseconds; the returned function takes the call back. */
  after(ms: number, call: () => void): () => void;
}

/** The machine's own time. */
export const machineClock: Clock = {
  now: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};
