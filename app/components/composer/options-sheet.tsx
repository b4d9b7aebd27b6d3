/** Size, steps, guidance, seed and count of the next picture. What is not set here is left to the model. */
import { Lock, LockOpen } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Popover } from 'radix-ui';
import type { ModelInfo } from '../../../engine/index.ts';
import { isDraftQuicker } from '../../../studio/abilities.ts';
import type { Knows } from '../../../studio/known.ts';
import type { PictureView } from '../../../studio/protocol.ts';
import { controlReason } from '../models/unable.ts';
import type { DraftOptions } from '../state/drafts.ts';
import { draftDefaults } from '../state/preferences.ts';
import { randomSeed } from '../state/random-seed.ts';
import { IconButton } from '../ui/icon-button.tsx';
import type { LayerButton } from '../ui/layers/opens-layer.tsx';
import { NumberField } from '../ui/number-field.tsx';
import { PlainButton } from '../ui/plain-button.tsx';
import { SizeField } from './size-field.tsx';

export interface OptionsSheetProps {
  button: LayerButton;
  model: ModelInfo;
  knows: Knows | null;
  options: DraftOptions;
  /** Picture to edit; its size is kept unless another is chosen. */
  target: PictureView | null;
  /** Whether the model reads the message in words that it understands best. */
  enhance: boolean;
  onChange: (options: DraftOptions) => void;
  onEnhance: (enhance: boolean) => void;
}

export function OptionsSheet({
  button,
  model,
  knows,
  options,
  target,
  enhance,
  onChange,
  onEnhance,
}: OptionsSheetProps) {
  const t = useTranslations();
  const locked = options.seed !== undefined;
  const set = (change: DraftOptions) => onChange({ ...options, ...change });
  const unable = (['steps', 'guidance', 'seeds'] as const).flatMap(
    (control) => controlReason(t, model, control) ?? [],
  );
  return (
    <Popover.Root defaultOpen>
      <Popover.Trigger {...button} />
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={8}
          collisionPadding={12}
          aria-label={t('options.options')}
          className="z-float max-h-(--radix-popover-content-available-height) w-[21rem] max-w-[calc(100vw-1.5rem)] animate-rise overflow-y-auto rounded-3xl border border-line bg-card p-4 shadow-float"
        >
          <div className="flex flex-col gap-4">
            <SizeField model={model} knows={knows} options={options} target={target} onChange={set} />
            <div className="grid grid-cols-3 gap-2.5">
              <NumberField
                label={t('options.steps')}
                value={options.steps}
                fallback={model.defaultSteps}
                min={1}
                max={model.maxSteps}
                unable={controlReason(t, model, 'steps')}
                onChange={(steps) => set({ steps })}
              />
              <NumberField
                label={t('options.guidance')}
                value={options.guidanceScale}
                fallback={model.defaultGuidanceScale}
                min={1}
                max={20}
                step={0.1}
                unable={controlReason(t, model, 'guidance')}
                onChange={(guidanceScale) => set({ guidanceScale })}
              />
              <NumberField
                label={t('options.count')}
                value={options.count}
                fallback={1}
                min={1}
                max={model.maxCount}
                onChange={(count) => set({ count })}
              />
            </div>
            <div className="flex items-start gap-2">
              <NumberField
                label={t('options.seed')}
                value={options.seed}
                placeholder={t('options.seedNew')}
                min={0}
                max={Number.MAX_SAFE_INTEGER}
                unable={controlReason(t, model, 'seeds')}
                onChange={(seed) => set({ seed })}
              />
              <IconButton
                label={locked ? t('options.seedUnlock') : t('options.seedLock')}
                aria-pressed={locked}
                disabled={!model.can.seeds && !locked}
                className="mt-[22px]"
                onClick={() => set({ seed: locked ? undefined : randomSeed() })}
              >
                {locked ? <Lock aria-hidden="true" /> : <LockOpen aria-hidden="true" />}
              </IconButton>
            </div>
            {(isDraftQuicker(model) || options.quality === 'draft') && (
              <PlainButton
                className="self-start sm:hidden"
                aria-pressed={options.quality === 'draft'}
                title={t('composer.draftHint')}
                onClick={() => set({ quality: options.quality === 'draft' ? undefined : 'draft' })}
              >
                {t('composer.draft')}
              </PlainButton>
            )}
            {unable.length > 0 && (
              <ul className="flex flex-col gap-1 text-xs text-soft">
                {unable.map((reason) => (
                  <li key={reason}>{reason}</li>
                ))}
              </ul>
            )}
            {target && !model.can.masks && (
              <PlainButton
                className="self-start"
                aria-pressed={options.composite === true}
                title={t('options.compositeHint')}
                onClick={() => set({ composite: options.composite ? undefined : true })}
              >
                {t('options.composite')}
              </PlainButton>
            )}
            {model.can.secondLook && (
              <PlainButton
                className="self-start"
                aria-pressed={options.secondLook !== false}
                title={t('options.secondLookHint')}
                onClick={() => set({ secondLook: options.secondLook === false ? undefined : false })}
              >
                {t('options.secondLook')}
              </PlainButton>
            )}
            <PlainButton
              className="self-start"
              aria-pressed={enhance}
              title={t('options.enhanceHint')}
              onClick={() => onEnhance(!enhance)}
            >
              {t('options.enhance')}
            </PlainButton>
            <PlainButton className="self-start" onClick={() => onChange(draftDefaults().options)}>
              {t('options.defaults')}
            </PlainButton>
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
