/**
 * Ratios that the model can make, drawn as little frames; `Auto` takes the size of the picture that is edited. Those that the
 * checkpoint was never trained on stand apart and say so.
 */
import { useTranslations } from 'next-intl';
import type { ModelInfo } from '../../../engine/index.ts';
import type { Knows } from '../../../studio/known.ts';
import type { PictureView } from '../../../studio/protocol.ts';
import type { Size } from '../../../studio/sizes.ts';
import type { DraftOptions } from '../state/drafts.ts';
import { isLearnt, type SizeChoice, sizeChoices, sizeText } from './sizes.ts';

interface SizeFieldProps {
  model: ModelInfo;
  knows: Knows | null;
  options: DraftOptions;
  target: PictureView | null;
  onChange: (change: DraftOptions) => void;
}

const MARK_PX = 18;

export function SizeField({ model, knows, options, target, onChange }: SizeFieldProps) {
  const t = useTranslations();
  const choices = sizeChoices(model);
  const learnt = choices.filter((size) => isLearnt(size, knows));
  const others = choices.filter((size) => !learnt.includes(size));
  const choiceOf = (size: SizeChoice, note?: string) => (
    <Choice
      key={size.ratio}
      name={size.ratio}
      detail={[sizeText(size), note].filter(Boolean).join(', ')}
      mark={markOf(size)}
      checked={options.widthPx === size.widthPx && options.heightPx === size.heightPx}
      onChoose={() => onChange({ widthPx: size.widthPx, heightPx: size.heightPx })}
    />
  );
  return (
    <fieldset>
      <legend className="mb-1.5 text-xs text-soft">{t('options.size')}</legend>
      <div className="grid grid-cols-4 gap-1.5">
        <Choice
          name={t('options.sizeAuto')}
          detail={
            target
              ? t('options.sizeOf', { version: `v${target.version}` })
              : sizeText({ widthPx: model.defaultWidthPx, heightPx: model.defaultHeightPx })
          }
          checked={options.widthPx === undefined}
          onChoose={() => onChange({ widthPx: undefined, heightPx: undefined })}
        />
        {learnt.map((size) => choiceOf(size))}
        {others.length > 0 && (
          <p className="col-span-full pt-1 text-xs text-soft" aria-hidden="true">
            {t('options.sizesUnlearnt')}
          </p>
        )}
        {others.map((size) => choiceOf(size, t('options.sizeUnlearnt')))}
      </div>
    </fieldset>
  );
}

function markOf({ widthPx, heightPx }: Size): { width: number; height: number } {
  const scale = MARK_PX / Math.max(widthPx, heightPx);
  return { width: widthPx * scale, height: heightPx * scale };
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
      className="flex cursor-pointer flex-col items-center gap-1 rounded-lg border border-line py-2 text-xs text-soft transition-colors hover:bg-wash has-checked:border-accent has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent"
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
          className="block rounded-xs border-[1.5px] border-current"
          style={mark ?? { width: MARK_PX, height: MARK_PX, borderStyle: 'dashed' }}
        />
      </span>
      {name}
    </label>
  );
}
