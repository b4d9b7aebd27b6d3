'use client';
/** News that go away by themselves; what can be taken back says so. */
import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Toast } from 'radix-ui';
import { hideToast, useToasts } from '../state/toasts.ts';
import { IconButton } from './icon-button.tsx';

const SHOWN_MS = 9_000;

export function Toasts() {
  const t = useTranslations();
  const news = useToasts();
  return (
    <Toast.Provider duration={SHOWN_MS} label={t('shell.notifications')} swipeDirection="down">
      {news.map(({ id, text, action }) => (
        <Toast.Root
          key={id}
          onOpenChange={(open) => !open && hideToast(id)}
          className="flex animate-rise items-center gap-2 rounded-[12px] bg-ink py-1.5 pr-1.5 pl-4 text-[13px] text-panel shadow-float"
        >
          <Toast.Description className="wrap-anywhere min-w-0 flex-1">{text}</Toast.Description>
          {action && (
            <Toast.Action asChild altText={action.label}>
              <button
                type="button"
                onClick={action.run}
                className="h-8 rounded-[8px] px-2.5 font-semibold underline underline-offset-2 hover:bg-panel/15"
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
        className="fixed bottom-4 left-1/2 z-60 flex w-[min(26rem,calc(100vw-2rem))] -translate-x-1/2 flex-col gap-2 outline-none"
      />
    </Toast.Provider>
  );
}
