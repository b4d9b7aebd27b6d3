/** The chip that names the mode of the message, one of five, and its target; a click changes either. */
import { Check, ChevronDown } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { DropdownMenu } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import type { Plan } from '../../../../studio/agent/actions.ts';
import type { PictureView } from '../../../../studio/protocol.ts';
import { TURN_MODES, type TurnMode } from '../../../../studio/vocabulary.ts';
import { Thumbnail } from '../../picture/thumbnail.tsx';
import { planLabel } from '../../plan/step-words.ts';
import type { Intent } from '../../state/intent.ts';
import { MENU, MENU_ITEM } from '../../ui/menu.ts';

/** How many versions the menu lists at first, and how many more with each click on "older". */
const OFFERED = 8;
const MORE = 24;

interface ModeChipProps {
  intent: Intent;
  /** What the words are understood as, where that is more than the turn; a choice of the menu takes its place. */
  understood: Plan | null;
  /** The pictures that could be edited, oldest first. */
  pictures: PictureView[];
  headId: string | null;
  onMode: (mode: TurnMode) => void;
  /** `null` takes the target away, where the mode allows that. */
  onTarget: (pictureId: string | null) => void;
}

export function ModeChip({ intent, understood, pictures, headId, onMode, onTarget }: ModeChipProps) {
  const t = useTranslations();
  const { mode } = intent;
  const target = intent.inputs.find(({ role }) => role === 'target') ?? null;
  const modeLabel = useModeLabel(intent);
  const label = understood && !isEditOf(understood) ? planLabel(t, understood) : modeLabel;
  const [listed, setListed] = useState(OFFERED);
  const newest = pictures.slice(-listed).reverse();
  const older = pictures.length - newest.length;
  const chosen = pictures.find(({ id }) => id === target?.pictureId);
  const offered = chosen && !newest.includes(chosen) ? [...newest, chosen] : newest;
  return (
    <DropdownMenu.Root modal={false} onOpenChange={() => setListed(OFFERED)}>
      <DropdownMenu.Trigger
        aria-label={t('composer.modeLabel', { what: label })}
        className="inline-flex min-h-[1.875rem] items-center gap-1 rounded-full border border-accent bg-card pr-2 pl-3 font-medium text-sm text-accent transition-colors hover:bg-accent-wash"
      >
        <span className="max-w-64 truncate">{label}</span>
        <ChevronDown className="size-3.5" aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          sideOffset={6}
          collisionPadding={8}
          className={`${MENU} min-w-64`}
        >
          <DropdownMenu.RadioGroup value={mode}>
            {TURN_MODES.map((each) => (
              <Item
                key={each}
                value={each}
                disabled={each === 'edit' && pictures.length === 0 && mode !== 'edit'}
                onSelect={() => onMode(each)}
                hint={t(`composer.modeHints.${each}`)}
              >
                {t(`composer.modes.${each}`)}
              </Item>
            ))}
          </DropdownMenu.RadioGroup>
          {(mode === 'edit' || mode === 'style') && offered.length > 0 && (
            <>
              <DropdownMenu.Separator className="my-1.5 h-px bg-line" />
              <DropdownMenu.Label className="px-2.5 py-1 text-xs text-soft">
                {t('composer.editWhich')}
              </DropdownMenu.Label>
              <DropdownMenu.RadioGroup value={target?.pictureId ?? ''}>
                {mode === 'style' && (
                  <Item value="" onSelect={() => onTarget(null)}>
                    {t('composer.noTarget')}
                  </Item>
                )}
                {offered.map((picture) => (
                  <Item
                    key={picture.id}
                    value={picture.id}
                    onSelect={() => onTarget(picture.id)}
                    hash={picture.hash}
                  >
                    {t('composer.modeEdit', { version: `v${picture.version}` })}
                    {picture.id === headId && <span className="text-soft"> · {t('composer.latest')}</span>}
                  </Item>
                ))}
              </DropdownMenu.RadioGroup>
              {older > 0 && (
                <DropdownMenu.Item
                  onSelect={(event) => {
                    event.preventDefault();
                    setListed(listed + MORE);
                  }}
                  className={`${MENU_ITEM} text-soft`}
                >
                  {t('composer.older', { count: older })}
                </DropdownMenu.Item>
              )}
            </>
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** An edit of the picture that the chip names anyway. */
function isEditOf([only, ...more]: Plan): boolean {
  return only?.type === 'edit' && only.target === undefined && more.length === 0;
}

/** The mode in words, with the version it is about. */
function useModeLabel({ mode, inputs }: Intent): string {
  const t = useTranslations();
  const target = inputs.find(({ role }) => role === 'target');
  if (!target) return t(`composer.modes.${mode}`);
  const version = target.version === null ? t('composer.inTheMaking') : `v${target.version}`;
  return mode === 'edit'
    ? t('composer.modeEdit', { version })
    : t('composer.modeOf', { mode: t(`composer.modes.${mode}`), version });
}

interface ItemProps {
  value: string;
  onSelect: () => void;
  disabled?: boolean;
  hint?: string;
  hash?: string;
  children: ReactNode;
}

function Item({ value, onSelect, disabled = false, hint, hash, children }: ItemProps) {
  return (
    <DropdownMenu.RadioItem value={value} disabled={disabled} onSelect={onSelect} className={MENU_ITEM}>
      {hash && <Thumbnail hash={hash} className="size-8 rounded-md" />}
      <span className="flex-1">
        {children}
        {hint && <span className="block text-xs text-soft">{hint}</span>}
      </span>
      <DropdownMenu.ItemIndicator>
        <Check className="size-4 text-accent" aria-hidden="true" />
      </DropdownMenu.ItemIndicator>
    </DropdownMenu.RadioItem>
  );
}
