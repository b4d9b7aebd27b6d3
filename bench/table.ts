/** Measured rows as a table for people. */
import { median } from './figures.ts';

/** One figure, every run of it; run i of both sides happened one after the other. */
export interface Row {
  of: string;
  figure: string;
  ours: number[];
  upstream: number[];
}

export interface Summary {
  of: string;
  figure: string;
  oursMs: number;
  upstreamMs?: number;
  /** Median over the pairs of runs of upstream / ours: above 1 where we are faster. */
  ratio?: number;
}

export function summarize({ of, figure, ours, upstream }: Row): Summary {
  if (upstream.length === 0) return { of, figure, oursMs: median(ours) };
  const pairs = Math.min(ours.length, upstream.length);
  const ratio = median(ours.slice(0, pairs).map((value, i) => upstream[i]! / value));
  return { of, figure, oursMs: median(ours), upstreamMs: median(upstream), ratio };
}

const milliseconds = (value: number | undefined): string =>
  value === undefined ? '-' : value.toFixed(value < 100 ? 2 : 0);

export function formatTable(summaries: readonly Summary[], withUpstream: boolean): string {
  const head = ['', 'ms', 'ours', ...(withUpstream ? ['upstream', 'upstream/ours'] : [])];
  const rows = summaries.map(({ of, figure, oursMs, upstreamMs, ratio }, i) => [
    summaries[i - 1]?.of === of ? '' : of,
    figure,
    milliseconds(oursMs),
    ...(withUpstream ? [milliseconds(upstreamMs), ratio === undefined ? '-' : ratio.toFixed(2)] : []),
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ');
  return [line(head), ...rows.map(line)].join('\n');
}
