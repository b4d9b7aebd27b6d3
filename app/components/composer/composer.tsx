'use client';
/** The box at the foot of the page. It says what will happen before it happens, and sends exactly that. */
import { ArrowUp, ImagePlus, Square } from 'lucide-react';
import { useRef } from 'react';
import { IconButton } from '../shell/icon-button.tsx';
import { cancelJob } from '../state/api.ts';
import { useDraft, writeDraft } from '../state/drafts.ts';
import { allImages, headImage, type IntentInput, resolveIntent, turnBody } from '../state/intent.ts';
import { isActive, type SessionState } from '../state/session-state.ts';
import type { HealthState } from '../state/use-health.ts';
import type { OpenSession } from '../state/use-open-session.ts';
import type { Sender } from '../state/use-sender.ts';
import { seconds, useStrings } from '../strings.ts';
import { blockedBecause } from './blocked.ts';
import { expectedMs } from './expected.ts';
import { InputChips } from './input-chips.tsx';
import { MessageBox } from './message-box.tsx';
import { ModeChip } from './mode-chip.tsx';
import { OptionsPopover } from './options-popover.tsx';
import { RunStatus } from './run-status.tsx';
import { useAttachments } from './use-attachments.ts';

interface ComposerProps {
  sessionId: string | null;
  state: SessionState | null;
  health: HealthState;
  sender: Sender;
  open: OpenSession;
}

export function Composer({ sessionId, state, health, sender, open }: ComposerProps) {
  const strings = useStrings();
  const draft = useDraft(sessionId);
  const attachments = useAttachments(open, sender);
  const files = useRef<HTMLInputElement>(null);
  const intent = resolveIntent(draft, state);
  const target = intent.inputs.find(({ role }) => role === 'target')?.image ?? null;
  const running = (state?.nodes ?? []).filter(({ job }) => isActive(job));
  const active = running.find(({ job }) => job?.state === 'running') ?? running[0] ?? null;
  const error = sender.error?.sessionId === sessionId ? sender.error : null;
  const blocked = blockedBecause({ draft, intent, health, uploading: attachments.uploading, strings });
  const expected = expectedMs(state, draft.options.count ?? 1);

  function send() {
    if (blocked) return;
    sender.send(turnBody(draft, intent), draft);
  }

  function remove({ image, role }: IntentInput) {
    if (role === 'target') return writeDraft(sessionId, { mode: 'new', targetId: null });
    writeDraft(sessionId, { references: draft.references.filter(({ imageId }) => imageId !== image.id) });
  }

  return (
    <>
      <div
        className={`rounded-[18px] border bg-card p-2.5 shadow-lift transition-colors focus-within:border-edge ${
          attachments.dragging ? 'border-accent' : 'border-line'
        }`}
      >
        <ul className="flex flex-wrap gap-1.5">
          <li>
            <ModeChip
              target={target}
              images={allImages(state?.nodes ?? [])}
              headId={headImage(state)?.id ?? null}
              onNew={() => writeDraft(sessionId, { mode: 'new', targetId: null })}
              onEdit={(targetId) => writeDraft(sessionId, { mode: 'edit', targetId })}
            />
          </li>
          <InputChips inputs={intent.inputs} uploading={attachments.uploading} onRemove={remove} />
        </ul>
        <div className="py-1">
          <MessageBox
            sessionId={sessionId}
            text={draft.text}
            placeholder={
              attachments.dragging
                ? strings.dropHere
                : target
                  ? strings.placeholderEdit(`v${target.version}`)
                  : strings.placeholderNew
            }
            invalid={error?.field === 'prompt'}
            onChange={(text) => {
              writeDraft(sessionId, { text });
              if (error) sender.fail(null);
            }}
            onSend={send}
          />
        </div>
        {error && (
          <p role="alert" className="wrap-anywhere px-1.5 pb-2 text-[13px] text-accent">
            {error.message}
          </p>
        )}
        <div className="flex items-center gap-1">
          <IconButton label={strings.attach} onClick={() => files.current?.click()}>
            <ImagePlus aria-hidden="true" />
          </IconButton>
          <input
            ref={files}
            type="file"
            accept="image/*"
            multiple
            hidden
            onChange={(event) => {
              attachments.add(event.target.files ?? []);
              event.target.value = '';
            }}
          />
          <OptionsPopover
            model={health.model}
            options={draft.options}
            target={target}
            onChange={(options) => writeDraft(sessionId, { options })}
          />
          <span className="flex-1" />
          {expected !== null && !active && (
            <span className="hidden pr-2 text-[12px] text-soft sm:inline">
              {strings.about(seconds(expected))}
            </span>
          )}
          {active?.job && (
            <button
              type="button"
              aria-label={strings.stop}
              title={strings.stop}
              onClick={() => active.job && cancelJob(active.job.id)}
              className="grid size-9 animate-appear place-items-center rounded-full border border-accent bg-card text-accent transition-colors hover:bg-accent-wash"
            >
              <Square className="size-3.5 fill-current" aria-hidden="true" />
            </button>
          )}
          <button
            type="button"
            aria-label={strings.send}
            aria-disabled={blocked !== null}
            aria-describedby="composer-hint"
            title={blocked ?? strings.send}
            onClick={send}
            className="grid size-9 place-items-center rounded-full bg-accent text-on-accent transition-[opacity,background-color] hover:opacity-90 aria-disabled:bg-wash aria-disabled:text-soft aria-disabled:opacity-100"
          >
            <ArrowUp className="size-[18px]" aria-hidden="true" />
          </button>
        </div>
      </div>
      <div className="flex h-6 items-end justify-between gap-4 px-2.5 text-[12px] text-soft">
        <RunStatus state={state} active={active} />
        <p id="composer-hint" className="ml-auto truncate">
          {draft.text && blocked ? blocked : <span className="hidden sm:inline">{strings.enterHint}</span>}
        </p>
      </div>
    </>
  );
}
