/** What Enter does, and how the page tells that a picture is done, of this browser. */
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { playDone } from '../state/play-done.ts';
import { setPreferences, usePreferences } from '../state/preferences.ts';
import { Choices } from './choices.tsx';

const ENTER = ['device', 'sends', 'breaks'] as const;
const SWITCH = ['off', 'on'] as const;

export function WritingSettings() {
  const t = useTranslations();
  const { enter } = usePreferences();
  return (
    <Choices
      label={t('settings.enter')}
      hint={t('settings.enterHint')}
      value={enter ?? 'device'}
      choices={ENTER.map((value) => ({ value, name: t(`settings.enters.${value}`) }))}
      onChange={(value) => setPreferences({ enter: value === 'device' ? null : value })}
    />
  );
}

export function NewsSettings() {
  const t = useTranslations();
  const { notify, sound } = usePreferences();
  const [refused, setRefused] = useState(false);
  const choices = SWITCH.map((value) => ({ value, name: t(`settings.switch.${value}`) }));

  async function change(isOn: boolean) {
    const allowed =
      isOn && 'Notification' in globalThis && (await Notification.requestPermission()) === 'granted';
    setRefused(isOn && !allowed);
    setPreferences({ notify: allowed });
  }

  return (
    <>
      <Choices
        label={t('settings.notify')}
        hint={refused ? t('settings.notifyRefused') : t('settings.notifyHint')}
        value={notify ? 'on' : 'off'}
        choices={choices}
        onChange={(value) => change(value === 'on')}
      />
      <Choices
        label={t('settings.sound')}
        value={sound ? 'on' : 'off'}
        choices={choices}
        onChange={(value) => {
          setPreferences({ sound: value === 'on' });
          if (value === 'on') playDone();
        }}
      />
    </>
  );
}
