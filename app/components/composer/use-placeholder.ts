/** The placeholder of the text box, by what the message will do. */
import { useTranslations } from 'next-intl';
import type { Intent } from '../state/intent.ts';

export function usePlaceholder({ mode, inputs }: Intent, dragging: boolean): string {
  const t = useTranslations();
  if (dragging) return t('composer.dropHere');
  const target = inputs.find(({ role }) => role === 'target');
  if (mode === 'edit' && target) {
    const version = target.version === null ? t('composer.inTheMaking') : `v${target.version}`;
    return t('composer.placeholderEdit', { version });
  }
  if (mode === 'style') return t('composer.placeholderStyle');
  if (mode === 'identity') return t('composer.placeholderIdentity');
  if (mode === 'combine') return t('composer.placeholderCombine');
  return t('composer.placeholderNew');
}
