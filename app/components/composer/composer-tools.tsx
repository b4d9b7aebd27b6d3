/** The row under the text: what can be added, how the picture is made, and the buttons that start and stop. */
import { ArrowUp, ImagePlus, Images, Paintbrush, Square, Type } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { ModelInfo } from '../../../engine/index.ts';
import { isDraftQuicker } from '../../../studio/abilities.ts';
import type { Knows } from '../../../studio/known.ts';
import type { PictureView } from '../../../studio/protocol.ts';
import { useActions } from '../actions/actions.ts';
import { controlReason } from '../models/unable.ts';
import type { Draft } from '../state/drafts.ts';
import { runningTurn, type SessionState } from '../state/session-state.ts';
import { seconds } from '../ui/figures/seconds.ts';
import { GreyedIconButton } from '../ui/greyed.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { expectedOf } from './expected.ts';
import { OptionsButton } from './options-button.tsx';

interface ComposerToolsProps {
  state: SessionState | null;
  model: ModelInfo | null;
  knows: Knows | null;
  draft: Draft;
  target: PictureView | null;
  blocked: string | null;
  modelMenu: ReactNode;
  onAttach: () => void;
  onGallery: () => void;
  onMask: () => void;
  onChange: (change: Partial<Draft>) => void;
  onSend: () => void;
}

export function ComposerTools(props: ComposerToolsProps) {
  const {
    state,
    model,
    knows,
    draft,
    target,
    blocked,
    modelMenu,
    onAttach,
    onGallery,
    onMask,
    onChange,
    onSend,
  } = props;
  const t = useTranslations();
  const { stop } = useActions();
  const { options, renderTexts } = draft;
  const count = options.count ?? 1;
  const send = count > 1 ? t('composer.sendCount', { count }) : t('composer.send');
  const isDraft = options.quality === 'draft';
  const active = runningTurn(state);
  const reasonOf = (control: Parameters<typeof controlReason>[2]) => controlReason(t, model, control);
  const expected = expectedOf(state, model, options);
  return (
    <div className="flex items-center gap-0.5">
      <GreyedIconButton label={t('composer.attach')} reason={reasonOf('edits')} onClick={onAttach}>
        <ImagePlus aria-hidden="true" />
      </GreyedIconButton>
      <GreyedIconButton
        label={t('composer.fromGallery')}
        reason={reasonOf('edits')}
        onClick={onGallery}
        className="max-sm:hidden"
      >
        <Images aria-hidden="true" />
      </GreyedIconButton>
      <IconButton
        label={t('composer.words')}
        aria-pressed={renderTexts.length > 0}
        onClick={() => onChange({ renderTexts: renderTexts.length > 0 ? [] : [''] })}
        className="aria-pressed:text-accent"
      >
        <Type aria-hidden="true" />
      </IconButton>
      {target && (
        <GreyedIconButton
          label={t('composer.maskEdit')}
          reason={options.composite ? null : reasonOf('masks')}
          onClick={onMask}
        >
          <Paintbrush aria-hidden="true" />
        </GreyedIconButton>
      )}
      <OptionsButton
        model={model}
        knows={knows}
        options={options}
        target={target}
        enhance={draft.enhance}
        onChange={(next) => onChange({ options: next })}
        onEnhance={(enhance) => onChange({ enhance })}
      />
      {((model && isDraftQuicker(model)) || isDraft) && (
        <button
          type="button"
          aria-pressed={isDraft}
          title={t('composer.draftHint')}
          onClick={() => onChange({ options: { ...options, quality: isDraft ? undefined : 'draft' } })}
          className="h-9 rounded-lg px-2.5 text-sm text-soft transition-colors hover:bg-wash hover:text-ink aria-pressed:text-accent max-sm:hidden"
        >
          {t('composer.draft')}
        </button>
      )}
      {modelMenu}
      <span className="flex-1" />
      {expected !== null && !active && (
        <span className="hidden pr-2 text-xs text-soft sm:inline">
          {t('composer.about', { seconds: seconds(expected) })}
        </span>
      )}
      {active?.job && (
        <button
          type="button"
          aria-label={t('composer.stop')}
          title={t('composer.stop')}
          onClick={() => stop(active)}
          className="mr-1.5 grid size-9 shrink-0 animate-appear place-items-center rounded-full border border-accent bg-card text-accent transition-colors hover:bg-accent-wash"
        >
          <Square className="size-3.5 fill-current" aria-hidden="true" />
        </button>
      )}
      <button
        type="button"
        aria-label={send}
        aria-disabled={blocked !== null}
        aria-describedby="composer-hint"
        title={blocked ?? send}
        onClick={onSend}
        className="flex h-9 min-w-9 shrink-0 items-center justify-center gap-1 rounded-full bg-accent px-2 font-medium text-sm text-on-accent tabular-nums transition-[opacity,background-color] hover:opacity-90 aria-disabled:bg-wash aria-disabled:text-soft aria-disabled:opacity-100"
      >
        {count > 1 && <span aria-hidden="true">× {count}</span>}
        <ArrowUp className="size-[18px]" aria-hidden="true" />
      </button>
    </div>
  );
}
