/**
 * All turns of the session, oldest first, kept at the newest while the reader is there and left alone when not. Only the
 * turns in sight are in the document, so that a long session is as light as a short one.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useMemo, useRef } from 'react';
import { idOfEnd } from '../../../studio/branch.ts';
import type { TurnView } from '../../../studio/protocol.ts';
import type { PendingTurn } from '../actions/use-sender.ts';
import type { TurnAddress } from '../state/address.ts';
import { turnsAside } from '../state/branch.ts';
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
  const rows = useMemo(() => shownTurns(turns), [turns]);
  const lastKey = pending ? 'pending' : (rows.at(-1)?.id ?? '');
  const { scroller, content, away, toEnd, release } = useStickToEnd(state?.session.id ?? null, lastKey);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => TURN_PX,
    getItemKey: (index) => rows[index]!.id,
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
                const turn = rows[index]!;
                return (
                  <div key={key} ref={virtual.measureElement} data-index={index}>
                    {turn.kind === 'upload' ? (
                      <Upload turn={turn} />
                    ) : (
                      <Turn
                        turn={turn}
                        turns={turns}
                        progress={state?.progress[turn.id]}
                        cache={state?.cache[turn.id]}
                        handled={state?.handled[turn.id] ?? NOT_HANDLED}
                        looks={state?.looks[turn.id]}
                        chosenId={chosenId}
                        selectedId={selectedId}
                        headId={headId}
                        aside={aside.has(turn.id)}
                        shown={index === shownRow}
                      />
                    )}
                  </div>
                );
              })}
            </div>
          </div>
          {pending && (
            <div className={rows.length > 0 ? 'pt-7' : ''}>
              <PendingMessage prompt={pending.body.prompt} />
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

/** The row of a turn; an added picture without a row of its own is found where it was first used. */
function rowOf(rows: readonly TurnView[], { turnId, pictureId }: TurnAddress): number {
  const own = rows.findIndex(
    ({ id, pictures }) => id === turnId || pictures.some((picture) => picture.id === pictureId),
  );
  if (own >= 0) return own;
  return rows.findIndex(({ inputs }) => inputs.some((input) => input.pictureId === pictureId));
}

/** The turns that have a row: not hidden ones, nor added pictures that stand in the message that uses them. */
function shownTurns(turns: readonly TurnView[]): TurnView[] {
  const used = new Set(turns.flatMap(({ inputs }) => inputs.map(({ pictureId }) => pictureId)));
  return turns.filter(
    ({ state, kind, pictures }) =>
      state !== 'removed' && (kind !== 'upload' || !pictures.some(({ id }) => used.has(id))),
  );
}
