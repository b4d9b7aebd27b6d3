/** What a picture among the inputs is taken as. */
import { Check } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { DropdownMenu } from 'radix-ui';
import type { CompiledInput } from '../../../../studio/protocol.ts';
import { INPUT_ROLES, type InputRole } from '../../../../studio/vocabulary.ts';
import { MENU, MENU_ITEM } from '../../ui/layers/menu.ts';
import type { LayerButton } from '../../ui/layers/opens-layer.tsx';

const ROLES = INPUT_ROLES.filter((role) => role !== 'mask');

interface RoleMenuProps {
  button: LayerButton;
  input: CompiledInput;
  onRole: (role: InputRole) => void;
}

export function RoleMenu({ button, input, onRole }: RoleMenuProps) {
  const t = useTranslations();
  return (
    <DropdownMenu.Root modal={false} defaultOpen>
      <DropdownMenu.Trigger {...button} />
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="start" sideOffset={6} className={`${MENU} min-w-40`}>
          <DropdownMenu.RadioGroup value={input.role}>
            {ROLES.filter((each) => each !== 'target' || input.sessionTitle === null).map((each) => (
              <DropdownMenu.RadioItem
                key={each}
                value={each}
                onSelect={() => onRole(each)}
                className={MENU_ITEM}
              >
                <span className="flex-1">{t(`details.roles.${each}`)}</span>
                <DropdownMenu.ItemIndicator>
                  <Check className="size-4 text-accent" aria-hidden="true" />
                </DropdownMenu.ItemIndicator>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
