'use client';
/**
 * All turns of the session, oldest first, kept at the newest while the reader is there and left alone when not.
 * Added pictures stand in the message that uses them; one that none uses yet stands by itself.
 */
import { ArrowDown } from 'lucide-react';
import type { TurnBody } from '../../protocol.ts';
import type { SessionState } from '../state/session-state.ts';
import type { PendingTurn } from '../state/use-sender.ts';
import { useStrings } from '../strings.ts';
import { LoadingTurn } from './loading-turn.tsx';
import { PendingMessage } from './pending-message.tsx';
import { Turn } from './turn.tsx';
import { Upload } from './upload.tsx';
import { useStickToEnd } from './use-stick-to-end.ts';

interface ConversationProps {
  state: SessionState | null;
  pending: PendingTurn | null;
  selectedId: string | null;
  onView: (imageId: string) => void;
  onDetails: (imageId: string) => void;
  onSend: (body: TurnBody) => void;
}

export function Conversation({ state, pending, selectedId, onView, onDetails, onSend }: ConversationProps) {
  const strings = useStrings();
  const nodes = state?.nodes ?? [];
  const used = new Set(nodes.flatMap(({ inputs }) => inputs.map(({ imageId }) => imageId)));
  const lastKey = pending ? 'pending' : (nodes.at(-1)?.id ?? '');
  const { scroller, content, away, toEnd } = useStickToEnd(state?.session.id ?? null, lastKey);

  return (
    <div className="relative min-h-0">
      <section
        ref={scroller}
        aria-label={strings.conversation}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
        tabIndex={0}
        className="h-full overflow-y-auto overscroll-contain outline-offset-[-3px]"
      >
        <div ref={content} className="mx-auto flex max-w-[53rem] flex-col gap-7 px-4 pt-6 pb-8 sm:px-8">
          {!state && <LoadingTurn />}
          {nodes.map((node) =>
            node.kind === 'upload' ? (
              node.images.some(({ id }) => used.has(id)) ? null : (
                <Upload key={node.id} node={node} />
              )
            ) : (
              <Turn
                key={node.id}
                node={node}
                nodes={nodes}
                progress={state?.progress[node.id]}
                sessionId={state!.session.id}
                selectedId={selectedId}
                onView={onView}
                onDetails={onDetails}
                onSend={onSend}
              />
            ),
          )}
          {pending && <PendingMessage prompt={pending.body.prompt} />}
        </div>
      </section>
      {away && (
        <button
          type="button"
          onClick={toEnd}
          aria-label={strings.toLatest}
          title={strings.toLatest}
          className="absolute bottom-3 left-1/2 grid size-9 -translate-x-1/2 animate-rise place-items-center rounded-full border border-line bg-card shadow-lift"
        >
          <ArrowDown className="size-4" aria-hidden="true" />
        </button>
      )}
    </div>
  );
}
