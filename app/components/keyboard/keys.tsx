/** Keys as they stand on the reader's keyboard. */
import { useSyncExternalStore } from 'react';

const SIGNS: Record<string, string> = { ArrowUp: '↑', Enter: '↵' };

export function Keys({ keys }: { keys: string }) {
  const mac = useSyncExternalStore(
    () => () => {},
    () => /Mac|iPhone|iPad/.test(navigator.platform),
    () => false,
  );
  return (
    <span className="flex shrink-0 gap-1">
      {keys.split('+').map((key) => (
        <kbd
          key={key}
          className="rounded-sm border border-line bg-panel px-1.5 font-mono text-2xs text-soft leading-5"
        >
          {key === 'Mod' ? (mac ? '⌘' : 'Ctrl') : (SIGNS[key] ?? key)}
        </kbd>
      ))}
    </span>
  );
}
