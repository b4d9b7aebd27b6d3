/** The tools under the painting surface. */
import { Brush, Contrast, Eraser, Redo2, Trash2, Undo2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useId } from 'react';
import { IconButton } from '../ui/icon-button.tsx';
import type { BrushLimits } from './brush.ts';
import type { MaskOperation } from './mask-operations.ts';

interface MaskToolsProps {
  erase: boolean;
  brushPx: number;
  limits: BrushLimits;
  canUndo: boolean;
  canRedo: boolean;
  onErase: (erase: boolean) => void;
  onBrush: (brushPx: number) => void;
  onUndo: () => void;
  onRedo: () => void;
  onOperation: (operation: MaskOperation) => void;
}

export function MaskTools(props: MaskToolsProps) {
  const { erase, brushPx, limits, canUndo, canRedo, onErase, onBrush, onUndo, onRedo, onOperation } = props;
  const t = useTranslations();
  const id = useId();
  return (
    <div className="flex max-w-full items-center justify-center gap-0.5 sm:gap-1 rounded-2xl border border-line bg-card p-1.5 shadow-lift">
      <IconButton
        label={t('mask.brush')}
        aria-pressed={!erase}
        onClick={() => onErase(false)}
        className="aria-pressed:bg-accent-wash aria-pressed:text-accent"
      >
        <Brush aria-hidden="true" />
      </IconButton>
      <IconButton
        label={t('mask.eraser')}
        aria-pressed={erase}
        onClick={() => onErase(true)}
        className="aria-pressed:bg-accent-wash aria-pressed:text-accent"
      >
        <Eraser aria-hidden="true" />
      </IconButton>
      <label htmlFor={id} className="sr-only">
        {t('mask.size')}
      </label>
      <input
        id={id}
        type="range"
        min={limits.minPx}
        max={limits.maxPx}
        value={brushPx}
        onChange={(event) => onBrush(event.target.valueAsNumber)}
        className="mx-1 w-28 min-w-12 shrink accent-(--accent) sm:mx-2"
      />
      <IconButton label={t('mask.undo')} disabled={!canUndo} onClick={onUndo}>
        <Undo2 aria-hidden="true" />
      </IconButton>
      <IconButton label={t('mask.redo')} disabled={!canRedo} onClick={onRedo}>
        <Redo2 aria-hidden="true" />
      </IconButton>
      <IconButton label={t('mask.invert')} onClick={() => onOperation({ type: 'invert' })}>
        <Contrast aria-hidden="true" />
      </IconButton>
      <IconButton label={t('mask.clear')} onClick={() => onOperation({ type: 'clear' })}>
        <Trash2 aria-hidden="true" />
      </IconButton>
    </div>
  );
}
