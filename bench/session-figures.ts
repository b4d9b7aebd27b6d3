/** The ratios of a session from its measured rows. The times in one row were measured side by side. Measures nothing itself. */
import { median } from './figures.ts';
import type { Timed } from './timed.ts';

/** Milliseconds of one request by each engine that ran it. */
export type Contest = Partial<Record<'ours' | 'oursInt8' | 'fp32' | 'best', number>>;

/** One turn of the session. */
export interface TurnRow {
  contest: Contest;
  /** With the caches as earlier turns left them. */
  warm: Timed;
  /** As `warm`, in 8 bits. */
  warmInt8: Timed;
  /** With empty caches. */
  cold: Timed;
  /** As `cold`, with the references written again at every step: full attention. */
  fullMs: number;
  /** As `cold`, one token to a forward pass. */
  alone: Timed;
  /** As `warm`, with the same prior tokens and another seed. */
  reroll: Timed;
}

/** The change by 8 bits: the share of equal tokens from one seed, and the likeness in decibels of pictures from equal tokens. */
export interface Int8Change {
  sameTokens: number;
  psnrDb: number;
}

/** Milliseconds of sampling the tokens of four pictures, of one picture, and of one picture one token to a forward pass. */
export interface VariationsRow {
  four: number;
  one: number;
  alone: number;
}

/** Everything measured so far. */
export interface Rows {
  texts: { contest: Contest; run: Timed; int8: Int8Change }[];
  turns: TurnRow[];
  variations: VariationsRow[];
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** The sum of one side over that of another, over the rows that have both; undefined where none has. */
function ratio<R>(
  rows: readonly R[],
  over: (row: R) => number | undefined,
  under: (row: R) => number | undefined,
) {
  const pairs = rows.flatMap((row) => {
    const [a, b] = [over(row), under(row)];
    return a === undefined || b === undefined ? [] : [{ a, b }];
  });
  return pairs.length === 0 ? undefined : sum(pairs.map(({ a }) => a)) / sum(pairs.map(({ b }) => b));
}

const medianOf = <R>(rows: readonly R[], of: (row: R) => number): number | undefined =>
  rows.length === 0 ? undefined : median(rows.map(of));

/** Median milliseconds in each graph, outside of all graphs, and in all. */
function profile(runs: readonly Timed[]): Record<string, number> {
  const graphs = [...new Set(runs.flatMap(({ done }) => Object.keys(done.runs)))];
  const inGraph = (run: Timed, graph: string) => run.done.runs[graph]?.ms ?? 0;
  return {
    ...Object.fromEntries(graphs.map((graph) => [graph, median(runs.map((run) => inGraph(run, graph)))])),
    outside: median(runs.map(outsideMs)),
    whole: median(runs.map(({ ms }) => ms)),
  };
}

/** Share of the proposed tokens that were accepted. */
const acceptance = ({ done: { speculated } }: Timed): number =>
  speculated.accepted / Math.max(1, speculated.proposed);

const outsideMs = ({ done, ms }: Timed): number => ms - sum(Object.values(done.runs).map((run) => run.ms));

const warmMs = ({ warm }: TurnRow): number => warm.ms;

/** The time of one side over that of another, for pictures from text and for edits. */
const contestOf = ({ texts, turns }: Rows, over: keyof Contest, under: keyof Contest) => ({
  textToImage: ratio(
    texts,
    ({ contest }) => contest[over],
    ({ contest }) => contest[under],
  ),
  edit: ratio(
    turns,
    ({ contest }) => contest[over],
    ({ contest }) => contest[under],
  ),
});

/** The whole session by another side, over the session with caches. */
function sessionRatios({ turns }: Rows) {
  const int8Ms = ({ warmInt8 }: TurnRow) => warmInt8.ms;
  return {
    sessionVsUpstream: ratio(turns, ({ contest }) => contest.fp32, warmMs),
    sessionVsUpstreamBest: ratio(turns, ({ contest }) => contest.best, warmMs),
    sessionInt8VsUpstream: ratio(turns, ({ contest }) => contest.fp32, int8Ms),
    sessionInt8VsUpstreamBest: ratio(turns, ({ contest }) => contest.best, int8Ms),
    sessionVsFullAttention: ratio(turns, ({ fullMs }) => fullMs, warmMs),
    sessionVsCold: ratio(turns, ({ cold }) => cold.ms, warmMs),
  };
}

/** Accepted shares of proposals, and the time of sampling without speculation over that with it. */
function speculationOf({ texts, turns }: Rows) {
  return {
    textToImage: medianOf(texts, ({ run }) => acceptance(run)),
    edit: medianOf(turns, ({ cold }) => acceptance(cold)),
    samplingSpeedUp: ratio(
      turns,
      ({ alone }) => alone.done.elapsedMs.prior,
      ({ cold }) => cold.done.elapsedMs.prior,
    ),
  };
}

/** Time saved by each cache over the time of the session with all of them. */
function savedByCache({ turns }: Rows): Record<string, number> {
  const runs = turns.map(({ warm }) => warm);
  const names = [...new Set(runs.flatMap(({ savedMs }) => Object.keys(savedMs)))];
  const savedMs = (name: string) => sum(runs.map((run) => run.savedMs[name] ?? 0));
  return Object.fromEntries(names.map((name) => [name, savedMs(name) / sum(turns.map(warmMs))]));
}

/** The ratios that the measured rows allow. */
export function sessionFigures(rows: Rows) {
  const { texts, turns, variations } = rows;
  const requests = [...texts.map(({ run }) => run), ...turns.map(({ warm }) => warm)];
  return {
    measured: { texts: texts.length, turns: turns.length, variations: variations.length },
    vsUpstreamFp32: contestOf(rows, 'fp32', 'ours'),
    vsUpstreamBest: contestOf(rows, 'best', 'oursInt8'),
    int8VsFp32: {
      ...contestOf(rows, 'ours', 'oursInt8'),
      sameTokens: medianOf(texts, ({ int8 }) => int8.sameTokens),
      psnrDb: medianOf(texts, ({ int8 }) => int8.psnrDb),
    },
    ...sessionRatios(rows),
    reroll: medianOf(turns, ({ cold, reroll }) => cold.ms / reroll.ms),
    variations4: medianOf(variations, ({ four, one }) => four / one),
    /** Beside one picture without speculation. */
    variations4VsOneByOne: medianOf(variations, ({ four, alone }) => four / alone),
    firstPreviewShare: medianOf(requests, ({ firstPreviewMs, ms }) => firstPreviewMs / ms),
    overheadShare: medianOf(requests, (run) => outsideMs(run) / run.ms),
    previewCostShare: medianOf(requests, ({ previewMs, ms }) => previewMs / ms),
    speculation: speculationOf(rows),
    perCache: savedByCache(rows),
    stagesMs: {
      textToImage: profile(texts.map(({ run }) => run)),
      editCold: profile(turns.map(({ cold }) => cold)),
      editWarm: profile(turns.map(({ warm }) => warm)),
    },
  };
}
