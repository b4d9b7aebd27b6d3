'use client';
/** Says whether the message makes a new picture or edits one, and which; a click changes it. Never guessed silently. */
import { Check, ChevronDown } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ImageView } from '../../protocol.ts';
import { Thumbnail } from '../picture/thumbnail.tsx';
import { useStrings } from '../strings.ts';

const OFFERED = 8;

interface ModeChipProps {
  target: ImageView | null;
  /** Everything that could be edited, oldest first. */
  images: ImageView[];
  headId: string | null;
  onNew: () => void;
  onEdit: (imageId: string) => void;
}

export function ModeChip({ target, images, headId, onNew, onEdit }: ModeChipProps) {
  const strings = useStrings();
  const label = target ? strings.modeEdit(`v${target.version}`) : strings.modeNew;
  const offered = images.slice(-OFFERED).reverse();
  if (target && !offered.some(({ id }) => id === target.id)) offered.push(target);
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        aria-label={strings.modeLabel(label)}
        className="inline-flex h-[30px] items-center gap-1 rounded-full border border-accent bg-card pr-2 pl-3 font-medium text-[13px] text-accent transition-colors hover:bg-accent-wash"
      >
        {label}
        <ChevronDown className="size-3.5" aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          sideOffset={6}
          className="z-30 max-h-(--radix-dropdown-menu-content-available-height) min-w-56 animate-rise overflow-y-auto rounded-[14px] border border-line bg-card p-1.5 shadow-float"
        >
          <DropdownMenu.RadioGroup value={target?.id ?? 'new'}>
            <Item value="new" onSelect={onNew} hint={strings.modeNewHint}>
              {strings.modeNew}
            </Item>
            {offered.map((image) => (
              <Item key={image.id} value={image.id} onSelect={() => onEdit(image.id)} hash={image.hash}>
                {strings.modeEdit(`v${image.version}`)}
                {image.id === headId && <span className="text-soft"> · {strings.latest}</span>}
              </Item>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface ItemProps {
  value: string;
  onSelect: () => void;
  hint?: string;
  hash?: string;
  children: React.ReactNode;
}

function Item({ value, onSelect, hint, hash, children }: ItemProps) {
  return (
    <DropdownMenu.RadioItem
      value={value}
      onSelect={onSelect}
      className="flex cursor-pointer items-center gap-2.5 rounded-[9px] px-2.5 py-2 text-[13px] outline-none data-[highlighted]:bg-wash"
    >
      {hash && <Thumbnail hash={hash} className="size-8 rounded-[7px]" />}
      <span className="flex-1">
        <span className="block">{children}</span>
        {hint && <span className="block text-[12px] text-soft">{hint}</span>}
      </span>
      <DropdownMenu.ItemIndicator>
        <Check className="size-4 text-accent" aria-hidden="true" />
      </DropdownMenu.ItemIndicator>
    </DropdownMenu.RadioItem>
  );
}
