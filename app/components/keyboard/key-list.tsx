/** All keys of the page with what they do: on the help sheet, and in the settings. */
import { useTranslations } from 'next-intl';
import { COMMAND_KEYS } from './command-keys.ts';
import { Keys } from './keys.tsx';

const BOX_KEYS = [
  ['send', 'Enter'],
  ['newLine', 'Shift+Enter'],
  ['leave', 'Esc'],
  ['recall', 'ArrowUp'],
  ['mention', '@'],
  ['strokeUndo', 'Mod+Z'],
  ['strokeRedo', 'Mod+Shift+Z'],
  ['brushSmaller', '['],
  ['brushLarger', ']'],
] as const;

export function KeyList() {
  const t = useTranslations();
  return (
    <dl className="flex flex-col">
      {Object.entries(COMMAND_KEYS).map(([id, keys]) => (
        <Row key={id} name={t(`palette.commands.${id as keyof typeof COMMAND_KEYS}`)} keys={keys} />
      ))}
      {BOX_KEYS.map(([name, keys]) => (
        <Row key={name} name={t(`palette.box.${name}`)} keys={keys} />
      ))}
    </dl>
  );
}

function Row({ name, keys }: { name: string; keys: string }) {
  return (
    <div className="flex items-center justify-between gap-4 border-line border-b py-2 text-sm last:border-0">
      <dt>{name}</dt>
      <dd>
        <Keys keys={keys} />
      </dd>
    </div>
  );
}
