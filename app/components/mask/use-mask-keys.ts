'use client';
/**
 * The keys of the mask editor: undo, redo and the brush's size. They are taken before anything else hears them, wherever the
 * focus stands, because the same keys undo messages and typing behind the editor.
 */
import { useEffect, useRef } from 'react';
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

export function useMaskKeys(deeds: MaskKeys): void {
  const newest = useRef(deeds);
  newest.current = deeds;
  useEffect(() => {
    function press(event: KeyboardEvent) {
      const deed = (Object.keys(KEYS) as (keyof MaskKeys)[]).find((each) => isPressed(KEYS[each], event));
      if (!deed) return;
      event.preventDefault();
      event.stopPropagation();
      newest.current[deed]();
    }
    addEventListener('keydown', press, { capture: true });
    return () => removeEventListener('keydown', press, { capture: true });
  }, []);
}
