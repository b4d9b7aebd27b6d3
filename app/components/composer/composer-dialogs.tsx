/** What opens over the composer: the mask editor for the target, and the gallery to take a picture from. */
import { useTranslations } from 'next-intl';
import { lazy, Suspense } from 'react';
import type { Region } from '../../../studio/agent/actions.ts';
import type { PictureView } from '../../../studio/protocol.ts';
import { refuseTarget } from '../actions/refuse-target.ts';
import { GalleryPicker } from '../gallery/gallery-picker.tsx';
import { withReference } from '../state/draft-inputs.ts';
import type { Draft } from '../state/drafts.ts';
import type { Intent } from '../state/intent.ts';
import type { SessionState } from '../state/session-state.ts';

const MaskEditor = lazy(() => import('../mask/mask-editor.tsx'));

export type ComposerDialog = 'mask' | 'gallery';

interface ComposerDialogsProps {
  dialog: ComposerDialog | null;
  sessionId: string | null;
  state: SessionState | null;
  draft: Draft;
  intent: Intent;
  /** The part that the words keep the edit to: painted already where the editor opens. */
  region: Region | null;
  /** The picture that the message edits; without one there is nothing to paint over. */
  target: PictureView | null;
  onChange: (change: Partial<Draft>) => void;
  onClose: () => void;
}

export function ComposerDialogs(props: ComposerDialogsProps) {
  const { dialog, sessionId, state, draft, intent, region, target, onChange, onClose } = props;
  const t = useTranslations();
  if (dialog === 'mask' && target && sessionId)
    return (
      <Suspense>
        <MaskEditor
          sessionId={sessionId}
          picture={target}
          mask={intent.mask}
          region={region}
          onUse={(mask) => {
            onChange({ mode: 'edit', targetId: target.id, mask });
            onClose();
          }}
          onClose={onClose}
        />
      </Suspense>
    );
  if (dialog === 'gallery')
    return (
      <GalleryPicker
        sessionId={sessionId}
        onPick={(reference) => {
          onClose();
          if (refuseTarget(state, reference.pictureId, t)) return;
          onChange(withReference({ ...draft, mode: intent.mode }, reference));
        }}
        onClose={onClose}
      />
    );
  return null;
}
