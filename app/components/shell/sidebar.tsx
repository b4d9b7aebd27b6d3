'use client';
/** The left column: name, new session, the list, and what the model is doing. */
import { Plus } from 'lucide-react';
import type { SessionView } from '../../protocol.ts';
import type { HealthState } from '../state/use-health.ts';
import { useStrings } from '../strings.ts';
import { ModelStatus } from './model-status.tsx';
import { SessionList } from './session-list.tsx';
import { Wordmark } from './wordmark.tsx';

interface SidebarProps {
  sessions: SessionView[] | null;
  currentId: string | null;
  health: HealthState;
  onOpen: (sessionId: string | null) => void;
}

export function Sidebar({ sessions, currentId, health, onOpen }: SidebarProps) {
  const strings = useStrings();
  return (
    <nav aria-label={strings.sessions} className="flex h-full flex-col">
      <Wordmark />
      <div className="px-3 pb-3">
        <button
          type="button"
          onClick={() => onOpen(null)}
          className="flex h-9 w-full items-center justify-center gap-1.5 rounded-[10px] bg-ink font-medium text-panel transition-opacity hover:opacity-90"
        >
          <Plus className="size-4" aria-hidden="true" />
          {strings.newSession}
        </button>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-3">
        <SessionList sessions={sessions} currentId={currentId} onOpen={onOpen} />
      </div>
      <ModelStatus health={health} />
    </nav>
  );
}
