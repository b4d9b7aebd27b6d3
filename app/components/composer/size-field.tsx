'use client';
import { useTranslations } from 'next-intl';
/** Ratios that the model can make, drawn as little frames; `Auto` takes the size of the picture that is edited. */
import type { ModelInfo } from '../../../engine/index.ts';
import type { ImageView } from '../../protocol.ts';
import type { DraftOptions } from '../state/drafts.ts';
import { sizeChoices } from './sizes.ts';

interface SizeFieldProps {
  model: ModelInfo;
  options: DraftOptions;
  target: ImageView | null;
  onChange: (change: DraftOptions) => void;
}

const MARK_PX = 18;

export function SizeField({ model, options, target, onChange }: SizeFieldProps) {
  const t = useTranslations();
  const choices = sizeChoices(model);
  const isChosen = (widthPx: number, heightPx: number) =>
    options.widthPx === widthPx && options.heightPx === heightPx;
  return (
    <fieldset>
      <legend className="mb-1.5 text-[12px] text-soft">{t('options.size')}</legend>
      <div className="grid grid-cols-4 gap-1.5">
        <Choice
          name={t('options.sizeAuto')}
          detail={
            target
              ? t('options.sizeOf', { version: `v${target.version}` })
              : `${model.defaultWidthPx} × ${model.defaultHeightPx}`
          }
          checked={options.widthPx === undefined}
          onChoose={() => onChange({ widthPx: undefined, heightPx: undefined })}
        />
        {choices.map(({ ratio, widthPx, heightPx }) => (
          <Choice
            key={ratio}
            name={ratio}
            detail={`${widthPx} × ${heightPx}`}
            mark={{ width: markSide(widthPx, heightPx), height: markSide(heightPx, widthPx) }}
            checked={isChosen(widthPx, heightPx)}
            onChoose={() => onChange({ widthPx, heightPx })}
          />
        ))}
      </div>
    </fieldset>
  );
}

function markSide(sidePx: number, otherPx: number): number {
  return (MARK_PX * sidePx) / Math.max(sidePx, otherPx);
}

interface ChoiceProps {
  name: string;
  detail: string;
  mark?: { width: number; height: number };
  checked: boolean;
  onChoose: () => void;
}

function Choice({ name, detail, mark, checked, onChoose }: ChoiceProps) {
  return (
    <label
      title={detail}
      className="flex cursor-pointer flex-col items-center gap-1 rounded-[10px] border border-line py-2 text-[12px] text-soft transition-colors hover:bg-wash has-checked:border-accent has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent"
    >
      <input
        type="radio"
        name="size"
        className="sr-only"
        checked={checked}
        onChange={onChoose}
        aria-label={`${name} ${detail}`}
      />
      <span className="grid h-[18px] place-items-center" aria-hidden="true">
        <span
          className="block rounded-[3px] border-[1.5px] border-current"
          style={mark ?? { width: MARK_PX, height: MARK_PX, borderStyle: 'dashed' }}
        />
      </span>
      {name}
    </label>
  );
}
