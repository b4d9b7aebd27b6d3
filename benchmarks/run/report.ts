/**
 * A run as one page that needs nothing else: figures with their judges and intervals, and under them pictures with what was asked and
 * what was found. Pure but for making the pictures small.
 */
import sharp from 'sharp';
import type { Benchmark, Marked, Prompt } from '../benchmark.ts';
import type { FigureRow, Results, Run } from './run.ts';

/** Prompts that are shown with their pictures: the first ones of the sample. */
const MOST_PROMPTS = 120;
const SIDE_PX = 224;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** A figure as it is written: three digits, or two where the paper has points. */
export const shown = (value: number | undefined, scale: number): string =>
  value === undefined ? '–' : value.toFixed(scale === 1 ? 4 : 2);

export const intervalText = ({ interval }: FigureRow, scale: number): string =>
  interval ? `${shown(interval.low, scale)} to ${shown(interval.high, scale)}` : '–';

/** The page of a run. */
export async function reportOf(benchmark: Benchmark, { results, marked, folder }: Run): Promise<string> {
  const items: string[] = [];
  for (const each of marked.slice(0, MOST_PROMPTS)) {
    const pictures = each.marks.map((_, index) => folder.picture(each.prompt, index).png);
    items.push(itemOf(benchmark, each, await Promise.all(pictures.map(thumbnail))));
  }
  const title = `${results.title} by ${results.engine.name}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<h1>${escaped(title)}</h1>
${factsOf(results)}
${tableOf(results, benchmark.scale)}
${notesOf(results)}
<h2>Pictures</h2>
<p>${items.length} of ${marked.length} judged prompts, in the order of the data. All pictures and answers lie beside this page.</p>
${items.join('\n')}
</html>
`;
}

function factsOf({ engine, recipe, seed, prompts, pictures, notUnderstood, failures }: Results): string {
  const { widthPx, heightPx, steps, guidanceScale, secondLook } = recipe;
  const facts = [
    `${prompts.judged} prompts judged of ${prompts.sampled} in the sample and ${prompts.all} in the data; ${pictures} pictures; seed ${seed}.`,
    `Model ${engine.model} (${engine.digest.slice(0, 12)}), ${engine.numerics}; ${widthPx} x ${heightPx} px, ${steps} steps, guidance ${guidanceScale}${secondLook ? ', with a second look at words' : ''}.`,
    notUnderstood > 0 && `${notUnderstood} answers could not be understood and count as wrong.`,
    failures.length > 0 && `${failures.length} prompts have no pictures or no answers and are left out.`,
    'Intervals hold 95 %: the prompts drawn again a thousand times within their sets, or Wilson’s where that gives no spread.',
  ];
  return facts.map((fact) => (fact ? `<p>${escaped(fact)}</p>\n` : '')).join('');
}

function tableOf({ figures }: Results, scale: number): string {
  const rows = figures.map(
    (figure) =>
      `<tr><th scope="row">${escaped(figure.name)}</th><td>${shown(figure.value, scale)}</td><td>${intervalText(figure, scale)}</td><td>${figure.prompts}</td><td>${escaped(figure.judge)}</td></tr>`,
  );
  return `<div class="wide"><table><thead><tr><th scope="col">Figure</th><th scope="col">Value</th><th scope="col">95 % interval</th><th scope="col">Prompts</th><th scope="col">Judge</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>`;
}

function notesOf({ notes, failures }: Results): string {
  const lines = [...notes, ...failures.map(({ id, reason }) => `${id}: ${reason}`)];
  return lines.length === 0 ? '' : `<ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`;
}

function itemOf(
  benchmark: Benchmark,
  { prompt, marks }: Marked<Prompt, unknown>,
  images: readonly string[],
): string {
  const pictures = marks.map((mark, index) => {
    const lines = benchmark.describe(prompt, mark).map((line) => `<li>${escaped(line)}</li>`);
    const alt = `Picture ${index + 1} of ${prompt.id}`;
    return `<figure><img src="${images[index]}" alt="${escaped(alt)}" width="${SIDE_PX}" loading="lazy"><figcaption><ul>${lines.join('')}</ul></figcaption></figure>`;
  });
  return `<section><h3>${escaped(prompt.id)}</h3><p>${escaped(prompt.prompt)}</p><div class="pictures">${pictures.join('')}</div></section>`;
}

async function thumbnail(png: Uint8Array): Promise<string> {
  const small = sharp(png).resize(SIDE_PX, SIDE_PX, { fit: 'inside', withoutEnlargement: true });
  return `data:image/webp;base64,${(await small.webp({ quality: 75 }).toBuffer()).toString('base64')}`;
}

const STYLE = `
:root { color-scheme: light dark; }
body { margin: 0 auto; max-width: 78rem; padding: 1.5rem 1rem 4rem; font: 1rem/1.55 system-ui, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.2; }
h2 { margin-top: 2.5rem; }
h3 { margin: 0 0 .25rem; font-size: 1rem; }
p { margin: .25rem 0; max-width: 75ch; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { margin: 1.5rem 0; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .9rem .35rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent); text-align: left; font-weight: inherit; white-space: nowrap; }
thead th { font-weight: 600; }
section { margin-top: 1.75rem; padding-top: 1.25rem; border-top: 1px solid color-mix(in srgb, currentColor 18%, transparent); }
.pictures { display: flex; flex-wrap: wrap; gap: 1rem; margin-top: .75rem; }
figure { margin: 0; width: min(100%, ${SIDE_PX}px); }
img { display: block; max-width: 100%; height: auto; border-radius: .35rem; }
figcaption ul { margin: .4rem 0 0; padding: 0; list-style: none; font-size: .8125rem; line-height: 1.45; overflow-wrap: anywhere; }`;
