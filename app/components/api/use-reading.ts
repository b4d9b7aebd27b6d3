/** The rules that read a message by the model's own list. They hold our word lists, so they are loaded apart from the page. */
import { useEffect, useState } from 'react';
import type { Knows } from '../../../studio/known.ts';
import { atFirstSign } from '../ui/layers/first-sign.ts';
import { patiently } from '../ui/layers/patiently.ts';

const load = async () => ({
  ...(await import('../../../studio/reading/notes.ts')),
  ...(await import('../../../studio/wording/wording.ts')),
});

export type Reading = Awaited<ReturnType<typeof load>>;

let loaded: Reading | null = null;

/** Null until they are loaded, and for a model without a list. They are there before the first word is typed: at the first sign of somebody. */
export function useReading(knows: Knows | null): Reading | null {
  const [reading, setReading] = useState<Reading | null>(loaded);
  useEffect(() => {
    if (!knows || reading) return;
    let current = true;
    const forget = atFirstSign(() => {
      void patiently(load).then((rules) => {
        loaded = rules;
        // The list is compiled now, not at the first key.
        rules.readingNotes({ prompt: '', targetId: null, turns: [] }, { knows, modelDigest: '' });
        if (current) setReading(rules);
      });
    });
    return () => {
      current = false;
      forget();
    };
  }, [knows, reading]);
  return knows && reading;
}
