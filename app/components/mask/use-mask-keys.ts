/**
 * The keys of the mask editor: undo, redo and the brush's size. They are caught before any other listener, wherever the focus
 * stands, because the same keys undo messages and typing behind the editor.
 */
import { useEffect, useEffectEvent } from 'react';
import { isPressed } from '../keyboard/command.ts';

interface MaskKeys {
  onUndo: () => void;
  onRedo: () => void;
  onSmaller: () => void;
  onLarger: () => void;
}

const KEYS: Record<keyof MaskKeys, string> = {
  onUndo: 'Mod+Z',
  onRedo: 'Mod+Shift+Z',
  onSmaller: '[',
  onLarger: ']',
};

export function useMaskKeys(handlers: MaskKeys): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    const name = (Object.keys(KEYS) as (keyof MaskKeys)[]).find((each) => isPressed(KEYS[each], event));
    if (!name) return;
    event.preventDefault();
    event.stopPropagation();
    handlers[name]();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event);
    addEventListener('keydown', listener, { capture: true });
    return () => removeEventListener('keydown', listener, { capture: true });
  }, []);
}
