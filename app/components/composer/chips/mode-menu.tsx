/** The menu of the mode chip: five modes, and the versions that can be edited. */
import { Check } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { DropdownMenu } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import type { PictureView } from '../../../../studio/protocol.ts';
import { TURN_MODES, type TurnMode } from '../../../../studio/vocabulary.ts';
import { Thumbnail } from '../../picture/thumbnail.tsx';
import { MENU, MENU_ITEM } from '../../ui/layers/menu.ts';
import type { LayerButton } from '../../ui/layers/opens-layer.tsx';

/** How many versions the menu lists at first, and how many more with each click on "older". */
const OFFERED = 8;
const MORE = 24;

interface ModeMenuProps {
  button: LayerButton;
  mode: TurnMode;
  /** The picture that the message edits, or null. */
  targetId: string | null;
  /** The pictures that could be edited, oldest first. */
  pictures: PictureView[];
  headId: string | null;
  onMode: (mode: TurnMode) => void;
  /** `null` takes the target away, where the mode allows that. */
  onTarget: (pictureId: string | null) => void;
}

export function ModeMenu({ button, mode, targetId, pictures, headId, onMode, onTarget }: ModeMenuProps) {
  const t = useTranslations();
  const [listed, setListed] = useState(OFFERED);
  const newest = pictures.slice(-listed).reverse();
  const older = pictures.length - newest.length;
  const chosen = pictures.find(({ id }) => id === targetId);
  const offered = chosen && !newest.includes(chosen) ? [...newest, chosen] : newest;
  return (
    <DropdownMenu.Root modal={false} defaultOpen onOpenChange={() => setListed(OFFERED)}>
      <DropdownMenu.Trigger {...button} />
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
              <DropdownMenu.RadioGroup value={targetId ?? ''}>
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
