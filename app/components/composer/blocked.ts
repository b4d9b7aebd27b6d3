/** Why the message cannot be sent now, in words, or null. Pure. */
import type { Draft } from '../state/drafts.ts';
import type { Intent } from '../state/intent.ts';
import type { HealthState } from '../state/use-health.ts';
import type { Strings } from '../strings.ts';

interface Situation {
  draft: Draft;
  intent: Intent;
  health: HealthState;
  uploading: number;
  strings: Strings;
}

export function blockedBecause({ draft, intent, health, uploading, strings }: Situation): string | null {
  if (health.status === 'offline') return strings.whyOffline;
  if (health.status === 'failed') return strings.whyFailed;
  if (health.status !== 'ready') return strings.whyLoading;
  if (uploading > 0) return strings.whyUploading;
  const limit = health.model?.maxReferences;
  if (limit !== undefined && intent.inputs.length > limit) return strings.whyTooMany(limit);
  return draft.text.trim() === '' ? strings.whyEmpty : null;
}
