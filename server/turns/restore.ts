/**
 * A picture of ours that is dropped in again: its receipt brings back the turns that led to it, with their prompts and
 * recipes, and those of their pictures whose bytes are here. A JPEG or WebP stands for the picture that it was made of.
 */

import { findOwnBlob } from '../../db/blob-rows.ts';
import { sha256Of } from '../../db/blobs.ts';
import { intactReceipt, type Receipt, type ReceiptTurn, withoutReceipt } from '../../db/bundle/receipt.ts';
import { newId, pictureIdOf } from '../../db/ids.ts';
import { keepBlobs } from '../../db/keep-blobs.ts';
import { insertPicture, type PictureRow, picturesOfPixels } from '../../db/pictures.ts';
import { renameSession } from '../../db/sessions.ts';
import { findTurn, insertTurn, type NewInput, type NewTurn, type TurnRow } from '../../db/turns.ts';
import type { Restored, TurnView } from '../../studio/protocol.ts';
import type { Recipe } from '../../studio/recipe.ts';
import { appendEvent, appendSessionUpdated } from '../log/event-log.ts';
import { activatePicture } from '../log/operations.ts';
import type { Runtime } from '../runtime.ts';
import { readTurnView } from '../views/views.ts';
import type { Picture } from './picture.ts';
import { requireSession } from './sessions.ts';
import { titleOf } from './title.ts';

type Parts = Pick<Runtime, 'db' | 'blobs' | 'owner'>;

/** The receipt of a dropped file, if the pixels are those that it was written for. */
export function trustedReceipt(file: Uint8Array, { widthPx, heightPx }: Picture): Receipt | null {
  const receipt = intactReceipt(file);
  if (!receipt || receipt.turns.at(-1)!.kind === 'upload') return null;
  const { picture } = receipt;
  return picture.widthPx === widthPx && picture.heightPx === heightPx ? receipt : null;
}

/**
 * Brings back the branch of a receipt. Answers the last turn, which of its pictures was dropped, and the turns that came with it;
 * none come with a picture that the session has. Throws {@link Refusal} `unknown_session`.
 */
export async function restoreBranch(
  parts: Parts,
  sessionId: string,
  receipt: Receipt,
  { file, picture }: { file: Uint8Array; picture: Picture },
): Promise<{ turn: TurnView; pictureId: string; restored: Restored }> {
  const { db, blobs } = parts;
  requireSession(parts, sessionId);
  const bytes = await pixelsOf(parts, receipt, { file, picture });
  // A picture made here is stored without the receipt of its saved file, a picture brought here with it.
  const known = [sha256Of(bytes), sha256Of(withoutReceipt(bytes))]
    .map((sha256) => shownPicture(parts, sessionId, sha256))
    .find((found) => found !== undefined);
  if (known) return { ...known, restored: { turns: [], missingPictures: 0 } };
  const branch = new Branch(parts, sessionId, receipt);
  const views: TurnView[] = [];
  const tell = (turns: readonly TurnRow[]) => {
    for (const row of turns) {
      const turn = readTurnView(db, row);
      views.push(turn);
      appendEvent(db, { sessionId, jobId: null, type: 'turn.created', payload: { turn } });
    }
  };
  // A long branch comes in parts, each of which stands by itself: parents are before children.
  for (let place = 0; place + TURNS_AT_ONCE < receipt.turns.length; place += TURNS_AT_ONCE) {
    db.write(() => tell(branch.insert(place, place + TURNS_AT_ONCE)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return blobs.staging([[bytes, 'image/png']], (staged) => {
    const [pixels] = staged;
    const session = requireSession(parts, sessionId);
    return keepBlobs(db, blobs, staged, () => {
      const turns = branch.insert(branch.count, receipt.turns.length);
      const last = branch.insertLast(pixels.sha256);
      tell(turns);
      const said = receipt.turns.find(({ prompt }) => prompt !== '');
      if (session.title === '' && said) renameSession(db, sessionId, titleOf(said.prompt, said.sentPrompt));
      if (session.headPictureId === null) activatePicture(db, turns.at(-1)!, last);
      appendSessionUpdated(db, sessionId);
      const restored = { turns: views, missingPictures: branch.missing };
      return { turn: views.at(-1)!, pictureId: last.id, restored };
    });
  });
}

/** The PNG that a file with a receipt stands for: its own bytes, those that it was made of where they are here, or its pixels. */
async function pixelsOf(
  { db, blobs, owner }: Parts,
  { picture: { exact } }: Receipt,
  { file, picture }: { file: Uint8Array; picture: Picture },
): Promise<Uint8Array> {
  if (!exact && picture.mediaType === 'image/png') {
    // The picture as it is stored here, where it is: the same pixels are not kept twice.
    const plain = withoutReceipt(file);
    return findOwnBlob(db, owner, sha256Of(plain)) ? plain : file;
  }
  if (!exact) return picture.png;
  const isHere = findOwnBlob(db, owner, exact.file)?.mediaType === 'image/png' && blobs.has(exact.file);
  return isHere ? blobs.read(exact.file) : picture.png;
}

/** The newest picture of a session with these bytes, and its turn. A removed picture does not count, so that it may come again. */
function shownPicture(
  { db, owner }: Parts,
  sessionId: string,
  sha256: string,
): { turn: TurnView; pictureId: string } | undefined {
  for (const { id, turnId } of picturesOfPixels(db, owner, sha256)) {
    const turn = findTurn(db, turnId)!;
    if (turn.sessionId === sessionId && turn.state !== 'removed')
      return { turn: readTurnView(db, turn), pictureId: id };
  }
  return undefined;
}

/** Writing so many takes a few tens of milliseconds. */
const TURNS_AT_ONCE = 50;

/** The turns and pictures of a receipt on their way into a session; inside of `write`. */
class Branch {
  missing = 0;
  /** Turns that are inserted. */
  count = 0;
  readonly #parts: Parts;
  readonly #sessionId: string;
  readonly #receipt: Receipt;
  readonly #ids: string[];
  /** The files that went on from each turn, by place and by index there. */
  readonly #files = new Map<number, Map<number, string>>();

  constructor(parts: Parts, sessionId: string, receipt: Receipt) {
    this.#parts = parts;
    this.#sessionId = sessionId;
    this.#receipt = receipt;
    this.#ids = receipt.turns.map(() => newId());
    for (const { turn, index, file } of receipt.turns.flatMap(({ inputs }) => inputs)) {
      if (turn === null) continue;
      const files = this.#files.get(turn) ?? new Map<number, string>();
      this.#files.set(turn, files.set(index, file));
    }
  }

  /** Inserts the turns of these places with the pictures that are here, but for the one that was dropped. */
  insert(from: number, to: number): TurnRow[] {
    const { turns } = this.#receipt;
    this.count = Math.min(to, turns.length);
    return turns.slice(from, to).map((turn, at) => {
      const place = from + at;
      const row = insertTurn(this.#parts.db, this.#row(turn, place), this.#inputs(turn));
      const files = [...(this.#files.get(place) ?? [])].sort(([one], [other]) => one - other);
      for (const [index, file] of files) if (place < turns.length - 1) this.#picture(place, index, file);
      return row;
    });
  }

  /** Inserts the picture that was dropped. */
  insertLast(pixelsBlob: string): PictureRow {
    const { index, widthPx, heightPx } = this.#receipt.picture;
    const place = this.#receipt.turns.length - 1;
    return this.#insertPicture(place, index, pixelsBlob, { widthPx, heightPx });
  }

  #row({ kind, mode, prompt, sentPrompt, recipe }: ReceiptTurn, place: number): NewTurn {
    const { priorHash, ...rest } = recipe ?? {};
    const layoutOf = priorHash ? { layoutOf: { pictureId: '', priorHash } } : {};
    return {
      ...{ id: this.#ids[place]!, sessionId: this.#sessionId, kind, mode, prompt, sentPrompt },
      recipe: recipe === null ? null : ({ ...rest, ...layoutOf } as Recipe),
    };
  }

  #inputs({ inputs }: ReceiptTurn): NewInput[] {
    return inputs.map(({ role, file, turn, index }) => {
      const madeBy = turn === null ? null : (this.#ids[turn] ?? null);
      const pictureId = madeBy === null ? file : pictureIdOf(madeBy, index);
      return { role, pictureId, madeBy, pixelsBlob: this.#isHere(file) ? file : null };
    });
  }

  #picture(place: number, index: number, file: string): void {
    const [same] = picturesOfPixels(this.#parts.db, this.#parts.owner, file);
    if (same && this.#isHere(file)) this.#insertPicture(place, index, file, same);
    else this.missing += 1;
  }

  #insertPicture(
    place: number,
    index: number,
    pixelsBlob: string,
    { widthPx, heightPx }: Pick<PictureRow, 'widthPx' | 'heightPx'>,
  ): PictureRow {
    const [same] = picturesOfPixels(this.#parts.db, this.#parts.owner, pixelsBlob);
    return insertPicture(this.#parts.db, this.#sessionId, {
      ...{ turnId: this.#ids[place]!, index, pixelsBlob, widthPx, heightPx },
      latentBlob: same?.latentBlob ?? null,
      priorBlob: same?.priorBlob ?? null,
      originalBlob: same?.originalBlob ?? null,
    });
  }

  #isHere(sha256: string): boolean {
    const { db, blobs, owner } = this.#parts;
    return findOwnBlob(db, owner, sha256) !== undefined && blobs.has(sha256);
  }
}
