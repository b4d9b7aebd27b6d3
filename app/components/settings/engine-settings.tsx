/** The engines: how each stands and what it can do; added, tried, made the default and taken out by whoever may. */
import { Plus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useEngines } from '../api/use-engines.ts';
import { PlainButton } from '../ui/plain-button.tsx';
import { AddEngine } from './add-engine.tsx';
import { EngineCard } from './engine-card.tsx';

export function EngineSettings() {
  const t = useTranslations();
  const list = useEngines();
  const [adding, setAdding] = useState(false);
  if (!list) return <p className="text-sm text-soft">{t('model.modelChecking')}</p>;
  const { engines, mayChange, kinds } = list;
  return (
    <>
      <ul className="flex flex-col gap-3">
        {engines.map((engine) => (
          <li key={engine.name}>
            <EngineCard engine={engine} mayChange={mayChange} />
          </li>
        ))}
      </ul>
      {!mayChange && <p className="text-sm text-soft">{t('engines.closed')}</p>}
      {mayChange && !adding && (
        <PlainButton className="h-9 self-start" onClick={() => setAdding(true)}>
          <Plus aria-hidden="true" />
          {t('engines.add')}
        </PlainButton>
      )}
      {mayChange && adding && <AddEngine kinds={kinds} onClose={() => setAdding(false)} />}
    </>
  );
}
