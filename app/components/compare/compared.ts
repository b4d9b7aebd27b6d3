/** A picture as far as comparing must know it. */
export interface Compared {
  id: string;
  hash: string;
  /** Version, and the session where it is another one. */
  label: string;
  prompt: string;
  widthPx: number;
  heightPx: number;
}
