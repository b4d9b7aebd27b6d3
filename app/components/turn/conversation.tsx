/**
 * All turns of the session, oldest first, kept at the newest while the reader is there and left alone when not. Only the
 * turns in sight are in the document, so that a long session is as light as a short one.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useMemo, useRef } from 'react';
import { idOfEnd } from '../../../studio/branch.ts';
import type { MessageView, TurnView } from '../../../studio/protocol.ts';
import type { PendingTurn } from '../actions/use-sender.ts';
import { MessageRow } from '../plan/message-row.tsx';
import type { TurnAddress } from '../state/address.ts';
import { turnsAside } from '../state/branch.ts';
import { type Row, rowsOf } from '../state/rows.ts';
import type { Handling, SessionState } from '../state/session-state.ts';
import { LoadingTurn } from './loading-turn.tsx';
import { PendingMessage } from './pending-message.tsx';
import { Turn } from './turn.tsx';
import { Upload } from './upload.tsx';
import { useStickToEnd } from './use-stick-to-end.ts';

interface ConversationProps {
  state: SessionState | null;
  pending: PendingTurn | null;
  /** The picture that the next message goes on from. */
  chosenId: string | null;
  selectedId: string | null;
  /** The turn to scroll to, such as after a search or a click in the graph; each new object once. */
  shown: TurnAddress | null;
}

const NOT_HANDLED: readonly Handling[] = [];
const GAP_PX = 28;
const TURN_PX = 760;
const OVERSCAN = 3;

export function Conversation({ state, pending, chosenId, selectedId, shown }: ConversationProps) {
  const t = useTranslations();
  const turns = state?.turns ?? NO_TURNS;
  const messages = state?.messages ?? NO_MESSAGES;
  const rows = useMemo(() => rowsOf(turns, messages), [turns, messages]);
  // While it is read, it stands there already.
  const isBeingRead = messages.at(-1)?.reading?.state === 'reading';
  const awaited = pending && !isBeingRead ? pending : null;
  const lastKey = awaited ? 'pending' : (rows.at(-1)?.key ?? '');
  const { scroller, content, away, toEnd, release } = useStickToEnd(state?.session.id ?? null, lastKey);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => TURN_PX,
    getItemKey: (index) => rows[index]!.key,
    gap: GAP_PX,
    overscan: OVERSCAN,
  });
  const items = virtual.getVirtualItems();

  const headId = state?.session.headPictureId ?? null;
  const end = state && idOfEnd(state);
  const aside = useMemo(() => turnsAside(turns, end), [turns, end]);

  const shownRow = shown ? rowOf(rows, shown) : -1;
  const arrivedAt = useRef<TurnAddress | null>(null);
  useEffect(() => {
    if (shownRow < 0 || arrivedAt.current === shown) return;
    arrivedAt.current = shown;
    release();
    virtual.scrollToIndex(shownRow, { align: 'center' });
  }, [shown, shownRow, virtual, release]);

  return (
    <div className="relative min-h-0">
      <section
        ref={scroller}
        aria-label={t('turn.conversation')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
        tabIndex={0}
        className="h-full overflow-y-auto overscroll-contain outline-offset-[-3px] [overflow-anchor:none]"
      >
        <div ref={content} className="mx-auto max-w-[48rem] px-3 pt-6 pb-14 sm:px-8">
          {!state && <LoadingTurn />}
          <div style={{ height: virtual.getTotalSize() }}>
            <div
              className="flex flex-col gap-7"
              style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}
            >
              {items.map(({ index, key }) => {
                const row = rows[index]!;
                return (
                  <div key={key} ref={virtual.measureElement} data-index={index}>
                    {'message' in row ? (
                      <MessageRow
                        message={row.message}
                        turns={turns}
                        sessionId={state!.session.id}
                        isLast={row.isLast && !pending}
                      />
                    ) : row.turn.kind === 'upload' ? (
                      <Upload turn={row.turn} />
                    ) : (
                      <Turn
                        turn={row.turn}
                        turns={turns}
                        place={row.place}
                        progress={state?.progress[row.turn.id]}
                        cache={state?.cache[row.turn.id]}
                        handled={state?.handled[row.turn.id] ?? NOT_HANDLED}
                        looks={state?.looks[row.turn.id]}
                        chosenId={chosenId}
                        selectedId={selectedId}
                        headId={headId}
                        aside={aside.has(row.turn.id)}
                        shown={index === shownRow}
                      />
                    )}
                  </div>
                );
              })}
            </div>
          </div>
          {awaited && (
            <div className={rows.length > 0 ? 'pt-7' : ''}>
              <PendingMessage prompt={awaited.body.prompt} />
            </div>
          )}
        </div>
      </section>
      {away && (
        <button
          type="button"
          onClick={toEnd}
          aria-label={t('turn.toLatest')}
          title={t('turn.toLatest')}
          className="absolute bottom-3 left-1/2 grid size-9 -translate-x-1/2 animate-rise place-items-center rounded-full border border-line bg-card shadow-lift"
        >
          <ArrowDown className="size-4" aria-hidden="true" />
        </button>
      )}
    </div>
  );
}

const NO_TURNS: TurnView[] = [];
const NO_MESSAGES: MessageView[] = [];

/** The row of a turn; an added picture without a row of its own is found where it was first used. */
function rowOf(rows: readonly Row[], { turnId, pictureId }: TurnAddress): number {
  const isTurn = (is: (turn: TurnView) => boolean) => (row: Row) => 'turn' in row && is(row.turn);
  const own = rows.findIndex(
    isTurn(({ id, pictures }) => id === turnId || pictures.some((picture) => picture.id === pictureId)),
  );
  if (own >= 0) return own;
  return rows.findIndex(isTurn(({ inputs }) => inputs.some((input) => input.pictureId === pictureId)));
}
