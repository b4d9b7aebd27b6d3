/**
 * The picture that a message edits goes in already: adding it once more is refused in words, with the way to what is likely
 * meant, its subject in a new picture.
 */

import { withMode, withReference } from '../state/draft-inputs.ts';
import { readDraft, writeDraft } from '../state/drafts.ts';
import { resolveIntent } from '../state/intent.ts';
import type { SessionState } from '../state/session-state.ts';
import { showToast } from '../ui/toast-store.ts';
import type { Translator } from '../ui/translator.ts';

/** Refuses a picture that is the target of the message in the composer, and returns true; false for any other picture. */
export function refuseTarget(state: SessionState | null, pictureId: string, t: Translator): boolean {
  const sessionId = state?.session.id ?? null;
  const target = resolveIntent(readDraft(sessionId), state).inputs.find(({ role }) => role === 'target');
  if (target?.pictureId !== pictureId) return false;
  showToast(t('composer.isTarget', { version: `v${target.version}` }), {
    label: t('composer.modes.identity'),
    run: () => {
      const draft = readDraft(sessionId);
      const moded = { ...draft, ...withMode(draft, 'identity') };
      writeDraft(sessionId, { ...moded, ...withReference(moded, { pictureId }) });
    },
  });
  return true;
}
