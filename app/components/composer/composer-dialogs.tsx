/** What opens over the composer: the mask editor for the target, and the gallery to take a picture from. */
import { useTranslations } from 'next-intl';
import { lazy, Suspense } from 'react';
import type { Region } from '../../../studio/agent/actions.ts';
import type { PictureView } from '../../../studio/protocol.ts';
import { refuseTarget } from '../actions/refuse-target.ts';
import type { ComposerDialog } from '../state/composer-dialog.ts';
import { withReference } from '../state/draft-inputs.ts';
import type { Draft } from '../state/drafts.ts';
import type { Intent } from '../state/intent.ts';
import type { SessionState } from '../state/session-state.ts';
import { patiently } from '../ui/layers/patiently.ts';

const GalleryPicker = lazy(() =>
  patiently(() => import('../gallery/gallery-picker.tsx')).then((module) => ({
    default: module.GalleryPicker,
  })),
);
const MaskEditor = lazy(() => patiently(() => import('../mask/mask-editor.tsx')));

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
  /** The message goes as soon as it has this mask. */
  onSendWith: (maskHash: string) => void;
  onClose: () => void;
}

export function ComposerDialogs(props: ComposerDialogsProps) {
  const { dialog, sessionId, state, draft, intent, region, target, onChange, onSendWith, onClose } = props;
  const t = useTranslations();
  if (dialog === 'mask' && target && sessionId)
    return (
      <Suspense>
        <MaskEditor
          sessionId={sessionId}
          picture={target}
          mask={intent.mask}
          region={region}
          message={{ text: draft.text, onText: (text) => onChange({ text }) }}
          onUse={(mask, send) => {
            onChange({ mode: 'edit', targetId: target.id, mask });
            onClose();
            if (send) onSendWith(mask.hash);
          }}
          onClose={onClose}
        />
      </Suspense>
    );
  if (dialog === 'gallery')
    return (
      <Suspense>
        <GalleryPicker
          sessionId={sessionId}
          onPick={(reference) => {
            onClose();
            if (refuseTarget(state, reference.pictureId, t)) return;
            onChange(withReference({ ...draft, mode: intent.mode }, reference));
          }}
          onClose={onClose}
        />
      </Suspense>
    );
  return null;
}
