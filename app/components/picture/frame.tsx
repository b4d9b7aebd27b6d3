/**
 * The space of a picture, reserved by its proportions before there is one, so that nothing jumps when it arrives.
 * Tall pictures are limited in height, wide ones in width.
 */
import type { ReactNode } from 'react';

const LONG_SIDE_REM = 24;
const AREA_SIDE_REM = 20.5;

interface FrameProps {
  widthPx: number;
  heightPx: number;
  /** Share of the usual size, for pictures in a grid. */
  scale?: number;
  selected?: boolean;
  children: ReactNode;
}

export function Frame({ widthPx, heightPx, scale = 1, selected = false, children }: FrameProps) {
  const ratio = widthPx / heightPx;
  const byArea = AREA_SIDE_REM * Math.sqrt(ratio);
  const width = Math.min(byArea, LONG_SIDE_REM, LONG_SIDE_REM * ratio) * scale;
  return (
    <div
      style={
        { aspectRatio: `${widthPx} / ${heightPx}`, '--frame-width': `${width}rem` } as React.CSSProperties
      }
      className={`ruled relative w-full max-w-96 overflow-hidden rounded-2xl shadow-lift after:pointer-events-none after:absolute after:inset-0 after:rounded-2xl after:border after:border-ink/10 sm:w-(--frame-width) ${
        selected ? 'outline-2 outline-accent outline-offset-2' : ''
      }`}
    >
      {children}
    </div>
  );
}
