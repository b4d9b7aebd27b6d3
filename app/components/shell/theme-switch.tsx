/** The switch of the theme; until it is used the page follows the system. Both icons are in the HTML and CSS shows one, so that none flashes. */
import { Moon, Sun } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useTheme } from 'next-themes';
import { useSyncExternalStore } from 'react';
import { IconButton } from '../ui/icon-button.tsx';

export function ThemeSwitch() {
  const t = useTranslations();
  const { resolvedTheme, setTheme } = useTheme();
  // The server does not know it, and what differs from its HTML at first is never put right: so it is named from the second look on.
  const isKnown = useSyncExternalStore(
    () => () => {},
    () => true,
    () => false,
  );
  return (
    <IconButton
      label={t('shell.theme', { now: (isKnown && resolvedTheme) || 'other' })}
      onClick={() => setTheme(resolvedTheme === 'dark' ? 'light' : 'dark')}
    >
      <Moon className="dark:hidden" aria-hidden="true" />
      <Sun className="hidden dark:block" aria-hidden="true" />
    </IconButton>
  );
}
