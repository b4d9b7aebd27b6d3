/** The row over the text: the mode and the pictures that go in, and under it what the mode still asks for. */
import type { Plan, Region } from '../../../studio/agent/actions.ts';
import { useActions } from '../actions/actions.ts';
import type { NextMessage } from '../api/use-next-message.ts';
import type { ComposerDialog } from '../state/composer-dialog.ts';
import {
  isAdded,
  isOffered,
  withMode,
  without,
  withReference,
  withRole,
  withTarget,
} from '../state/draft-inputs.ts';
import type { Draft } from '../state/drafts.ts';
import { allPictures, findPicture, headPicture } from '../state/intent.ts';
import type { SessionState } from '../state/session-state.ts';
import { InputChips } from './chips/input-chips.tsx';
import { ModeChip } from './chips/mode-chip.tsx';
import { RegionChip } from './chips/region-chip.tsx';
import { isGuided, ModeGuide } from './mode-guide.tsx';
import { inputsOf, isMissingInputs } from './next-inputs.ts';

/** The part of the picture that the words keep an edit to. */
export function regionOf(understood: Plan | null): Region | null {
  const [only, ...more] = understood ?? [];
  return only?.type === 'edit' && more.length === 0 ? (only.region ?? null) : null;
}

interface ComposerInputsProps {
  state: SessionState | null;
  next: NextMessage;
  /** Files that are on their way to the server. */
  uploading: number;
  onChange: (change: Partial<Draft>) => void;
  onAttach: () => void;
  onDialog: (dialog: ComposerDialog) => void;
}

export function ComposerInputs({
  state,
  next,
  uploading,
  onChange,
  onAttach,
  onDialog,
}: ComposerInputsProps) {
  const { focusMessage, view } = useActions();
  const { draft, intent, compiled, understood } = next;
  const region = regionOf(understood);
  const turns = state?.turns ?? [];
  const pictures = allPictures(turns);
  /** The mode that the draft leaves open is settled by the first change of its inputs. */
  const settled = { ...draft, mode: intent.mode };
  return (
    <>
      <ul className="flex flex-wrap gap-1.5">
        <li>
          <ModeChip
            intent={intent}
            understood={understood}
            pictures={pictures}
            headId={headPicture(state)?.id ?? null}
            onMode={(mode) => onChange(withMode(draft, mode))}
            onTarget={(pictureId) => onChange(withTarget(settled, pictureId))}
          />
        </li>
        {region && <RegionChip region={region} onClick={() => onDialog('mask')} />}
        <InputChips
          inputs={inputsOf(next)}
          uploading={uploading}
          canEdit={(input) => intent.mode === 'edit' && isAdded(turns, input)}
          maskShare={intent.mask?.paintedShare ?? null}
          viewOf={({ pictureId }) => {
            const picture = findPicture(turns, pictureId);
            return picture && (() => view(picture.id));
          }}
          onRole={(input, role) => onChange(withRole(settled, input, role))}
          onRemove={(input) => onChange(without(draft, input))}
          onMask={() => onDialog('mask')}
          onRemoveMask={() => onChange({ mask: null })}
        />
      </ul>
      {isGuided(intent.mode) && isMissingInputs(compiled) && (
        <ModeGuide
          mode={intent.mode}
          offered={pictures.filter((picture) => isOffered(draft, picture))}
          empty={draft.text === ''}
          onPick={({ id }) => onChange(withReference(settled, { pictureId: id }))}
          onExample={(text) => {
            onChange({ text });
            focusMessage();
          }}
          onAttach={onAttach}
          onGallery={() => onDialog('gallery')}
        />
      )}
    </>
  );
}
