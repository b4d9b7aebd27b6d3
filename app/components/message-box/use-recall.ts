/** The arrow up in an empty box brings back what was sent, one message older with each press; the arrow down goes to newer ones. */
import { type KeyboardEvent, useRef } from 'react';
import type { TurnView } from '../../../studio/protocol.ts';

type Press = (event: KeyboardEvent<HTMLTextAreaElement>) => boolean;

/** Returns a handler for key presses; it returns true for a press that it handled. */
export function useRecall(turns: readonly TurnView[], text: string, onChange: (text: string) => void): Press {
  const place = useRef<number | null>(null);

  return ({ key, altKey, ctrlKey, metaKey, shiftKey }) => {
    const way = key === 'ArrowUp' ? 1 : key === 'ArrowDown' ? -1 : 0;
    if (way === 0 || altKey || ctrlKey || metaKey || shiftKey) return false;
    const sent = sentTexts(turns);
    const here = place.current !== null && sent[place.current] === text ? place.current : null;
    if (here === null && (text !== '' || way < 0)) return false;
    const next = (here ?? -1) + way;
    if (next >= sent.length) return true;
    place.current = next < 0 ? null : next;
    onChange(sent[next] ?? '');
    return true;
  };
}

/** The texts of the messages that were sent, newest first, each once. */
function sentTexts(turns: readonly TurnView[]): string[] {
  return [...new Set(turns.map(({ prompt }) => prompt).reverse())].filter(Boolean);
}
