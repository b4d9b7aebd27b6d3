/** The contact sheets: their pictures, and the words under each. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CASES_DIR, type Case } from '../cases.ts';
import type { ChainRun } from '../chains.ts';
import type { Verdict } from '../judges/judge.ts';
import { makeSheet, type SheetRow } from './sheet.ts';

const MOST = 40;
/** Cases of a sheet that has one picture of each. */
const MOST_SINGLE = 72;
const SIDE = 128;

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
  chains: readonly ChainRun[],
  out: string,
): Promise<void> {
  const read = (name: string | null | undefined) => (name ? readFileSync(join(CASES_DIR, name)) : undefined);
  for (const kind of new Set(cases.map((test) => test.kind))) {
    const rows = cases.flatMap((test, k): SheetRow[] => {
      if (test.kind !== kind) return [];
      const made = readFileSync(join(out, 'pictures', `${test.id}.png`));
      const verdict = verdicts[k]!;
      const references = test.references.map(read);
      const truth = test.truth ? [read(test.truth)] : [];
      const pictures = [...references, made, ...truth];
      return [{ title: test.prompt, note: noteOf(verdict), right: verdict.right, pictures }];
    });
    const each = Math.max(...rows.map(({ pictures }) => pictures.length));
    const most = each === 1 ? MOST_SINGLE : MOST;
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
