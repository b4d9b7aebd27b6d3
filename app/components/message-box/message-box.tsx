/**
 * The text box: grows with its text. Enter sends or breaks the line, as is set; with Ctrl or Cmd it always sends, with Shift it never
 * does, and an input method keeps its Enter. Escape leaves the box, so that single keys are commands. `@` offers pictures; the arrow up
 * in an empty box brings back what was sent before.
 */
import { useTranslations } from 'next-intl';
import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { TurnView } from '../../../studio/protocol.ts';
import { enterSends, usePreferences } from '../state/preferences.ts';
import { MentionList } from './mention-list.tsx';
import {
  afterMention,
  mentionAt,
  OFFERED,
  type Suggestion,
  suggestionsFor,
  type Written,
  withMention,
} from './suggestions.ts';
import { useElsewhere } from './use-elsewhere.ts';
import { useRecall } from './use-recall.ts';

interface MessageBoxProps {
  /** Set to the text box, for an action that puts the cursor into it. */
  box: RefObject<HTMLTextAreaElement | null>;
  sessionId: string | null;
  turns: TurnView[];
  text: string;
  placeholder: string;
  invalid: boolean;
  onChange: (text: string) => void;
  onSend: () => void;
}

export function MessageBox(props: MessageBoxProps) {
  const { box, sessionId, turns, text, placeholder, invalid, onChange, onSend } = props;
  const t = useTranslations();
  const preferences = usePreferences();
  const listId = useId();
  const [cursor, setCursor] = useState<number | null>(null);
  const [active, setActive] = useState(0);
  const written = useRef<Written | null>(null);
  const recall = useRecall(turns, text, onChange);
  const query = cursor === null ? null : mentionAt(text, cursor);
  const elsewhere = useElsewhere(query?.typed ?? null, sessionId);
  const suggestions = query ? [...suggestionsFor(turns, query.typed), ...elsewhere].slice(0, OFFERED) : [];
  const open = suggestions.length > 0;
  const row = Math.min(active, suggestions.length - 1);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height is read from the box, which the text and the placeholder fill.
  useLayoutEffect(() => {
    if (!box.current) return;
    box.current.style.height = 'auto';
    box.current.style.height = `${box.current.scrollHeight}px`;
  }, [box, text, placeholder]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the box stays the same element; it takes the cursor as often as another session is opened.
  useEffect(() => {
    if (matchMedia('(pointer: fine)').matches) box.current?.focus({ preventScroll: true });
  }, [box, sessionId]);

  function choose({ token }: Suggestion) {
    if (!query || !box.current) return;
    written.current = withMention(text, query, token);
    put(written.current);
    setCursor(null);
  }

  function put({ text, cursor }: Written) {
    onChange(text);
    requestAnimationFrame(() => {
      box.current?.focus();
      box.current?.setSelectionRange(cursor, cursor);
    });
  }

  function type(typed: Written) {
    const better = written.current && afterMention(written.current, typed);
    written.current = null;
    setActive(0);
    if (better) return put(better);
    onChange(typed.text);
    setCursor(typed.cursor);
  }

  function pressInList(event: KeyboardEvent): boolean {
    if (event.key === 'Escape') setCursor(null);
    else if (event.key === 'ArrowDown') setActive((row + 1) % suggestions.length);
    else if (event.key === 'ArrowUp') setActive((row + suggestions.length - 1) % suggestions.length);
    else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') choose(suggestions[row]!);
    else return false;
    return true;
  }

  function press(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (open && pressInList(event)) return event.preventDefault();
    if (recall(event)) return event.preventDefault();
    if (event.key === 'Escape') return event.currentTarget.blur();
    if (event.key !== 'Enter' || event.shiftKey) return;
    if (!enterSends(preferences) && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    onSend();
  }

  return (
    <div className="relative">
      {open && <MentionList id={listId} suggestions={suggestions} active={row} onChoose={choose} />}
      <textarea
        ref={box}
        aria-label={t('composer.message')}
        aria-invalid={invalid || undefined}
        aria-autocomplete="list"
        aria-controls={open ? listId : undefined}
        aria-activedescendant={open ? `${listId}-${row}` : undefined}
        rows={1}
        dir="auto"
        enterKeyHint="send"
        value={text}
        placeholder={placeholder}
        onChange={({ target }) => type({ text: target.value, cursor: target.selectionStart })}
        onSelect={(event) => cursor !== null && setCursor(event.currentTarget.selectionStart)}
        onBlur={() => setCursor(null)}
        onKeyDown={press}
        className="max-h-[38dvh] w-full resize-none bg-transparent px-1.5 py-1.5 text-lg leading-relaxed outline-none placeholder:text-soft sm:text-md"
      />
    </div>
  );
}
