'use client';
/** Runs an action when its keys are pressed; in a text box only those with Ctrl or Cmd, and undo stays the box's own. */
import { useEffect, useRef } from 'react';
import { type Action, isPressed, isTyping } from './command.ts';

const OWN_OF_TEXT = /^Mod\+(Shift\+)?Z$/;

export function useShortcuts(actions: readonly Action[]): void {
  const newest = useRef(actions);
  newest.current = actions;
  useEffect(() => {
    function press(event: KeyboardEvent) {
      if (event.defaultPrevented || event.isComposing) return;
      const action = newest.current.find(({ keys }) => keys && isPressed(keys, event));
      if (!action?.keys || !action.run) return;
      if (isTyping(event) && (!action.keys.includes('Mod') || ownOfText(action.keys, event))) return;
      event.preventDefault();
      action.run();
    }
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

/** Undo in a box with text takes back typing; in an empty one it takes back what was done. */
function ownOfText(keys: string, event: KeyboardEvent): boolean {
  return OWN_OF_TEXT.test(keys) && (event.target as HTMLInputElement).value !== '';
}
