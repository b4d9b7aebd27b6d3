/** Saves a picture as a file that carries its recipe. */
import { Download } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { PictureView } from '../../../studio/protocol.ts';
import { downloadHref } from '../api/routes.ts';
import { PLAIN_BUTTON } from '../ui/plain-button.tsx';

export function DownloadLink({ picture }: { picture: PictureView }) {
  const t = useTranslations();
  return (
    <a
      className={PLAIN_BUTTON}
      href={downloadHref(picture)}
      download
      aria-label={`${t('turn.download')} v${picture.version}`}
      title={t('turn.download')}
    >
      <Download aria-hidden="true" />
    </a>
  );
}
