/** The palette: one box that finds commands, sessions, and every message ever sent. */
import { MessageSquare, Search, Zap } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Dialog } from 'radix-ui';
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import type { SearchHit, SessionView } from '../../../studio/protocol.ts';
import { useSearch } from '../api/use-search.ts';
import type { Command } from '../keyboard/command.ts';
import { Keys } from '../keyboard/keys.tsx';
import { Thumbnail } from '../picture/thumbnail.tsx';
import { SHEET_VEIL } from '../ui/layers/sheet.ts';
import { useBack } from '../ui/use-back.ts';

const SESSIONS_OFFERED = 6;

interface PaletteProps {
  /** What it looks for at first. */
  sought: string;
  commands: readonly Command[];
  sessions: readonly SessionView[];
  onGo: (sessionId: string, turnId: string | null) => void;
  onClose: () => void;
}

interface Row {
  key: string;
  group: 'messages' | 'commands' | 'sessions';
  run: () => void;
  content: ReactNode;
}

export function Palette({ sought, commands, sessions, onGo, onClose }: PaletteProps) {
  const t = useTranslations();
  const id = useId();
  const [typed, setTyped] = useState(sought);
  useBack(true, onClose);
  const [chosen, setChosen] = useState(0);
  const q = typed.trim();
  const { hits, asking } = useSearch(q);
  const has = (text: string) => text.toLowerCase().includes(q.toLowerCase());

  const messages = hits.filter(({ turnId }) => turnId !== null);
  const titles = hits
    .filter(({ turnId }) => turnId === null)
    .map(({ sessionId, sessionTitle, thumbnailHash, archived }) => ({
      id: sessionId,
      title: sessionTitle,
      thumbnailHash,
      archived,
    }));
  const active = sessions.map((session) => ({ ...session, archived: false }));
  const places = q === '' || asking ? active.filter(({ title }) => has(title)) : titles;
  const rows: Row[] = [
    ...messages.map(
      (hit): Row => ({
        key: `${hit.sessionId}${hit.turnId}`,
        group: 'messages',
        run: () => onGo(hit.sessionId, hit.turnId),
        content: <Hit hit={hit} untitled={t('shell.untitled')} />,
      }),
    ),
    ...commands.flatMap(({ id: key, name, keys, run }): Row[] => {
      if (!run || !has(name)) return [];
      const content = (
        <>
          <Zap className="size-4 shrink-0 text-soft" aria-hidden="true" />
          <span className="min-w-0 flex-1 truncate">{name}</span>
          {keys && (
            <span className="pointer-coarse:hidden">
              <Keys keys={keys} />
            </span>
          )}
        </>
      );
      return [{ key, group: 'commands', run, content }];
    }),
    ...places.slice(0, SESSIONS_OFFERED).map(
      ({ id: key, title, thumbnailHash, archived }): Row => ({
        key,
        group: 'sessions',
        run: () => onGo(key, null),
        content: (
          <>
            <Thumbnail hash={thumbnailHash} className="size-7 rounded-sm" />
            <span dir="auto" className="min-w-0 flex-1 truncate">
              {title || t('shell.untitled')}
            </span>
            {archived && <ArchivedMark />}
          </>
        ),
      }),
    ),
  ];
  const at = Math.min(chosen, rows.length - 1);

  function choose(row: Row | undefined) {
    if (!row) return;
    onClose();
    row.run();
  }

  function press(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') setChosen((at + 1) % rows.length);
    else if (event.key === 'ArrowUp') setChosen((at + rows.length - 1) % rows.length);
    else if (event.key === 'Enter') choose(rows[at]);
    else return;
    event.preventDefault();
  }

  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={SHEET_VEIL} />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[12dvh] left-1/2 z-float flex max-h-[70dvh] w-[min(38rem,calc(100vw-2rem))] -translate-x-1/2 animate-appear flex-col overflow-hidden rounded-4xl border border-line bg-card shadow-float outline-none"
        >
          <Dialog.Title className="sr-only">{t('palette.title')}</Dialog.Title>
          <div className="flex items-center gap-3 border-line border-b px-4">
            <Search className="size-4 shrink-0 text-soft" aria-hidden="true" />
            <input
              role="combobox"
              aria-label={t('palette.title')}
              aria-expanded="true"
              aria-controls={id}
              aria-activedescendant={rows.length > 0 ? `${id}-${at}` : undefined}
              aria-autocomplete="list"
              value={typed}
              dir="auto"
              placeholder={t('palette.placeholder')}
              onChange={(event) => {
                setTyped(event.target.value);
                setChosen(0);
              }}
              onKeyDown={press}
              className="h-12 min-w-0 flex-1 bg-transparent text-md outline-none placeholder:text-soft"
            />
          </div>
          <div id={id} role="listbox" aria-label={t('palette.title')} className="overflow-y-auto p-1.5">
            {rows.map((row, index) => (
              <div key={row.key}>
                {row.group !== rows[index - 1]?.group && (
                  <p
                    role="presentation"
                    className="px-2.5 pt-2 pb-1 font-semibold text-2xs text-soft uppercase tracking-wider"
                  >
                    {t(`palette.groups.${row.group}`)}
                  </p>
                )}
                <button
                  id={`${id}-${index}`}
                  type="button"
                  role="option"
                  tabIndex={-1}
                  aria-selected={index === at}
                  ref={index === at ? intoView : undefined}
                  onMouseMove={() => setChosen(index)}
                  onClick={() => choose(row)}
                  className="flex w-full items-center gap-2.5 rounded-lg px-2.5 py-2 text-left text-sm aria-selected:bg-wash"
                >
                  {row.content}
                </button>
              </div>
            ))}
          </div>
          <p role="status" className={rows.length > 0 ? 'sr-only' : 'px-4 pb-4 text-sm text-soft'}>
            {asking ? t('palette.searching') : t('palette.found', { count: rows.length })}
          </p>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function intoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}

function ArchivedMark() {
  const t = useTranslations();
  return (
    <span className="shrink-0 rounded-full border border-line px-2 text-2xs text-soft leading-5">
      {t('palette.archived')}
    </span>
  );
}

function Hit({
  hit: { snippet, sessionTitle, thumbnailHash, archived },
  untitled,
}: {
  hit: SearchHit;
  untitled: string;
}) {
  return (
    <>
      {thumbnailHash ? (
        <Thumbnail hash={thumbnailHash} className="size-8 rounded-sm" />
      ) : (
        <MessageSquare className="size-4 shrink-0 text-soft" aria-hidden="true" />
      )}
      <span className="min-w-0 flex-1">
        <span dir="auto" className="block truncate">
          {snippet.map(({ text, match }, index) =>
            match ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text in their order.
              <mark key={index} className="rounded-xs bg-accent-wash text-accent">
                {text}
              </mark>
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text in their order.
              <span key={index}>{text}</span>
            ),
          )}
        </span>
        <span dir="auto" className="block truncate text-xs text-soft">
          {sessionTitle || untitled}
        </span>
      </span>
      {archived && <ArchivedMark />}
    </>
  );
}
