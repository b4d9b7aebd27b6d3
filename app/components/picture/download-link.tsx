/** Saves a picture as a file that carries its recipe. */
import { Download } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { PictureView } from '../../../studio/protocol.ts';
import { downloadHref } from '../api/routes.ts';
import { PLAIN_BUTTON } from '../ui/plain-button.tsx';

export function DownloadLink({ picture: { hash, version } }: { picture: PictureView }) {
  const t = useTranslations();
  const name = `palimpsest-v${version}.png`;
  return (
    <a
      className={PLAIN_BUTTON}
      href={downloadHref(hash, name)}
      download={name}
      aria-label={`${t('turn.download')} v${version}`}
      title={t('turn.download')}
    >
      <Download aria-hidden="true" />
    </a>
  );
}
