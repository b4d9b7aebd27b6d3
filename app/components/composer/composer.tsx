/** The box at the foot of the page. It says what will happen before it happens, and sends exactly that. */
import { useTranslations } from 'next-intl';
import { type RefObject, useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import type { Knows } from '../../../studio/known.ts';
import type { Restored } from '../../../studio/protocol.ts';
import { refuseTarget } from '../actions/refuse-target.ts';
import type { Sender } from '../actions/use-sender.ts';
import type { HealthState } from '../api/use-health.ts';
import type { NextMessage } from '../api/use-next-message.ts';
import type { OpenSession } from '../api/use-open-session.ts';
import { MessageBox } from '../message-box/message-box.tsx';
import { ModelButton } from '../models/model-button.tsx';
import { bodiesOf, unableBecause } from '../models/unable.ts';
import { openComposerDialog, useComposerDialog } from '../state/composer-dialog.ts';
import { withReference } from '../state/draft-inputs.ts';
import { type Draft, isByHand, readDraft, writeDraft } from '../state/drafts.ts';
import { findPicture } from '../state/intent.ts';
import type { ModelChoice } from '../state/model-choice.ts';
import { runningTurn, type SessionState } from '../state/session-state.ts';
import { showToast } from '../ui/toast-store.ts';
import { blockedBecause } from './blocked-because.ts';
import { ComposerDialogs } from './composer-dialogs.tsx';
import { ComposerInputs, regionOf } from './composer-inputs.tsx';
import { ComposerTools } from './composer-tools.tsx';
import { DropVeil } from './drop-veil.tsx';
import { inputsOf, isMissingInputs } from './next-inputs.ts';
import { NotUnderstood } from './not-understood.tsx';
import { Problem } from './problem.tsx';
import { RunStatus } from './run-status.tsx';
import { sizeOf } from './sizes.ts';
import { useAttachments } from './use-attachments.ts';
import { usePlaceholder } from './use-placeholder.ts';
import { WordsField } from './words-field.tsx';

interface ComposerProps {
  sessionId: string | null;
  state: SessionState | null;
  health: HealthState;
  sender: Sender;
  open: OpenSession;
  next: NextMessage;
  knows: Knows | null;
  choice: ModelChoice;
  messageBox: RefObject<HTMLTextAreaElement | null>;
}

export function Composer(props: ComposerProps) {
  const { sessionId, state, health, sender, open, next, knows, choice, messageBox } = props;
  const { draft, intent, compiled } = next;
  const t = useTranslations();
  const announce = useCallback(
    ({ turns: { length: count }, missingPictures: missing }: Restored) =>
      showToast(t(missing > 0 ? 'history.restoredMissing' : 'history.restored', { count, missing })),
    [t],
  );
  const addDropped = useCallback(
    (pictureId: string) => {
      if (refuseTarget(state, pictureId, t)) return;
      writeDraft(sessionId, withReference(readDraft(sessionId), { pictureId }));
    },
    [sessionId, state, t],
  );
  const attachments = useAttachments(open, sender, announce, addDropped);
  const files = useRef<HTMLInputElement>(null);
  const dialog = useComposerDialog();
  /** The mask with which the message is to go, until the message has it. */
  const [sentWith, setSentWith] = useState<string | null>(null);
  const turns = state?.turns ?? [];
  const targetId = inputsOf(next).find(({ role }) => role === 'target')?.pictureId ?? null;
  const target = findPicture(turns, targetId);
  const error = sender.error?.sessionId === sessionId ? sender.error : null;
  const blocked =
    blockedBecause({ draft, health, uploading: attachments.uploading, compiled, t }) ??
    unableBecause(t, { draft, intent, model: health.model, choice });
  const placeholder = usePlaceholder(intent, attachments.dragging !== null);
  const change = (change: Partial<Draft>) => writeDraft(sessionId, change);
  const attach = () => files.current?.click();

  function send() {
    if (blocked) return;
    const { body, also } = bodiesOf(draft, intent, choice);
    sender.send(body, draft, { also, isTyped: !isByHand(draft) });
  }

  const sendWithMask = useEffectEvent(send);
  const hasMask = sentWith !== null && intent.mask?.hash === sentWith;
  useEffect(() => {
    if (!hasMask) return;
    setSentWith(null);
    sendWithMask();
  }, [hasMask]);

  return (
    <>
      <div
        className={`rounded-4xl border bg-card p-2.5 shadow-lift transition-colors focus-within:border-edge ${
          attachments.dragging ? 'border-accent' : 'border-line'
        }`}
      >
        <ComposerInputs
          state={state}
          next={next}
          uploading={attachments.uploading}
          onChange={change}
          onAttach={attach}
          onDialog={openComposerDialog}
        />
        <div className="py-1">
          <MessageBox
            box={messageBox}
            sessionId={sessionId}
            turns={turns}
            text={draft.text}
            placeholder={placeholder}
            invalid={error?.field === 'prompt'}
            onChange={(text) => {
              change({ text });
              if (error) sender.setError(null);
            }}
            onSend={send}
          />
        </div>
        {draft.renderTexts.length > 0 && (
          <WordsField texts={draft.renderTexts} onChange={(renderTexts) => change({ renderTexts })} />
        )}
        <Problem
          error={error}
          compiled={draft.text === '' ? null : compiled}
          guided={isMissingInputs(compiled)}
          onSuggestion={(text) => change({ text })}
          text={draft.text}
        />
        {!next.understood && (
          <NotUnderstood
            sessionId={sessionId}
            text={draft.text}
            size={health.model && sizeOf(draft.options, health.model, target)}
            knows={knows}
            modelDigest={health.model?.digest ?? ''}
            targetId={targetId}
            turns={turns}
            onChange={(text) => {
              change({ text });
              messageBox.current?.focus();
            }}
          />
        )}
        <ComposerTools
          state={state}
          model={health.model}
          knows={knows}
          draft={draft}
          target={target}
          blocked={blocked}
          modelMenu={
            <ModelButton
              choice={choice}
              draft={draft}
              target={target}
              maker={turns.find(({ id }) => id === target?.turnId)}
              onChange={change}
            />
          }
          onAttach={attach}
          onGallery={() => openComposerDialog('gallery')}
          onMask={() => openComposerDialog('mask')}
          onChange={change}
          onSend={send}
        />
        <input
          ref={files}
          type="file"
          accept="image/*"
          multiple
          hidden
          onChange={(event) => {
            attachments.add({ files: [...(event.target.files ?? [])], folders: [] });
            event.target.value = '';
          }}
        />
      </div>
      <div className="flex h-6 items-end justify-between gap-4 px-2.5 text-xs text-soft">
        <RunStatus state={state} active={runningTurn(state)} />
        <p id="composer-hint" className="ml-auto truncate">
          {draft.text && blocked ? (
            blocked
          ) : (
            <span className="hidden sm:inline">{t('composer.enterHint')}</span>
          )}
        </p>
      </div>
      {attachments.dragging === 'files' && <DropVeil />}
      <ComposerDialogs
        dialog={dialog}
        sessionId={sessionId}
        state={state}
        draft={draft}
        intent={intent}
        region={regionOf(next.understood)}
        target={target}
        onChange={change}
        onSendWith={setSentWith}
        onClose={() => openComposerDialog(null)}
      />
    </>
  );
}
