/** The tools under the painting surface: what the pointer does, how the picture is seen, and what is done to the whole mask. */
import {
  Brush,
  Contrast,
  Eraser,
  Hand,
  Lasso,
  Maximize,
  Redo2,
  SquareDashed,
  Trash2,
  Undo2,
  ZoomIn,
  ZoomOut,
} from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type ReactNode, useId } from 'react';
import { IconButton } from '../ui/icon-button.tsx';
import type { BrushLimits } from './brush.ts';
import type { MaskOperation } from './mask-operations.ts';

/** What the pointer does. */
export type MaskTool = 'brush' | 'lasso' | 'rectangle' | 'hand';

export const MOST_FEATHER_PX = 64;

interface MaskToolsProps {
  tool: MaskTool;
  erase: boolean;
  brushPx: number;
  featherPx: number;
  limits: BrushLimits;
  canUndo: boolean;
  canRedo: boolean;
  zoom: number;
  onTool: (tool: MaskTool) => void;
  onErase: (erase: boolean) => void;
  onBrush: (brushPx: number) => void;
  onFeather: (featherPx: number) => void;
  onZoom: (step: 1 | -1 | 0) => void;
  onUndo: () => void;
  onRedo: () => void;
  onOperation: (operation: MaskOperation) => void;
}

const ROW =
  'flex max-w-full items-center justify-center gap-0.5 rounded-2xl border border-line bg-card p-1 shadow-lift sm:gap-1';
const PRESSED = 'aria-pressed:bg-accent-wash aria-pressed:text-accent';

export function MaskTools(props: MaskToolsProps) {
  const { tool, erase, zoom, limits, onTool, onErase, onZoom, onOperation } = props;
  const t = useTranslations();
  const toolButton = (each: MaskTool, icon: ReactNode) => (
    <IconButton
      label={t(`mask.${each}`)}
      aria-pressed={tool === each}
      onClick={() => onTool(each)}
      className={PRESSED}
    >
      {icon}
    </IconButton>
  );
  return (
    <div className="flex max-w-full flex-wrap items-center justify-center gap-1.5">
      <div className={ROW}>
        {toolButton('brush', <Brush aria-hidden="true" />)}
        {toolButton('lasso', <Lasso aria-hidden="true" />)}
        {toolButton('rectangle', <SquareDashed aria-hidden="true" />)}
        <IconButton
          label={t('mask.eraser')}
          aria-pressed={erase}
          onClick={() => onErase(!erase)}
          className={PRESSED}
        >
          <Eraser aria-hidden="true" />
        </IconButton>
        <span className="mx-0.5 h-5 w-px bg-line" aria-hidden="true" />
        {toolButton('hand', <Hand aria-hidden="true" />)}
        <IconButton label={t('turn.zoomOut')} disabled={zoom <= 1} onClick={() => onZoom(-1)}>
          <ZoomOut aria-hidden="true" />
        </IconButton>
        <IconButton label={t('turn.zoomIn')} onClick={() => onZoom(1)}>
          <ZoomIn aria-hidden="true" />
        </IconButton>
        <IconButton label={t('turn.fit')} disabled={zoom <= 1} onClick={() => onZoom(0)}>
          <Maximize aria-hidden="true" />
        </IconButton>
      </div>
      <div className={ROW}>
        <Slider
          label={t('mask.size')}
          min={limits.minPx}
          max={limits.maxPx}
          value={props.brushPx}
          onChange={props.onBrush}
        />
        <Slider
          label={t('mask.feather')}
          min={0}
          max={MOST_FEATHER_PX}
          value={props.featherPx}
          onChange={props.onFeather}
        />
        <IconButton label={t('mask.undo')} disabled={!props.canUndo} onClick={props.onUndo}>
          <Undo2 aria-hidden="true" />
        </IconButton>
        <IconButton label={t('mask.redo')} disabled={!props.canRedo} onClick={props.onRedo}>
          <Redo2 aria-hidden="true" />
        </IconButton>
        <IconButton label={t('mask.invert')} onClick={() => onOperation({ type: 'invert' })}>
          <Contrast aria-hidden="true" />
        </IconButton>
        <IconButton label={t('mask.clear')} onClick={() => onOperation({ type: 'clear' })}>
          <Trash2 aria-hidden="true" />
        </IconButton>
      </div>
    </div>
  );
}

interface SliderProps {
  label: string;
  min: number;
  max: number;
  value: number;
  onChange: (value: number) => void;
}

function Slider({ label, onChange, ...range }: SliderProps) {
  const id = useId();
  return (
    <>
      <label htmlFor={id} className="pl-1 text-2xs text-soft max-sm:sr-only">
        {label}
      </label>
      <input
        id={id}
        type="range"
        title={label}
        {...range}
        onChange={(event) => onChange(event.target.valueAsNumber)}
        className="mx-1 w-20 min-w-10 shrink accent-(--accent)"
      />
    </>
  );
}
