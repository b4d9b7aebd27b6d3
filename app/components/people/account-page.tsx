'use client';
/** One's own account: who one is, what one may still take, the password, keys, and the way out. */
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { type AccountView, RIGHTS, type Role } from '../../../studio/people/people.ts';
import { Fact, Facts } from '../facts/fact.tsx';
import { PLAIN_BUTTON, PlainButton } from '../ui/plain-button.tsx';
import { Field, Form, NewPassword } from './field.tsx';
import { Part, PeopleFrame } from './frames.tsx';
import { Keys } from './keys.tsx';
import { account, changePassword, signOut, signOutEverywhere } from './people-routes.ts';
import { UseFacts } from './use-facts.tsx';
import { forgetSeen } from './whose-browser.ts';

const OF_ROLE: Record<Role, number> = { admin: 3, member: 2, viewer: 1 };

export function AccountPage() {
  const t = useTranslations('people');
  const [view, setView] = useState<AccountView | null>(null);
  const [changed, setChanged] = useState(false);
  useEffect(() => {
    account().then(setView, () => {});
  }, []);
  if (!view) return <PeopleFrame title={t('account')}>{null}</PeopleFrame>;
  const { person, use } = view;
  if (!person)
    return (
      <PeopleFrame title={t('account')}>
        <p className="py-6 text-sm text-soft">{t('none')}</p>
      </PeopleFrame>
    );

  /** Drafts of whoever leaves are nobody's to read. */
  async function leave(how: () => Promise<unknown>) {
    await how();
    localStorage.clear();
    await forgetSeen();
    window.location.assign('/sign-in');
  }

  return (
    <PeopleFrame title={t('account')}>
      <Part title={person.name} hint={t(`roleIs.${person.role}`)}>
        <Facts>
          <Fact name={t('email')}>{person.email}</Fact>
        </Facts>
        {use && <UseFacts use={use} />}
        <div className="flex flex-wrap gap-2">
          <PlainButton className="h-9" onClick={() => leave(signOut)}>
            {t('signOut')}
          </PlainButton>
          <PlainButton className="h-9" onClick={() => leave(signOutEverywhere)}>
            {t('signOutEverywhere')}
          </PlainButton>
          {person.role === 'admin' && (
            <Link href="/administration" className={`${PLAIN_BUTTON} h-9`}>
              {t('administration')}
            </Link>
          )}
        </div>
      </Part>
      <Part title={t('keys')} hint={t('keysHint')}>
        <Keys rights={RIGHTS.slice(0, OF_ROLE[person.role])} />
      </Part>
      <Part title={t('changePassword')} hint={t('changePasswordHint')}>
        {changed && (
          <p role="status" className="text-sm">
            {t('passwordChanged')}
          </p>
        )}
        <div className="max-w-[26rem]">
          <Form
            label={t('changePassword')}
            send={t('changePassword')}
            onSend={async ({ before = '', after = '' }, form) => {
              setChanged(false);
              await changePassword(before, after);
              form.reset();
              setChanged(true);
            }}
          >
            <Field
              label={t('passwordBefore')}
              name="before"
              type="password"
              autoComplete="current-password"
              required
            />
            <NewPassword label={t('passwordAfter')} name="after" />
          </Form>
        </div>
      </Part>
    </PeopleFrame>
  );
}
