/** The graph, and under it what can be done with the selected version: continue, leave out, move, reword, hide. */
import { ArrowDown, ArrowUp, CornerDownRight, EyeOff, PencilLine } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Switch } from 'radix-ui';
import { lazy, Suspense, useId, useMemo, useState } from 'react';
import { idOfEnd } from '../../../studio/branch.ts';
import type { PictureView } from '../../../studio/protocol.ts';
import { useActions } from '../actions/actions.ts';
import type { SessionState } from '../state/session-state.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { patiently } from '../ui/layers/patiently.ts';
import { TextDialog } from '../ui/layers/text-dialog.tsx';
import { PlainButton } from '../ui/plain-button.tsx';
import { graphOf, isMovable, neighbour } from './graph.ts';

const LineageGraph = lazy(() => patiently(() => import('./lineage-graph.tsx')));

export function LineagePanel({ state, selected }: { state: SessionState; selected: PictureView | null }) {
  const t = useTranslations();
  const actions = useActions();
  const switchId = useId();
  const [rewording, setRewording] = useState(false);
  const headId = state.session.headPictureId;
  const endId = idOfEnd(state);
  const { items } = useMemo(() => graphOf(state.turns, endId), [state.turns, endId]);
  const item = items.find(({ id }) => id === selected?.id);
  const disabled = item?.turn.state === 'disabled';
  const isEdit = item !== undefined && (disabled || isMovable(item));
  const earlier = item && isEdit ? neighbour(items, item, -1) : null;
  const later = item && isEdit ? neighbour(items, item, 1) : null;
  const move = (after: string | null) =>
    item && after !== null && actions.replay({ type: 'move', turnId: item.turn.id, after });
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="min-h-40 flex-1">
        <Suspense>
          <LineageGraph state={state} selectedId={selected?.id ?? null} />
        </Suspense>
      </div>
      {item?.picture && (
        <div className="flex flex-col gap-2.5 border-line border-t px-4 py-3">
          <p className="flex min-w-0 items-baseline gap-2">
            <span className="font-mono font-semibold text-sm text-accent">v{item.picture.version}</span>
            <span dir="auto" className="truncate text-soft">
              {item.turn.prompt || t('turn.uploaded')}
            </span>
          </p>
          <div className="flex flex-wrap items-center gap-1 [&>button]:h-8">
            <PlainButton
              disabled={item.id === headId}
              onClick={() => item.picture && actions.continueFrom(item.picture.id)}
            >
              <CornerDownRight aria-hidden="true" />
              {t('details.continueFrom')}
            </PlainButton>
            {isEdit && (
              <>
                <IconButton
                  className="size-8"
                  label={t('details.earlier')}
                  disabled={!earlier}
                  onClick={() => move(earlier)}
                >
                  <ArrowUp aria-hidden="true" />
                </IconButton>
                <IconButton
                  className="size-8"
                  label={t('details.later')}
                  disabled={!later}
                  onClick={() => move(later)}
                >
                  <ArrowDown aria-hidden="true" />
                </IconButton>
                <IconButton className="size-8" label={t('details.reword')} onClick={() => setRewording(true)}>
                  <PencilLine aria-hidden="true" />
                </IconButton>
              </>
            )}
            {!isEdit && <HideButton turnId={item.turn.id} />}
          </div>
          {isEdit && (
            <div className="flex items-center gap-2.5 text-sm">
              <Switch.Root
                id={switchId}
                checked={disabled}
                onCheckedChange={(off) =>
                  actions.replay({ type: off ? 'disable' : 'enable', turnId: item.turn.id })
                }
                className="relative h-5 w-9 shrink-0 rounded-full bg-edge transition-colors data-[state=checked]:bg-accent"
              >
                <Switch.Thumb className="block size-4 translate-x-0.5 rounded-full bg-card transition-transform data-[state=checked]:translate-x-4.5" />
              </Switch.Root>
              <label htmlFor={switchId} className="flex-1">
                {t('details.leaveOut')}
              </label>
              <HideButton turnId={item.turn.id} />
            </div>
          )}
        </div>
      )}
      {rewording && item?.picture && (
        <TextDialog
          title={t('details.rewordTitle', { version: `v${item.picture.version}` })}
          label={t('composer.message')}
          text={item.turn.prompt}
          action={t('details.runAgain')}
          onSave={(prompt) => actions.replay({ type: 'reword', turnId: item.turn.id, prompt })}
          onClose={() => setRewording(false)}
        />
      )}
    </div>
  );
}

function HideButton({ turnId }: { turnId: string }) {
  const t = useTranslations();
  const actions = useActions();
  return (
    <IconButton className="size-8" label={t('details.hide')} onClick={() => actions.hide(turnId)}>
      <EyeOff aria-hidden="true" />
    </IconButton>
  );
}
