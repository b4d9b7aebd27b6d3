/** The pictures that go in with the message. Numbers are their order in the context that the model will see. */
import { LoaderCircle, Paintbrush, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { CompiledInput } from '../../../../studio/protocol.ts';
import type { InputRole } from '../../../../studio/vocabulary.ts';
import { Thumbnail } from '../../picture/thumbnail.tsx';
import { inputName } from '../../state/draft-inputs.ts';
import { paintedPercent } from '../../ui/figures/percent.ts';
import { lazyLayer } from '../../ui/layers/lazy-layer.ts';
import { OpensLayer } from '../../ui/layers/opens-layer.tsx';

const RoleMenu = lazyLayer(() => import('./role-menu.tsx').then((module) => module.RoleMenu));

interface InputChipsProps {
  inputs: CompiledInput[];
  uploading: number;
  /** Whether one tap on the chip makes it the picture to edit. */
  canEdit: (input: CompiledInput) => boolean;
  /** Share of the target that may change; null without a mask. */
  maskShare: number | null;
  /** Shows a picture of this session in full size; null for another one, and for what is in the making. */
  viewOf: (input: CompiledInput) => (() => void) | null;
  onRole: (input: CompiledInput, role: InputRole) => void;
  onRemove: (input: CompiledInput) => void;
  onMask: () => void;
  onRemoveMask: () => void;
}

const CHIP =
  'flex min-h-[1.875rem] max-w-full items-center gap-1 rounded-full border border-line bg-card pl-[3px] text-xs';

export function InputChips(props: InputChipsProps) {
  const { inputs, uploading, canEdit, maskShare, viewOf, onRole, onRemove, onMask, onRemoveMask } = props;
  const t = useTranslations();
  return (
    <>
      {inputs.map((input) => (
        <li key={`${input.pictureId ?? input.turnId}${input.role}`} className={`${CHIP} pr-1`}>
          <Numbered input={input} alone={inputs.length === 1} onView={viewOf(input)} />
          <Role input={input} onRole={(role) => onRole(input, role)} />
          {canEdit(input) && <EditInstead input={input} onClick={() => onRole(input, 'target')} />}
          <RemoveButton what={inputName(input, t('composer.inTheMaking'))} onClick={() => onRemove(input)} />
        </li>
      ))}
      {maskShare !== null && (
        <li className={`${CHIP} pr-1`}>
          <button
            type="button"
            onClick={onMask}
            className="flex h-6 items-center gap-1.5 rounded-full px-2 hover:bg-wash"
          >
            <Paintbrush className="size-3.5 text-accent" aria-hidden="true" />
            {t('composer.maskOf', { share: paintedPercent(maskShare) })}
          </button>
          <RemoveButton what={t('composer.mask')} onClick={onRemoveMask} />
        </li>
      )}
      {uploading > 0 && (
        <li className={`${CHIP} pr-3 text-soft`}>
          <LoaderCircle className="mx-1 size-4 animate-spin" aria-hidden="true" />
          {t('composer.uploading')}
        </li>
      )}
    </>
  );
}

interface NumberedProps {
  input: CompiledInput;
  alone: boolean;
  onView: (() => void) | null;
}

function Numbered({ input: { hash, number, version }, alone, onView }: NumberedProps) {
  const t = useTranslations();
  const shown = (
    <>
      <Thumbnail hash={hash || null} className="size-6 rounded-full" />
      {!alone && number !== null && (
        <span className="absolute -right-1 -bottom-1 grid size-3.5 place-items-center rounded-full bg-ink font-medium font-mono text-3xs text-panel">
          {number}
        </span>
      )}
    </>
  );
  if (!onView) return <span className="relative shrink-0">{shown}</span>;
  const name = t('turn.enlarge', { version: `v${version}` });
  return (
    <button
      type="button"
      aria-label={name}
      title={name}
      onClick={onView}
      className="relative grid shrink-0 place-items-center rounded-full"
    >
      {shown}
    </button>
  );
}

/** A mention keeps the role that its mode gives it: the text, not the chip, says what it is. */
function Role({ input, onRole }: { input: CompiledInput; onRole: (role: InputRole) => void }) {
  const t = useTranslations();
  const name = inputName(input, t('composer.inTheMaking'));
  const role = t(`details.roles.${input.role}`);
  const shown = (
    <>
      <span className="truncate font-mono">{name}</span> {role}
    </>
  );
  if (input.mention !== null || input.pictureId === null)
    return <span className="flex min-w-0 gap-1 px-1">{shown}</span>;
  return (
    <OpensLayer
      opens="menu"
      button={{
        'aria-label': t('composer.role', { what: name, role }),
        className: 'flex h-6 min-w-0 items-center gap-1 rounded-full px-1 hover:bg-wash',
        children: shown,
      }}
      layer={(button) => <RoleMenu button={button} input={input} onRole={onRole} />}
    />
  );
}

/** A picture that was added is never made the target by itself: this button says that it is not the target, and makes it so. */
function EditInstead({ input, onClick }: { input: CompiledInput; onClick: () => void }) {
  const t = useTranslations();
  return (
    <button
      type="button"
      onClick={onClick}
      className="h-6 shrink-0 rounded-full border border-edge px-2 text-accent hover:bg-accent-wash"
    >
      {t('composer.editInstead', { what: inputName(input, t('composer.inTheMaking')) })}
    </button>
  );
}

function RemoveButton({ what, onClick }: { what: string; onClick: () => void }) {
  const t = useTranslations();
  return (
    <button
      type="button"
      aria-label={t('composer.remove', { what })}
      onClick={onClick}
      className="grid size-6 shrink-0 place-items-center rounded-full text-soft hover:bg-wash hover:text-ink"
    >
      <X className="size-3.5" aria-hidden="true" />
    </button>
  );
}
