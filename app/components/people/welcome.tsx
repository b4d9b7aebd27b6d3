'use client';
/** Where one-time links lead: the first administrator is made, or somebody sets a password. What opens it stands behind the #. */
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { Field, Form, NewPassword } from './field.tsx';
import { DoorFrame } from './frames.tsx';
import { account, addFirst, setLinkedPassword, signIn } from './people-routes.ts';
import { rememberPerson } from './whose-browser.ts';

export function Welcome() {
  const t = useTranslations('people');
  const [isFirst, setFirst] = useState(true);
  useEffect(() => setFirst(!new URLSearchParams(window.location.search).has('join')), []);
  const title = isFirst ? t('first') : t('join');

  async function send({ name = '', email = '', password = '' }: Record<string, string>) {
    const token = window.location.hash.slice(1);
    const who = isFirst ? email : (await setLinkedPassword(token, password)).email;
    if (isFirst) await addFirst({ token, name, email, password });
    await signIn(who, password);
    const { person } = await account();
    if (person) rememberPerson(person.id);
    window.location.replace('/');
  }

  return (
    <DoorFrame title={title}>
      <p className="text-sm text-soft">{isFirst ? t('firstHint') : t('joinHint')}</p>
      <Form label={title} send={isFirst ? t('makeFirst') : t('setPassword')} onSend={send}>
        {isFirst && (
          <>
            <Field label={t('name')} name="name" autoComplete="name" required maxLength={100} />
            <Field label={t('email')} name="email" type="email" autoComplete="username" required />
          </>
        )}
        <NewPassword label={t('password')} name="password" />
      </Form>
    </DoorFrame>
  );
}
