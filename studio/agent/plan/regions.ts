/** Where the named parts of a picture are. Pure. */
import type { Region } from '../actions.ts';

/** A rectangle in shares of a picture's width and height, from its upper left corner. */
export interface Part {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const HALF = 1 / 2;
const THIRD = 1 / 3;
const WHOLE: Part = { left: 0, top: 0, right: 1, bottom: 1 };

/** A half, a third, a quarter in a corner, or the middle half of both sides. */
export function partOf(region: Region): Part {
  switch (region) {
    case 'left':
      return { ...WHOLE, right: HALF };
    case 'right':
      return { ...WHOLE, left: HALF };
    case 'top':
      return { ...WHOLE, bottom: HALF };
    case 'bottom':
      return { ...WHOLE, top: HALF };
    case 'left-third':
      return { ...WHOLE, right: THIRD };
    case 'right-third':
      return { ...WHOLE, left: 1 - THIRD };
    case 'top-third':
      return { ...WHOLE, bottom: THIRD };
    case 'bottom-third':
      return { ...WHOLE, top: 1 - THIRD };
    case 'top-left':
      return { ...WHOLE, right: HALF, bottom: HALF };
    case 'top-right':
      return { ...WHOLE, left: HALF, bottom: HALF };
    case 'bottom-left':
      return { ...WHOLE, right: HALF, top: HALF };
    case 'bottom-right':
      return { ...WHOLE, left: HALF, top: HALF };
    case 'middle':
      return { left: HALF / 2, top: HALF / 2, right: 1 - HALF / 2, bottom: 1 - HALF / 2 };
  }
}

/** The part in whole pixels of a picture. */
export function pixelsOf(region: Region, widthPx: number, heightPx: number): Part {
  const { left, top, right, bottom } = partOf(region);
  return {
    left: Math.round(left * widthPx),
    top: Math.round(top * heightPx),
    right: Math.round(right * widthPx),
    bottom: Math.round(bottom * heightPx),
  };
}
