/** The chip that names the mode of the message, one of five, and its target; a click changes either. */
import { ChevronDown } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { Plan } from '../../../../studio/agent/actions.ts';
import type { PictureView } from '../../../../studio/protocol.ts';
import type { TurnMode } from '../../../../studio/vocabulary.ts';
import { planLabel } from '../../plan/step-words.ts';
import type { Intent } from '../../state/intent.ts';
import { lazyLayer } from '../../ui/layers/lazy-layer.ts';
import { OpensLayer } from '../../ui/layers/opens-layer.tsx';

const ModeMenu = lazyLayer(() => import('./mode-menu.tsx').then((module) => module.ModeMenu));

interface ModeChipProps {
  intent: Intent;
  /** What the words are understood as, where that is more than the turn; a choice of the menu takes its place. */
  understood: Plan | null;
  /** The pictures that could be edited, oldest first. */
  pictures: PictureView[];
  headId: string | null;
  onMode: (mode: TurnMode) => void;
  /** `null` takes the target away, where the mode allows that. */
  onTarget: (pictureId: string | null) => void;
}

export function ModeChip({ intent, understood, pictures, headId, onMode, onTarget }: ModeChipProps) {
  const t = useTranslations();
  const { mode } = intent;
  const target = intent.inputs.find(({ role }) => role === 'target') ?? null;
  const modeLabel = useModeLabel(intent);
  const label = understood && !isEditOf(understood) ? planLabel(t, understood) : modeLabel;
  return (
    <OpensLayer
      opens="menu"
      button={{
        'aria-label': t('composer.modeLabel', { what: label }),
        className:
          'inline-flex min-h-[1.875rem] items-center gap-1 rounded-full border border-accent bg-card pr-2 pl-3 font-medium text-sm text-accent transition-colors hover:bg-accent-wash',
        children: (
          <>
            <span className="max-w-64 truncate">{label}</span>
            <ChevronDown className="size-3.5" aria-hidden="true" />
          </>
        ),
      }}
      layer={(button) => (
        <ModeMenu
          button={button}
          mode={mode}
          targetId={target?.pictureId ?? null}
          pictures={pictures}
          headId={headId}
          onMode={onMode}
          onTarget={onTarget}
        />
      )}
    />
  );
}

/** An edit of the picture that the chip names anyway. */
function isEditOf([only, ...more]: Plan): boolean {
  return only?.type === 'edit' && only.target === undefined && more.length === 0;
}

/** The mode in words, with the version it is about. */
function useModeLabel({ mode, inputs }: Intent): string {
  const t = useTranslations();
  const target = inputs.find(({ role }) => role === 'target');
  if (!target) return t(`composer.modes.${mode}`);
  const version = target.version === null ? t('composer.inTheMaking') : `v${target.version}`;
  return mode === 'edit'
    ? t('composer.modeEdit', { version })
    : t('composer.modeOf', { mode: t(`composer.modes.${mode}`), version });
}
