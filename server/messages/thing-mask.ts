/**
 * The mask of an edit that words keep to one thing in its picture: where an earlier edit of the branch brought the thing about, it lies
 * where the prior tokens of the two pictures differ.
 */
import { findPictureById } from '../../db/pictures.ts';
import { decodePriorTokens } from '../../engine/index.ts';
import { brings } from '../../studio/agent/contents.ts';
import { branchOf } from '../../studio/replay.ts';
import { TOKEN_PX } from '../../studio/sizes.ts';
import type { Runtime } from '../runtime.ts';
import { keepMask } from '../turns/masks.ts';
import { requireSession } from '../turns/sessions.ts';
import { turnViews } from '../views/views.ts';

/** Keeps the mask of a thing and answers its hash; undefined where no tokens tell its place. Throws {@link Refusal} `nothing_to_edit`. */
export async function thingMask(
  parts: Runtime,
  sessionId: string,
  pictureId: string,
  thing: string,
): Promise<string | undefined> {
  const session = requireSession(parts, sessionId);
  const branch = branchOf({ session, turns: turnViews(parts.db, sessionId) }, pictureId);
  const link = branch.findLast(({ turn }) => brings(turn.prompt, thing));
  const made = link?.turn.pictures.find(({ index }) => index === link.index);
  const before = link?.turn.inputs.find(({ role }) => role === 'target')?.pictureId;
  if (!made || !before) return undefined;
  const [after, earlier] = await Promise.all([tokensOf(parts, made.id), tokensOf(parts, before)]);
  const { widthPx, heightPx } = made;
  const columns = widthPx / TOKEN_PX;
  if (!after || after.length !== earlier?.length || after.length !== columns * (heightPx / TOKEN_PX))
    return undefined;
  const plain = new Uint8Array(widthPx * heightPx);
  let isAnywhere = false;
  after.forEach((token, cell) => {
    if (token === earlier[cell]) return;
    isAnywhere = true;
    const left = (cell % columns) * TOKEN_PX;
    const top = Math.floor(cell / columns) * TOKEN_PX;
    for (let y = top; y < top + TOKEN_PX; y += 1)
      plain.fill(255, y * widthPx + left, y * widthPx + left + TOKEN_PX);
  });
  return isAnywhere ? (await keepMask(parts, plain, widthPx, heightPx)).hash : undefined;
}

async function tokensOf({ db, blobs }: Runtime, pictureId: string): Promise<Uint16Array | null> {
  const prior = findPictureById(db, pictureId)?.priorBlob;
  return prior ? decodePriorTokens(await blobs.read(prior)) : null;
}
