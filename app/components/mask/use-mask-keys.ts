/**
 * The keys of the mask editor. Undo, redo and the brush's size are caught before any other listener, wherever the focus stands,
 * because the same keys undo messages and typing behind the editor; within the message they belong to the message.
 */
import { useEffect, useEffectEvent } from 'react';
import { isPressed } from '../keyboard/command.ts';

export const MASK_KEYS = {
  undo: 'Mod+Z',
  redo: 'Mod+Shift+Z',
  smaller: '[',
  larger: ']',
  brush: 'B',
  eraser: 'E',
  lasso: 'L',
  rectangle: 'R',
  hand: 'H',
  invert: 'I',
  zoomIn: '+',
  zoomOut: '-',
  fit: '0',
} as const;
export type MaskKey = keyof typeof MASK_KEYS;

export function useMaskKeys(onKey: (key: MaskKey) => void): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if ((event.target as HTMLElement | null)?.closest?.('textarea')) return;
    const name = (Object.keys(MASK_KEYS) as MaskKey[]).find((each) => isPressed(MASK_KEYS[each], event));
    if (!name) return;
    event.preventDefault();
    event.stopPropagation();
    onKey(name);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event);
    addEventListener('keydown', listener, { capture: true });
    return () => removeEventListener('keydown', listener, { capture: true });
  }, []);
}
