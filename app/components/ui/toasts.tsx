/** Toasts: news that go away by themselves, some with a button that takes back. At the top, away from the composer. */
import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Toast } from 'radix-ui';
import { IconButton } from './icon-button.tsx';
import { hideToast, useToasts } from './toast-store.ts';

const SHOWN_MS = 4_500;
/** A toast that can take something back stays longer, so that the reader can think about it. */
const SHOWN_WITH_ACTION_MS = 9_000;

export function Toasts() {
  const t = useTranslations();
  const news = useToasts();
  return (
    <Toast.Provider label={t('shell.notifications')} swipeDirection="right">
      {news.map(({ id, text, action }) => (
        <Toast.Root
          key={id}
          duration={action ? SHOWN_WITH_ACTION_MS : SHOWN_MS}
          onOpenChange={(open) => !open && hideToast(id)}
          className="flex animate-rise items-center gap-2 rounded-xl bg-ink py-1.5 pr-1.5 pl-4 text-sm text-panel shadow-float"
        >
          <Toast.Description className="wrap-anywhere min-w-0 flex-1">{text}</Toast.Description>
          {action && (
            <Toast.Action asChild altText={action.label}>
              <button
                type="button"
                onClick={action.run}
                className="h-8 rounded-md px-2.5 font-semibold underline underline-offset-2 hover:bg-panel/15"
              >
                {action.label}
              </button>
            </Toast.Action>
          )}
          <Toast.Close asChild>
            <IconButton
              label={t('shell.close')}
              className="size-8 text-panel hover:bg-panel/15 hover:text-panel"
            >
              <X aria-hidden="true" />
            </IconButton>
          </Toast.Close>
        </Toast.Root>
      ))}
      <Toast.Viewport
        label={t('shell.notifications')}
        className="fixed top-16 right-4 z-float flex w-[min(24rem,calc(100vw-2rem))] flex-col gap-2 outline-none lg:right-[21rem]"
      />
    </Toast.Provider>
  );
}
