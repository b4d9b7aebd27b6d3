/**
 * A session as one page of HTML that needs no studio, no network and no script: its messages, its pictures with their receipts, and
 * the graph of its versions. Turns that are hidden are left out.
 */
import { BlobDamagedError, BlobMissingError } from '../../db/blobs.ts';
import { type PictureRow, picturesOfSession } from '../../db/pictures.ts';
import type { SessionRow } from '../../db/sessions.ts';
import { type InputRow, inputsOfSession, type TurnRow, turnsOfSession } from '../../db/turns.ts';
import { HTML_LANG, type Locale } from '../../studio/locale/locale.ts';
import type { Runtime } from '../runtime.ts';
import { sharedText } from '../shared-text.ts';
import { escaped } from './html.ts';
import { savedBytes } from './saved-picture.ts';
import { SESSION_PAGE_STYLE } from './session-page-style.ts';
import { versionGraph } from './version-graph.ts';

type Parts = Pick<Runtime, 'db' | 'blobs' | 'log' | 'studioKey'>;
type Words = ReturnType<typeof sharedText>;

/** What the page shows of a session. */
interface Shown {
  turns: TurnRow[];
  pictures: Map<string, PictureRow[]>;
  inputs: Map<string, InputRow[]>;
  versions: Map<string, number>;
}

/** The page in pieces, each picture read when its turn comes. */
export async function* sessionPageHtml(
  parts: Parts,
  session: SessionRow,
  locale: Locale,
): AsyncGenerator<Uint8Array> {
  const shown = shownOf(parts, session.id);
  const words = sharedText(locale);
  const text = new TextEncoder();
  yield text.encode(headOf(session, shown, words, locale));
  for (const turn of shown.turns) {
    yield text.encode(turnStart(turn, shown, words));
    for (const picture of shown.pictures.get(turn.id) ?? [])
      yield text.encode(await figureOf(parts, turn, picture, words));
    yield text.encode('</div></article>\n');
  }
  yield text.encode('</main></body></html>\n');
}

function shownOf({ db }: Parts, sessionId: string): Shown {
  const turns = turnsOfSession(db, sessionId).filter(({ state }) => state !== 'removed');
  const isShown = new Set(turns.map(({ id }) => id));
  const pictures = picturesOfSession(db, sessionId).filter(({ turnId }) => isShown.has(turnId));
  return {
    turns,
    pictures: Map.groupBy(pictures, ({ turnId }) => turnId),
    inputs: Map.groupBy(inputsOfSession(db, sessionId), ({ turnId }) => turnId),
    versions: new Map(pictures.map(({ id, version }) => [id, version])),
  };
}

function headOf({ title, updatedAt }: SessionRow, shown: Shown, words: Words, locale: Locale): string {
  const name = escaped(title || words('shared.untitled'));
  const day = new Date(updatedAt).toLocaleDateString(HTML_LANG[locale], { dateStyle: 'long' });
  const count = words('shared.count', { count: shown.versions.size });
  return `<!doctype html>
<html lang="${HTML_LANG[locale]}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${name} · Palimpsest</title><style>${SESSION_PAGE_STYLE}</style></head>
<body><header><h1 dir="auto">${name}</h1><p>${escaped(day)} · ${escaped(count)}</p><p>${escaped(words('shared.about'))}</p></header>
<nav aria-label="${escaped(words('shared.graph'))}"><h2>${escaped(words('shared.graph'))}</h2>${graphOf(shown)}</nav>
<main>
`;
}

function graphOf({ turns, pictures, inputs, versions }: Shown): string {
  return versionGraph(
    turns.flatMap((turn) =>
      (pictures.get(turn.id) ?? []).map(({ version }) => ({
        version,
        parents: (inputs.get(turn.id) ?? []).flatMap(({ pictureId }) => versions.get(pictureId) ?? []),
        name: turn.prompt,
      })),
    ),
  );
}

function turnStart(turn: TurnRow, { inputs, versions }: Shown, words: Words): string {
  const from = (inputs.get(turn.id) ?? [])
    .flatMap(({ role, pictureId }) => {
      const version = versions.get(pictureId);
      return version === undefined
        ? []
        : [`<a href="#v${version}">${escaped(words(`shared.${role}`))} v${version}</a>`];
    })
    .join(' ');
  const message = turn.kind === 'upload' ? words('shared.added') : turn.prompt;
  return `<article><p class="message" dir="auto">${escaped(message)}</p>${from && `<p class="from">${from}</p>`}<div class="pictures">`;
}

async function figureOf(parts: Parts, turn: TurnRow, picture: PictureRow, words: Words): Promise<string> {
  const { version, widthPx, heightPx } = picture;
  const alt = escaped(`${turn.prompt || words('shared.added')}, v${version}`);
  const facts = turn.recipe
    ? [
        `${widthPx} × ${heightPx} px`,
        words('shared.seed', { seed: String(turn.recipe.seed) }),
        words('shared.steps', { steps: turn.recipe.steps }),
        turn.recipe.modelName,
      ]
    : [`${widthPx} × ${heightPx} px`];
  const caption = `<figcaption><b>v${version}</b> ${escaped(facts.join(' · '))}</figcaption>`;
  try {
    const bytes = await savedBytes(parts, picture, { format: 'webp' });
    const data = Buffer.from(bytes).toString('base64');
    return `<figure id="v${version}"><img loading="lazy" width="${widthPx}" height="${heightPx}" alt="${alt}" src="data:image/webp;base64,${data}">${caption}</figure>`;
  } catch (error) {
    if (!(error instanceof BlobMissingError || error instanceof BlobDamagedError)) throw error;
    parts.log.error({ picture: picture.id, err: error }, 'a picture is missing or damaged');
    return `<figure id="v${version}"><p>${escaped(words('shared.lost'))}</p>${caption}</figure>`;
  }
}
