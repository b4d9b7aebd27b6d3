/** Keys of programs: made, shown this once, revoked. */
import { useTranslations } from 'next-intl';
import { useCallback, useEffect, useState } from 'react';
import { type KeyView, RIGHTS, type Right } from '../../../studio/people/people.ts';
import { PlainButton } from '../ui/plain-button.tsx';
import { Field, Form } from './field.tsx';
import { listKeys, makeKey, revokeKey } from './people-routes.ts';

export function Keys({ rights }: { rights: readonly Right[] }) {
  const t = useTranslations('people');
  const [keys, setKeys] = useState<KeyView[]>([]);
  const [made, setMade] = useState<string | null>(null);
  const refresh = useCallback(async () => setKeys((await listKeys()).keys), []);
  useEffect(() => {
    refresh().catch(() => {});
  }, [refresh]);
  return (
    <>
      {keys.length > 0 && (
        <ul className="flex flex-col divide-y divide-line">
          {keys.map(({ id, name, beginning, scopes, lastUsedAt }) => (
            <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2 text-sm">
              <span className="min-w-0 flex-1 truncate max-sm:basis-full">
                {name} <code className="text-soft">{beginning}…</code>
              </span>
              <span className="text-soft">{scopes.map((scope) => t(`right.${scope}`)).join(', ')}</span>
              <span className="text-soft">
                {lastUsedAt === null ? t('neverUsed') : t('lastUsed', { at: new Date(lastUsedAt) })}
              </span>
              <PlainButton
                aria-label={t('revokeKey', { name })}
                onClick={async () => {
                  await revokeKey(id);
                  await refresh();
                }}
              >
                {t('revoke')}
              </PlainButton>
            </li>
          ))}
        </ul>
      )}
      {made && (
        <div role="status" className="flex flex-col gap-1 rounded-xl border border-edge bg-card p-4 text-sm">
          {t('keyMade')}
          <code className="select-all break-all">{made}</code>
        </div>
      )}
      <Form
        label={t('newKey')}
        send={t('makeKey')}
        onSend={async (values, form) => {
          const scopes = RIGHTS.filter((right) => values[right] === 'on');
          setMade((await makeKey(values.name ?? '', scopes)).key);
          form.reset();
          await refresh();
        }}
      >
        <div className="max-w-[26rem]">
          <Field label={t('keyName')} name="name" required maxLength={100} autoComplete="off" />
        </div>
        <fieldset className="flex flex-wrap gap-x-5 gap-y-2 text-sm">
          <legend className="mb-1 text-soft">{t('scopes')}</legend>
          {rights.map((right) => (
            <label key={right} className="flex items-center gap-2">
              <input type="checkbox" name={right} defaultChecked={right !== 'manage'} />
              {t(`right.${right}`)}
            </label>
          ))}
        </fieldset>
      </Form>
    </>
  );
}
