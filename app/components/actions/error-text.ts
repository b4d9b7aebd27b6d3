/** Why a request failed, in the reader's language. */
import type { ApiError } from '../api/request.ts';
import type { Translator } from '../ui/translator.ts';

export function errorText(t: Translator, { code, status, message }: ApiError): string {
  if (code === 'offline') return t('request.offline');
  return code === 'unreadable' ? t('request.unreadable', { status }) : message;
}
