/** How large the page is written, of a closed list. The choice is a cookie, because the server writes the first page. Pure. */
export const TEXT_SIZES = ['small', 'usual', 'large', 'largest'] as const;
export type TextSize = (typeof TEXT_SIZES)[number];

export const TEXT_SIZE_COOKIE = 'text-size';

/** Of the size that the browser is set to. */
export const TEXT_SCALE: Record<TextSize, number> = { small: 0.9, usual: 1, large: 1.2, largest: 1.5 };

/** The size of the cookie if it is one of ours, else the usual one. */
export function pickTextSize(chosen: string | undefined): TextSize {
  return TEXT_SIZES.find((size) => size === chosen) ?? 'usual';
}
