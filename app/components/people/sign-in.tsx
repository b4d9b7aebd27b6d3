'use client';
/** The way in: by e-mail address and password, or by an account elsewhere. */
import { useTranslations } from 'next-intl';
import { useCallback, useEffect, useState } from 'react';
import { PlainButton } from '../ui/plain-button.tsx';
import { Field, Form } from './field.tsx';
import { DoorFrame } from './frames.tsx';
import { account, signIn, signInElsewhere } from './people-routes.ts';
import { nextAddress, rememberPerson } from './whose-browser.ts';

export function SignIn() {
  const t = useTranslations('people');
  const [elsewhere, setElsewhere] = useState(false);
  const [wasRefused, setRefused] = useState(false);

  /** Goes on where somebody is in already, or nobody needs to be. */
  const goOn = useCallback(async () => {
    const found = await account();
    setElsewhere(found.elsewhere !== null);
    setRefused(new URLSearchParams(window.location.search).has('error'));
    if (found.hasAccounts && !found.person) return;
    if (found.person) rememberPerson(found.person.id);
    window.location.replace(nextAddress(window.location.search));
  }, []);
  useEffect(() => {
    goOn().catch(() => {});
  }, [goOn]);

  return (
    <DoorFrame title={t('signIn')}>
      <Form
        label={t('signIn')}
        send={t('signIn')}
        onSend={async ({ email = '', password = '' }) => {
          await signIn(email, password);
          await goOn();
        }}
      >
        <Field label={t('email')} name="email" type="email" autoComplete="username" required />
        <Field
          label={t('password')}
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
      </Form>
      {wasRefused && (
        <p role="alert" className="text-accent text-sm">
          {t('notLetIn')}
        </p>
      )}
      {elsewhere && (
        <PlainButton
          className="h-10 justify-center"
          onClick={async () => {
            const { url } = await signInElsewhere(window.location.pathname + window.location.search);
            window.location.assign(url);
          }}
        >
          {t('signInElsewhere')}
        </PlainButton>
      )}
      <p className="text-sm text-soft">{t('forgotten')}</p>
    </DoorFrame>
  );
}
