/** Verdicts to figures: shares with intervals, means, each kind apart, beside the ceilings on ground truth. Pure. */
import { EDIT_KINDS } from '../cases.ts';
import type { ChainRun } from '../chains.ts';
import type { Verdict } from '../judges/judge.ts';
import type { SameRun } from '../same.ts';
import type { VarietyRun } from '../variety.ts';
import { mean, median, type Share, share } from './statistics.ts';

/** Which reader judges words in the headline: the one with the better ceiling on ground truth (docs/mini.md). */
const HEADLINE_READER = 'ppocr';

/** Everything measured of one set of verdicts. Undefined: there was no case of it. */
export interface Figures {
  n: number;
  /** Of the asked drawings, those recognised anywhere. */
  subject?: Share;
  /** Of those recognised, those in the asked style. */
  style?: Share;
  /** Of those recognised, those in the asked place. */
  position?: Share;
  /** Of the asked drawings, those recognised in their place and style. */
  subjectPlaceStyle?: Share;
  count?: Share;
  background?: Share;
  word?: Share;
  wordTesseract?: Share;
  /** Mean of 1 - edit distance / length. */
  wordLikeness?: number;
  wordLikenessTesseract?: number;
  outsidePsnr?: number;
  outsidePsnrMedian?: number;
  outsideSsim?: number;
  done?: Share;
  kept?: Share;
  identity?: Share;
  /** Everything that was asked is there, and no other drawing. */
  right?: Share;
  /** Median PSNR (dB) of the drawing of a reference against its true render. */
  likeness?: number;
  /** Median PSNR (dB) against the whole ground truth. */
  toTruth?: number;
  /** Mean RMS difference to the nearest training picture, of 255. */
  nearest?: number;
}

const defined = <T>(values: readonly (T | null | undefined)[]): T[] =>
  values.filter((value) => value !== null && value !== undefined);

export function figuresOf(verdicts: readonly Verdict[]): Figures {
  const matches = verdicts.flatMap((verdict) => verdict.matches);
  const found = matches.filter(({ place }) => place !== null);
  const words = defined(verdicts.map(({ word }) => word));
  const outside = defined(verdicts.map((verdict) => verdict.outside));
  return {
    n: verdicts.length,
    subject: share(matches.map(({ place }) => place !== null)),
    style: share(
      found.filter(({ askedStyle }) => askedStyle).map(({ askedStyle, style }) => askedStyle === style),
    ),
    position: share(
      found.filter(({ askedPlace }) => askedPlace).map(({ askedPlace, place }) => askedPlace === place),
    ),
    subjectPlaceStyle: share(
      matches
        .filter(({ askedPlace, askedStyle }) => askedPlace && askedStyle)
        .map(({ askedPlace, askedStyle, place, style }) => place === askedPlace && style === askedStyle),
    ),
    count: share(defined(verdicts.map(({ count }) => count))),
    background: share(defined(verdicts.map(({ background }) => background))),
    word: share(words.map(({ right }) => right[HEADLINE_READER])),
    wordTesseract: share(words.map(({ right }) => right.tesseract)),
    wordLikeness: mean(words.map(({ likeness }) => likeness[HEADLINE_READER])),
    wordLikenessTesseract: mean(words.map(({ likeness }) => likeness.tesseract)),
    outsidePsnr: mean(outside.map(({ psnr }) => psnr)),
    outsidePsnrMedian: median(outside.map(({ psnr }) => psnr)),
    outsideSsim: mean(outside.map(({ ssim }) => ssim)),
    done: share(defined(verdicts.map(({ done }) => done))),
    kept: share(defined(verdicts.map(({ kept }) => kept))),
    identity: share(defined(verdicts.map(({ identity }) => identity?.right))),
    right: share(defined(verdicts.map(({ right }) => right))),
    likeness: median(defined(verdicts.map(({ likeness }) => likeness))),
    toTruth: median(defined(verdicts.map(({ toTruth }) => toTruth))),
    nearest: mean(verdicts.map(({ nearest }) => nearest)),
  };
}

/** The kinds of verdict, in the order of the tables. */
export const KINDS = [
  't2i',
  'pairs',
  'words-seen',
  'words-unseen',
  ...EDIT_KINDS,
  'identity-seen',
  'identity-unseen',
  'multi',
  'like',
  'absent',
  'upload',
  'typed',
  'typed-edit',
  'free',
] as const;

/** Figures of every kind, of all edits, and of the free prompts within what the model learnt and beyond it. */
export function tableOf(verdicts: readonly Verdict[]): Record<string, Figures> {
  const rows: [string, readonly Verdict[]][] = KINDS.map((kind) => [
    kind,
    verdicts.filter((verdict) => verdict.kind === kind),
  ]);
  const t2i = verdicts.filter(({ kind }) => kind === 't2i' || kind.startsWith('words'));
  rows.push(
    ['edits', verdicts.filter(({ kind }) => (EDIT_KINDS as readonly string[]).includes(kind))],
    ['English', t2i.filter(({ language }) => language === 'en')],
    ['Chinese', t2i.filter(({ language }) => language === 'zh')],
    ['free-within', verdicts.filter(({ kind, beyond }) => kind === 'free' && !beyond)],
    ['free-beyond', verdicts.filter(({ beyond }) => beyond)],
    ['all', verdicts],
  );
  return Object.fromEntries(
    rows.filter(([, some]) => some.length > 0).map(([name, some]) => [name, figuresOf(some)]),
  );
}

/** The figures that have targets (eval/report/table.ts). Shares from 0 to 1, dB, seconds; null: not measured in this run. */
export interface Headline {
  subject: number | null;
  style: number | null;
  position: number | null;
  wordSeen: number | null;
  wordUnseen: number | null;
  editOutsidePsnr: number | null;
  editDone: number | null;
  /** Unseen subjects, one of twenty. */
  identity: number | null;
  identitySeen: number | null;
  /** Unseen subjects in the look of their reference. */
  identityLook: number | null;
  /** Unseen subjects: PSNR (dB) against the true render, where the drawing stands. */
  identityDistance: number | null;
  /** Prompts and edits as people type them, right in everything that they say. */
  typed: number | null;
  typedEdits: number | null;
  /** Pairs of prompts in two cases of letters that give the same bytes; in two wordings, the same things. */
  caseEqual: number | null;
  meaningEqual: number | null;
  /** Mean RMS difference of two pictures of one prompt, of 255; and the share that shows what was asked. */
  variety: number | null;
  varietyRight: number | null;
  /** Another subject in the look of a reference: both right. */
  styleByReference: number | null;
  /** Photographs: PSNR (dB) outside of what the edit was to change. */
  uploadKept: number | null;
  uploadRight: number | null;
  /** Edits of what is not there that changed nothing. */
  absentKept: number | null;
  /** Chains of ten edits without a miss. */
  chains: number | null;
  secondsPerPicture: number | null;
}

/** What is drawn beside the cases. */
export interface Beside {
  same: readonly SameRun[];
  variety: readonly VarietyRun[];
  chains: readonly ChainRun[];
}

export function headlineOf(
  table: Record<string, Figures>,
  seconds: readonly number[],
  { same, variety, chains }: Beside = { same: [], variety: [], chains: [] },
): Headline {
  const pairs = (kind: string) => same.filter((pair) => pair.kind === kind);
  return {
    subject: table.t2i?.subject?.value ?? null,
    style: table.t2i?.style?.value ?? null,
    position: table.t2i?.position?.value ?? null,
    wordSeen: table['words-seen']?.word?.value ?? null,
    wordUnseen: table['words-unseen']?.word?.value ?? null,
    editOutsidePsnr: table.edits?.outsidePsnr ?? null,
    editDone: table.edits?.done?.value ?? null,
    identity: table['identity-unseen']?.identity?.value ?? null,
    identitySeen: table['identity-seen']?.identity?.value ?? null,
    identityLook: table['identity-unseen']?.style?.value ?? null,
    identityDistance: table['identity-unseen']?.likeness ?? null,
    typed: table.typed?.right?.value ?? null,
    typedEdits: table['typed-edit']?.right?.value ?? null,
    caseEqual: share(pairs('case').map(({ equal }) => equal))?.value ?? null,
    meaningEqual: share(pairs('meaning').map(({ alike }) => alike))?.value ?? null,
    variety: mean(variety.map(({ distance }) => distance)) ?? null,
    varietyRight: share(variety.flatMap(({ right }) => right))?.value ?? null,
    styleByReference: table.like?.right?.value ?? null,
    uploadKept: table.upload?.outsidePsnr ?? null,
    uploadRight: table.upload?.right?.value ?? null,
    absentKept: table.absent?.right?.value ?? null,
    chains: share(chains.map(({ done }) => done.every(Boolean)))?.value ?? null,
    secondsPerPicture: median(seconds) ?? null,
  };
}

export interface ChainFigures {
  n: number;
  psnr: number[];
  done: Share | undefined;
  remembered: Share | undefined;
  back: number;
}

/** Mean PSNR (dB) after each edit and share of edits done, over the chains. */
export function chainFigures(chains: readonly ChainRun[]): ChainFigures | undefined {
  if (chains.length === 0) return undefined;
  const edits = chains[0]!.psnr.length;
  return {
    n: chains.length,
    psnr: Array.from({ length: edits }, (_, k) => mean(chains.map(({ psnr }) => psnr[k]!))!),
    done: share(chains.flatMap(({ done }) => done)),
    remembered: share(chains.flatMap(({ remembered }) => remembered)),
    back: mean(chains.map(({ back }) => back))!,
  };
}

/** A line of the table of edits: a share, or decibels. */
export interface EditFigure {
  name: string;
  share?: Share;
  db?: number;
}

/** Of the decibels outside of what an edit was to change: below this a change of what was to stay is seen. */
const SEEN_DB = 26;

/** What edits are measured by, of single edits and of chains: locality, done, identity, memory over turns, going back, drift. */
export function editFigures(verdicts: readonly Verdict[], chains: readonly ChainRun[]): EditFigure[] {
  const edits = verdicts.filter(({ kind }) => (EDIT_KINDS as readonly string[]).includes(kind));
  const outside = defined(edits.map((verdict) => verdict.outside)).map(({ psnr }) => psnr);
  const run = chainFigures(chains);
  const dB = (name: string, db: number | undefined): EditFigure => ({
    name,
    ...(db !== undefined && { db }),
  });
  const part = (name: string, of: Share | undefined): EditFigure => ({ name, ...(of && { share: of }) });
  return [
    dB('locality: outside of the change', mean(outside)),
    part('locality: nothing to be seen outside', share(outside.map((db) => db >= SEEN_DB))),
    part('done', share(defined(edits.map(({ done }) => done)))),
    part('identity: drawings that were to stay', share(defined(edits.map(({ kept }) => kept)))),
    part('memory: what a turn does not name stays', run?.remembered),
    part('chains of ten turns without a miss', share(chains.map(({ done }) => done.every(Boolean)))),
    dB('going back: the last turns take the earlier ones back', run?.back),
    dB('drift: untouched half after one turn', run?.psnr[0]),
    dB('drift: untouched half after ten turns', run?.psnr.at(-1)),
  ].filter(({ share: of, db }) => of !== undefined || db !== undefined);
}

/** The names most often taken for another: asked, seen, times. */
export function confusions(verdicts: readonly Verdict[]): { asked: string; seen: string; times: number }[] {
  const times = new Map<string, number>();
  for (const { matches, drawings } of verdicts)
    for (const { asked, askedPlace, place } of matches) {
      const instead =
        place === null && askedPlace
          ? drawings.find((drawing) => drawing.place === askedPlace)?.subject
          : undefined;
      if (instead) times.set(`${asked}|${instead}`, (times.get(`${asked}|${instead}`) ?? 0) + 1);
    }
  return [...times]
    .map(([pair, count]) => ({ asked: pair.split('|')[0]!, seen: pair.split('|')[1]!, times: count }))
    .sort((a, b) => b.times - a.times);
}
