/** How a draft changes when a picture is added, taken out or given another role. Pure. */
import { mentionsOf } from '../../../studio/mentions/mentions.ts';
import type { CompiledInput, InputRole, PictureView, TurnMode, TurnView } from '../../../studio/protocol.ts';
import type { Draft, DraftReference } from './drafts.ts';

type Change = Partial<Draft>;

/** Another mode keeps what was put in by hand, in the roles that the mode has a use for. */
export function withMode(draft: Draft, mode: TurnMode): Change {
  if (mode === draft.mode) return {};
  const role = mode === 'style' ? 'style' : 'reference';
  const references = draft.references.map((reference) => ({ ...reference, role }) as DraftReference);
  return { mode, references: mode === 'edit' ? draft.references : references, targetId: null, mask: null };
}

/** A target keeps its mask; another picture has none yet. */
export function withTarget(draft: Draft, targetId: string | null): Change {
  const mode = draft.mode === 'style' ? 'style' : 'edit';
  return { mode, targetId, mask: draft.mask?.targetId === targetId ? draft.mask : null };
}

/** Adds a picture in the role that the mode asks for. */
export function withReference(draft: Draft, reference: Omit<DraftReference, 'role'>): Change {
  const role = draft.mode === 'style' ? 'style' : 'reference';
  const others = draft.references.filter(({ pictureId }) => pictureId !== reference.pictureId);
  return { references: [...others, { ...reference, role }] };
}

export function without(draft: Draft, input: CompiledInput): Change {
  if (input.mention !== null) return { text: withoutMention(draft.text, input.mention) };
  if (input.role === 'target')
    return { mode: draft.mode === 'style' ? 'style' : 'new', targetId: null, mask: null };
  const references = draft.references.filter(({ pictureId }) => pictureId !== input.pictureId);
  const gone = references.length === draft.references.length;
  return gone ? { mode: 'new', references } : { references };
}

function withoutMention(text: string, token: string): string {
  const mention = mentionsOf(text).find((each) => each.token === token);
  if (!mention) return text.replace(token, '').trim();
  return `${text.slice(0, mention.start)}${text.slice(mention.end)}`.replaceAll(/ {2,}/g, ' ').trimStart();
}

export function withRole(draft: Draft, input: CompiledInput, role: InputRole): Change {
  const { pictureId } = input;
  if (pictureId === null || role === 'mask' || role === input.role) return {};
  const references = draft.references.filter((each) => each.pictureId !== pictureId);
  if (role === 'target') return { ...withTarget(draft, pictureId), references };
  const known = draft.references.find((each) => each.pictureId === pictureId);
  const change: Change = { references: [...references, { ...known, pictureId, role }] };
  if (input.role === 'target')
    Object.assign(change, { targetId: null, mask: null, mode: modeWithoutTarget(role) });
  else if (role === 'style' && draft.mode !== 'edit') change.mode = 'style';
  return change;
}

/** Without a target there is nothing to edit. */
function modeWithoutTarget(role: DraftReference['role']): TurnMode {
  return role === 'style' ? 'style' : 'new';
}

/** Whether a picture beside the target is one that was added to this session, which may be meant as the one to edit. */
export function isAdded(turns: readonly TurnView[], { role, turnId, mention }: CompiledInput): boolean {
  if (role === 'target' || mention !== null) return false;
  return turns.some(({ id, kind }) => id === turnId && kind === 'upload');
}

export function isOffered(draft: Draft, { id }: PictureView): boolean {
  return draft.references.every(({ pictureId }) => pictureId !== id);
}

/** The version of an input, with the title of its session where that is another one; `coming` for a picture in the making. */
export function inputName({ version, sessionTitle }: CompiledInput, coming: string): string {
  if (version === null) return coming;
  return sessionTitle ? `${sessionTitle} v${version}` : `v${version}`;
}
