/** A share of 0 to 1 in percent, as in `2.1 %`. */
export function percent(share: number, digits = 0): string {
  return `${(share * 100).toFixed(digits)} %`;
}

/** How much a mask paints, in whole percent; a little is never nothing. */
export function paintedPercent(share: number): string {
  return percent(Math.max(0.01, share));
}
