/** The actions that only change what the page shows. The same object for as long as the session and the language stay. */
import { useTranslations } from 'next-intl';
import { type Dispatch, type RefObject, useMemo } from 'react';
import type { ViewActions } from '../actions/actions.ts';
import type { Rebase } from '../actions/use-studio-actions.ts';
import type { OpenSession } from '../api/use-open-session.ts';
import type { DetailTab } from '../details/details.tsx';
import { comparedOf } from '../state/compared.ts';
import type { SelectionAction } from '../state/selection.ts';
import type { ChangeOverlays } from './use-overlays.ts';

interface ViewOptions {
  newest: OpenSession['newest'];
  select: Dispatch<SelectionAction>;
  change: ChangeOverlays;
  onTab: (tab: DetailTab) => void;
  messageBox: RefObject<HTMLElement | null>;
}

/** From this width on the details stand beside the conversation: `lg` in `globals.css`. */
const WIDE = '(min-width: 68.75rem)';

export function useViewActions(options: ViewOptions): ViewActions & { openRebase: (rebase: Rebase) => void } {
  const t = useTranslations();
  const { newest, select, change, onTab, messageBox } = options;
  return useMemo(
    () => ({
      choose: (pictureId) => select({ type: 'choose', pictureId }),
      select: (pictureId) => select({ type: 'select', pictureId }),
      view: (pictureId) => {
        select({ type: 'choose', pictureId });
        change({ viewedId: pictureId });
      },
      showDetails: (pictureId) => {
        select({ type: 'choose', pictureId });
        onTab('details');
        if (!matchMedia(WIDE).matches) change({ drawer: 'details' });
      },
      compare: (one, other) => {
        const turns = newest()?.turns ?? [];
        const uploaded = t('turn.uploaded');
        const two = [comparedOf(one, turns, uploaded), comparedOf(other, turns, uploaded)] as const;
        select({ type: 'compare', two });
      },
      search: (words) => change({ palette: true, sought: words }),
      openRebase: (rebase) => change({ rebase }),
      focusMessage: () => messageBox.current?.focus(),
    }),
    [newest, select, change, onTab, messageBox, t],
  );
}
