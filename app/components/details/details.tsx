/** The right column: how the versions hang together, the selected one to the last digit, and what the next message sends. */
import { useTranslations } from 'next-intl';
import { Tabs } from 'radix-ui';
import type { PictureView } from '../../../studio/protocol.ts';
import type { NextMessage } from '../api/use-next-message.ts';
import { LineagePanel } from '../lineage/lineage-panel.tsx';
import type { SessionState } from '../state/session-state.ts';
import { ContextInspector } from './context-inspector.tsx';
import { VersionDetails } from './version-details.tsx';

export const DETAIL_TABS = ['lineage', 'details', 'context'] as const;
export type DetailTab = (typeof DETAIL_TABS)[number];

interface DetailsProps {
  state: SessionState;
  selected: PictureView | null;
  next: NextMessage;
  tab: DetailTab;
  onTab: (tab: DetailTab) => void;
}

export function Details({ state, selected, next, tab, onTab }: DetailsProps) {
  const t = useTranslations();
  const turn = state.turns.find(({ id }) => id === selected?.turnId);
  return (
    <Tabs.Root
      value={tab}
      onValueChange={(next) => onTab(next as DetailTab)}
      className="flex h-full min-h-0 flex-col"
    >
      <Tabs.List
        aria-label={t('details.details')}
        className="flex h-14 shrink-0 gap-4 border-line border-b px-5"
      >
        {DETAIL_TABS.map((each) => (
          <Tabs.Trigger
            key={each}
            value={each}
            className="border-transparent border-b-2 pt-0.5 text-soft outline-offset-[-4px] transition-colors hover:text-ink data-[state=active]:border-accent data-[state=active]:font-semibold data-[state=active]:text-ink"
          >
            {t(`details.tabs.${each}`)}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      <Tabs.Content value="lineage" className="flex min-h-0 flex-1 flex-col outline-none">
        <LineagePanel state={state} selected={selected} />
      </Tabs.Content>
      <Tabs.Content value="details" className="min-h-0 flex-1 overflow-y-auto">
        {selected && turn ? (
          <VersionDetails state={state} turn={turn} picture={selected} />
        ) : (
          <p className="p-5 text-soft">{t('details.noSelection')}</p>
        )}
      </Tabs.Content>
      <Tabs.Content value="context" className="min-h-0 flex-1 overflow-y-auto">
        <ContextInspector next={next} />
      </Tabs.Content>
    </Tabs.Root>
  );
}
