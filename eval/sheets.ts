/** The contact sheets: their pictures, and the words under each. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CASES_DIR, type Case } from './cases.ts';
import type { DriftChain } from './drift.ts';
import type { Verdict } from './judge.ts';
import { makeSheet, type SheetRow } from './sheet.ts';

const MOST = 40;
const SIDE = 128;

/** Everything that was judged of the case is right; null when nothing was. */
function isRight(verdict: Verdict): boolean | null {
  const { matches, background, word, done, identity, count } = verdict;
  const parts = [
    ...matches.map(
      ({ askedPlace, askedStyle, place, style }) =>
        place !== null && (!askedPlace || place === askedPlace) && (!askedStyle || style === askedStyle),
    ),
    background,
    word?.right.ppocr ?? null,
    done,
    identity?.right ?? null,
    verdict.kind === 'free' ? null : count,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.every(Boolean);
}

/** A line about the findings of the judges. */
function noteOf({ drawings, word, outside, done, identity, background }: Verdict): string {
  return [
    drawings.map(({ subject, style, place }) => `${style} ${subject} ${place}`).join(', ') || 'no drawing',
    word && `reads ${word.read.ppocr || 'nothing'}`,
    background === false && 'other ground',
    done === false && 'not done',
    identity && !identity.right && `like ${identity.found}`,
    outside && `${outside.psnr.toFixed(0)} dB`,
  ]
    .filter(Boolean)
    .join('; ');
}

/** Writes `sheet-KIND.webp` for every kind, and `sheet-drift.webp`, into the out folder. */
export async function writeSheets(
  cases: readonly Case[],
  verdicts: readonly Verdict[],
  chains: readonly DriftChain[],
  out: string,
): Promise<void> {
  const read = (name: string | null | undefined) => (name ? readFileSync(join(CASES_DIR, name)) : undefined);
  for (const kind of new Set(cases.map((test) => test.kind))) {
    const rows = cases.flatMap((test, k): SheetRow[] => {
      if (test.kind !== kind) return [];
      const made = readFileSync(join(out, 'pictures', `${test.id}.png`));
      const verdict = verdicts[k]!;
      const references = test.references.map(read);
      const pictures = kind === 'free' ? [made] : [...references, made, read(test.truth)];
      return [{ title: test.prompt, note: noteOf(verdict), right: isRight(verdict), pictures }];
    });
    const each = rows[0]!.pictures.length;
    const most = kind === 'free' ? 60 : MOST;
    const sheet = await makeSheet(rows.slice(0, most), {
      columns: each === 1 ? 6 : each === 4 ? 2 : each === 2 ? 4 : 3,
      side: each === 1 ? 160 : SIDE,
    });
    writeFileSync(join(out, `sheet-${kind}.webp`), sheet);
  }
  if (chains.length === 0) return;
  const rows = chains.map(({ first, steps, psnr, done }, k): SheetRow => {
    const files = Array.from({ length: steps.length + 1 }, (_, s) =>
      join(out, 'drift', `chain-${k}-${String(s).padStart(2, '0')}.png`),
    );
    return {
      title: [first, ...steps.map(({ prompt }) => prompt)].join(' → '),
      note: psnr.map((db, s) => `${done[s] ? 'done' : 'missed'} ${db.toFixed(0)} dB`).join(' → '),
      right: done.every(Boolean),
      pictures: files.map((file) => (existsSync(file) ? readFileSync(file) : undefined)),
    };
  });
  writeFileSync(join(out, 'sheet-drift.webp'), await makeSheet(rows, { columns: 1, side: SIDE }));
}
