/** How a small dialog looks: a sheet of paper in the middle, the page veiled behind it. */
export const SHEET_VEIL = 'fixed inset-0 z-float animate-appear bg-black/35';

export const SHEET =
  'fixed top-1/2 left-1/2 z-float max-h-[calc(100dvh-2rem)] -translate-x-1/2 -translate-y-1/2 animate-appear overflow-y-auto rounded-4xl border border-line bg-card shadow-float outline-none';
