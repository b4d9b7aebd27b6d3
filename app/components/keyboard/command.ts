/** One thing that the page can do, by name: in the palette, by its keys, and in the help sheet. */
export interface Command {
  id: string;
  name: string;
  /** Keys that run the command: `Mod` is Ctrl or Cmd. */
  keys?: string;
  /** Null while the command has nothing to act on. */
  run: (() => void) | null;
}

/** True where the event is the keys, such as `Mod+Shift+Z` or `?`. */
export function isPressed(keys: string, event: KeyboardEvent): boolean {
  // The last sign is a key, even where it is the one that stands between the others.
  const parts = keys.toLowerCase().split(/\+(?!$)/);
  const key = parts.at(-1)!;
  const wanted = (name: string) => parts.includes(name);
  const mod = event.ctrlKey || event.metaKey;
  if (mod !== wanted('mod') || event.altKey !== wanted('alt')) return false;
  // A sign such as ? is typed with Shift on some keyboards and without on others.
  if (/[a-z]/.test(key) && event.shiftKey !== wanted('shift')) return false;
  return event.key.toLowerCase() === key;
}

/** True where the event goes to a text box: keys without Ctrl or Cmd belong to it. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  return target?.closest?.('input, textarea, select, [contenteditable], [role="application"]') != null;
}
