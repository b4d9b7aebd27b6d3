/** Why the message cannot be sent now, in words, or null. Pure. */
import type { ContextResult } from '../../../studio/protocol.ts';
import type { HealthState } from '../api/use-health.ts';
import type { Draft } from '../state/drafts.ts';
import type { Translator } from '../ui/translator.ts';
import { noteText } from '../ui/wording.ts';

interface Situation {
  draft: Draft;
  health: HealthState;
  uploading: number;
  compiled: ContextResult;
  t: Translator;
}

export function blockedBecause({ draft, health, uploading, compiled, t }: Situation): string | null {
  if (health.status === 'offline') return t('composer.whyOffline');
  if (health.status === 'failed') return t('composer.whyFailed');
  if (health.status === 'restarting' && health.engine) return t('engines.whyAway', { name: health.engine });
  // Before the first answer about health the message is let through: the server takes it or says why not.
  if (health.status !== 'ready' && health.status !== 'checking') return t('composer.whyLoading');
  if (uploading > 0) return t('composer.whyUploading');
  if (draft.text.trim() === '') return t('composer.whyEmpty');
  return compiled.ok ? null : noteText(t, compiled.problems[0]);
}
