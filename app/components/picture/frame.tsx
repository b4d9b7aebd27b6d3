/**
 * The space of a picture, reserved by its proportions before there is one, so that nothing jumps when it arrives: as wide as the
 * column allows, and no higher than the window leaves room for.
 */
import type { CSSProperties, ReactNode } from 'react';

/** How many times the side of a square picture the longer side of another may be. */
const LONGEST = 1.2;

/** The width of something of these proportions in the conversation, to be set beside {@link FRAME_WIDTH}. */
export function frameStyle(ratio: number): CSSProperties {
  const side = Math.min(Math.sqrt(ratio), LONGEST, LONGEST * ratio);
  return { '--ratio': ratio, '--side': side } as CSSProperties;
}

export const FRAME_WIDTH =
  'w-[min(100%,calc(var(--picture-side)*var(--side)),calc(max(16rem,100dvh-19.5rem)*var(--ratio)))]';

interface FrameProps {
  widthPx: number;
  heightPx: number;
  /** It fills its cell of a grid. */
  isCell?: boolean;
  selected?: boolean;
  children: ReactNode;
}

export function Frame({ widthPx, heightPx, isCell = false, selected = false, children }: FrameProps) {
  return (
    <div
      style={{ aspectRatio: `${widthPx} / ${heightPx}`, ...frameStyle(widthPx / heightPx) }}
      className={`ruled group/frame relative overflow-hidden rounded-2xl shadow-lift after:pointer-events-none after:absolute after:inset-0 after:rounded-2xl after:border after:border-ink/10 ${
        isCell ? 'w-full' : FRAME_WIDTH
      } ${selected ? 'outline-3 outline-accent outline-offset-2' : ''}`}
    >
      {children}
    </div>
  );
}
