/** The first sign that somebody is at the page: what nobody waits for at first is loaded then, and not before. */

const SIGNS = ['pointermove', 'pointerdown', 'touchstart', 'keydown', 'input'] as const;
const waiting = new Set<() => void>();
let wasSeen = false;

/** Runs at the first pointer that moves, touch or key; at once where that has been. Returns what forgets it. */
export function atFirstSign(run: () => void): () => void {
  if (wasSeen) run();
  else waiting.add(run);
  return () => waiting.delete(run);
}

function onSign(): void {
  wasSeen = true;
  for (const sign of SIGNS) removeEventListener(sign, onSign, true);
  for (const run of waiting) run();
  waiting.clear();
}

if (typeof document !== 'undefined')
  for (const sign of SIGNS) addEventListener(sign, onSign, { capture: true, passive: true });
