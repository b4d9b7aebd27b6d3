/** The left column: name, new session, search, the list, and what the model is doing. */
import { Archive, ArrowLeft, FileInput, Plus, Search } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useRef, useState } from 'react';
import type { SessionListState } from '../../../studio/vocabulary.ts';
import { useSessionActions } from '../actions/use-session-actions.ts';
import type { HealthState } from '../api/use-health.ts';
import { type SessionList as List, useSessions, useTags } from '../api/use-sessions.ts';
import { QueueStatus } from '../queue/queue-status.tsx';
import { PlainButton } from '../ui/plain-button.tsx';
import { AccountLink } from './account-link.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { ModelStatus } from './model-status.tsx';
import { SessionList } from './session-list.tsx';
import { Wordmark } from './wordmark.tsx';

interface SidebarProps {
  list: List;
  currentId: string | null;
  health: HealthState;
  onOpen: (sessionId: string | null) => void;
  onSearch: () => void;
}

export function Sidebar({ list, currentId, health, onOpen, onSearch }: SidebarProps) {
  const t = useTranslations();
  const { importFile } = useSessionActions();
  const file = useRef<HTMLInputElement>(null);
  const [listed, setListed] = useState<SessionListState>('active');
  const { tags } = useTags();
  const [wanted, setTag] = useState<string>();
  // The last session of a tag may have lost it.
  const tag = wanted !== undefined && tags.includes(wanted) ? wanted : undefined;
  return (
    <nav aria-label={t('shell.sessions')} className="flex h-full flex-col">
      <Wordmark />
      <div className="flex flex-col gap-2 px-3 pb-2">
        <button
          type="button"
          onClick={() => onOpen(null)}
          className="flex h-9 w-full items-center justify-center gap-1.5 rounded-lg bg-ink font-medium text-panel transition-opacity hover:opacity-90"
        >
          <Plus className="size-4" aria-hidden="true" />
          {t('shell.newSession')}
        </button>
        <button
          type="button"
          title={t('shell.searchHint')}
          onClick={onSearch}
          className="flex h-9 w-full items-center gap-2 rounded-lg border border-line bg-card px-3 text-left text-sm text-soft transition-colors hover:border-edge"
        >
          <Search className="size-4 shrink-0" aria-hidden="true" />
          <span className="min-w-0 flex-1 truncate">{t('shell.search')}</span>
          <span
            aria-hidden="true"
            className="rounded-sm border border-line px-1 font-mono text-2xs max-md:hidden"
          >
            Ctrl K
          </span>
        </button>
      </div>
      {listed === 'active' && <TagRow tags={tags} chosen={tag} onChoose={setTag} />}
      {listed === 'active' && tag !== undefined && (
        <TaggedSessions key={tag} tag={tag} currentId={currentId} onOpen={onOpen} />
      )}
      {listed === 'active' && tag === undefined && (
        <SessionList
          sessions={list.sessions}
          more={list.more}
          currentId={currentId}
          empty={t('shell.noSessions')}
          onOpen={onOpen}
        />
      )}
      {listed !== 'active' && (
        <InactiveSessions
          key={listed}
          state={listed}
          onState={setListed}
          currentId={currentId}
          onOpen={onOpen}
        />
      )}
      <div className="flex items-center gap-1 border-line border-t px-2 py-1">
        <button
          type="button"
          aria-label={listed === 'active' ? t('history.showArchived') : t('history.showActive')}
          title={listed === 'active' ? t('history.showArchived') : t('history.showActive')}
          onClick={() => setListed(listed === 'active' ? 'archived' : 'active')}
          className={FOOT_BUTTON}
        >
          {listed === 'active' ? <Archive aria-hidden="true" /> : <ArrowLeft aria-hidden="true" />}
          {listed === 'active' ? t('history.archived') : t('history.all')}
        </button>
        <button
          type="button"
          aria-label={t('history.import')}
          title={t('history.import')}
          onClick={() => file.current?.click()}
          className={FOOT_BUTTON}
        >
          <FileInput aria-hidden="true" />
          {t('history.importShort')}
        </button>
        <input
          ref={file}
          type="file"
          hidden
          data-purpose="import"
          onChange={(event) => {
            const [chosen] = event.target.files ?? [];
            if (chosen) importFile(chosen);
            event.target.value = '';
          }}
        />
        <span className="sm:hidden">
          <LanguageSwitch />
        </span>
      </div>
      <div className="border-line border-t px-2 py-0.5">
        <QueueStatus onOpen={onOpen} />
      </div>
      <AccountLink />
      <ModelStatus health={health} />
    </nav>
  );
}

const FOOT_BUTTON =
  'flex h-9 items-center gap-1.5 whitespace-nowrap rounded-lg px-2 text-soft text-xs transition-colors hover:bg-wash hover:text-ink [&>svg]:size-4';
interface TagRowProps {
  tags: readonly string[];
  chosen: string | undefined;
  onChoose: (tag: string | undefined) => void;
}

/** The tags that sessions have; the chosen one narrows the list. */
function TagRow({ tags, chosen, onChoose }: TagRowProps) {
  const t = useTranslations();
  if (tags.length === 0) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a frame and a legend.
    <div role="group" aria-label={t('history.tags')} className="flex gap-1.5 overflow-x-auto px-3 pb-1.5">
      {tags.map((tag) => (
        <PlainButton
          key={tag}
          className="shrink-0"
          aria-pressed={tag === chosen}
          onClick={() => onChoose(tag === chosen ? undefined : tag)}
        >
          {tag}
        </PlainButton>
      ))}
    </div>
  );
}

interface TaggedProps {
  tag: string;
  currentId: string | null;
  onOpen: (sessionId: string) => void;
}

function TaggedSessions({ tag, currentId, onOpen }: TaggedProps) {
  const t = useTranslations();
  const { sessions, more } = useSessions('active', tag);
  return (
    <SessionList
      sessions={sessions}
      more={more}
      currentId={currentId}
      empty={t('shell.noSessions')}
      onOpen={onOpen}
    />
  );
}

const INACTIVE = ['archived', 'deleted'] as const;
type InactiveState = (typeof INACTIVE)[number];

interface InactiveProps {
  state: InactiveState;
  onState: (state: InactiveState) => void;
  currentId: string | null;
  onOpen: (sessionId: string) => void;
}

/** The archived or the deleted sessions, which can be restored. */
function InactiveSessions({ state, onState, currentId, onOpen }: InactiveProps) {
  const t = useTranslations();
  const { sessions, more } = useSessions(state);
  const names = { archived: t('history.archived'), deleted: t('history.recentlyDeleted') };
  const none = { archived: t('history.noArchived'), deleted: t('history.noDeleted') };
  return (
    <>
      <div className="flex flex-wrap gap-1.5 px-3 pt-1 pb-1.5">
        {INACTIVE.map((each) => (
          <PlainButton key={each} aria-pressed={each === state} onClick={() => onState(each)}>
            {names[each]}
          </PlainButton>
        ))}
      </div>
      {state === 'deleted' && <p className="px-4 text-xs text-soft">{t('history.keptFor')}</p>}
      <SessionList
        sessions={sessions}
        more={more}
        currentId={currentId}
        empty={none[state]}
        deleted={state === 'deleted'}
        onOpen={onOpen}
      />
    </>
  );
}
