/** What this is: version, licences, the model that draws, and where its card stands. */
import { useTranslations } from 'next-intl';
import { useHealth } from '../api/use-health.ts';
import { Fact, Facts } from '../facts/fact.tsx';
import { CanDrawLink } from '../ui/can-draw-link.tsx';

const DIGEST_SHOWN = 10;

export function About({ version }: { version: string }) {
  const t = useTranslations();
  const { model } = useHealth();
  return (
    <>
      <Facts>
        <Fact name={t('settings.version')}>Palimpsest {version}</Fact>
        <Fact name={t('settings.licence')}>{t('settings.licenceText')}</Fact>
        {model && (
          <>
            <Fact name={t('details.model')}>
              {model.name}, {model.numerics}{' '}
              <span title={model.digest}>({model.digest.slice(0, DIGEST_SHOWN)})</span>
            </Fact>
            <Fact name={t('settings.card')}>{t('settings.cardText')}</Fact>
          </>
        )}
      </Facts>
      <p className="text-sm">
        <CanDrawLink sessionId={null} />
      </p>
    </>
  );
}
