'use client';
/** The text box: grows with its text, Enter sends, Shift + Enter breaks the line, an input method keeps its Enter. */
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef } from 'react';
import { useStrings } from '../strings.ts';

const BOX_ID = 'message';

/** Puts the cursor where the next words go. */
export function focusMessage(): void {
  document.getElementById(BOX_ID)?.focus();
}

interface MessageBoxProps {
  sessionId: string | null;
  text: string;
  placeholder: string;
  invalid: boolean;
  onChange: (text: string) => void;
  onSend: () => void;
}

export function MessageBox({ sessionId, text, placeholder, invalid, onChange, onSend }: MessageBoxProps) {
  const strings = useStrings();
  const box = useRef<HTMLTextAreaElement>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows what is shown.
  useLayoutEffect(() => {
    if (!box.current) return;
    box.current.style.height = 'auto';
    box.current.style.height = `${box.current.scrollHeight}px`;
  }, [text, placeholder]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another session starts with the cursor in its box.
  useEffect(() => {
    if (matchMedia('(pointer: fine)').matches) box.current?.focus({ preventScroll: true });
  }, [sessionId]);

  function press(event: KeyboardEvent) {
    const composing = event.nativeEvent.isComposing || event.keyCode === 229;
    if (event.key !== 'Enter' || event.shiftKey || composing) return;
    event.preventDefault();
    onSend();
  }

  return (
    <textarea
      ref={box}
      id={BOX_ID}
      aria-label={strings.message}
      aria-invalid={invalid || undefined}
      rows={1}
      dir="auto"
      enterKeyHint="send"
      value={text}
      placeholder={placeholder}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={press}
      className="max-h-[38dvh] w-full resize-none bg-transparent px-1.5 py-1.5 text-[16px] leading-relaxed outline-none placeholder:text-soft sm:text-[15px]"
    />
  );
}
