/** Runs a command when its keys are pressed; in a text box only those with Ctrl or Cmd, and undo stays the box's own while it has text. */
import { useEffect, useEffectEvent } from 'react';
import { type Command, isPressed, isTyping } from './command.ts';

const OWN_OF_TEXT = /^Mod\+(Shift\+)?Z$/;

export function useShortcuts(commands: readonly Command[]): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const command = commands.find(({ keys }) => keys && isPressed(keys, event));
    if (!command?.keys || !command.run) return;
    if (isTyping(event) && (!command.keys.includes('Mod') || ownOfText(command.keys, event))) return;
    event.preventDefault();
    command.run();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event);
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, []);
}

/** Undo in a box with text takes back typing; in an empty box it takes back the last operation of the session. */
function ownOfText(keys: string, event: KeyboardEvent): boolean {
  return OWN_OF_TEXT.test(keys) && (event.target as HTMLInputElement).value !== '';
}
