/** The form that adds an engine: a checkpoint folder of the server's machine, or a server elsewhere. It says what adding one does. */
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { errorText } from '../actions/error-text.ts';
import { ApiError, addEngine, type NewEngine } from '../api/routes.ts';
import { useRefreshEngines } from '../api/use-engines.ts';
import { PlainButton, RED_BUTTON } from '../ui/plain-button.tsx';
import { Field } from './field.tsx';

const EMPTY = { name: '', place: '', model: '', keyEnv: '' };
const EMBEDDED = 'embedded';

export function AddEngine({ kinds, onClose }: { kinds: readonly string[]; onClose: () => void }) {
  const t = useTranslations();
  const refresh = useRefreshEngines();
  const [kind, setKind] = useState(EMBEDDED);
  const [fields, setFields] = useState(EMPTY);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const isEmbedded = kind === EMBEDDED;
  const set = (change: Partial<typeof EMPTY>) => setFields({ ...fields, ...change });

  async function add(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await addEngine(engineOf(kind, fields));
      await refresh();
      onClose();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(errorText(t, error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      aria-label={t('engines.add')}
      onSubmit={add}
      className="flex max-w-[40rem] flex-col gap-3 rounded-2xl border border-edge bg-card p-4 sm:p-5"
    >
      <label className="flex flex-col gap-1 text-xs text-soft">
        {t('engines.kind')}
        <select
          value={kind}
          onChange={(event) => setKind(event.target.value)}
          className="h-9 rounded-lg border border-line bg-panel px-2.5 text-ink text-sm"
        >
          <option value={EMBEDDED}>{t('engines.embedded')}</option>
          {kinds.map((each) => (
            <option key={each} value={each}>
              {t('engines.elsewhere', { kind: each })}
            </option>
          ))}
        </select>
      </label>
      <Field label={t('engines.name')} value={fields.name} onChange={(name) => set({ name })} required />
      <Field
        label={isEmbedded ? t('engines.folder') : t('engines.address')}
        hint={isEmbedded ? t('engines.folderHint') : t('engines.addressHint')}
        value={fields.place}
        onChange={(place) => set({ place })}
        required
      />
      {!isEmbedded && (
        <>
          <Field
            label={t('engines.modelThere')}
            hint={t('engines.modelThereHint')}
            value={fields.model}
            onChange={(model) => set({ model })}
          />
          <Field
            label={t('engines.keyEnv')}
            hint={t('engines.keyEnvHint')}
            value={fields.keyEnv}
            onChange={(keyEnv) => set({ keyEnv })}
          />
        </>
      )}
      {problem && (
        <p role="alert" className="wrap-anywhere text-accent text-sm">
          {problem}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <PlainButton className="h-9" onClick={onClose}>
          {t('history.cancel')}
        </PlainButton>
        <button type="submit" disabled={busy} className={RED_BUTTON}>
          {t('engines.addThis')}
        </button>
      </div>
    </form>
  );
}

function engineOf(kind: string, { name, place, model, keyEnv }: typeof EMPTY): NewEngine {
  if (kind === EMBEDDED) return { name: name.trim(), kind: EMBEDDED, folder: place.trim() };
  return {
    ...{ name: name.trim(), kind, addresses: place.split(/[\s,]+/).filter(Boolean) },
    ...(model.trim() && { model: model.trim() }),
    ...(keyEnv.trim() && { keyEnv: keyEnv.trim() }),
  };
}
