/** Entries of a picture's menu by which it leaves in another format, with all pictures of its message, or as it came. */
import { Download, Files } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { DropdownMenu } from 'radix-ui';
import type { PictureView, TurnView } from '../../../studio/protocol.ts';
import { downloadHref, originalHref, zipHref } from '../api/routes.ts';
import { MENU_ITEM } from '../ui/layers/menu.ts';

export function SaveItems({ turn, picture }: { turn: TurnView; picture: PictureView }) {
  const t = useTranslations();
  const count = turn.pictures.length;
  return (
    <>
      {(['jpeg', 'webp'] as const).map((format) => (
        <DropdownMenu.Item key={format} className={MENU_ITEM} asChild>
          <a href={downloadHref(picture, format)} download>
            <Download aria-hidden="true" />
            {t('turn.saveAs', { format: format === 'jpeg' ? 'JPEG' : 'WebP' })}
          </a>
        </DropdownMenu.Item>
      ))}
      {picture.originalHash && (
        <DropdownMenu.Item className={MENU_ITEM} asChild>
          <a href={originalHref(picture)} download>
            <Download aria-hidden="true" />
            {t('turn.saveOriginal')}
          </a>
        </DropdownMenu.Item>
      )}
      {count > 1 && (
        <DropdownMenu.Item className={MENU_ITEM} asChild>
          <a href={zipHref({ turnId: turn.id })} download>
            <Files aria-hidden="true" />
            {t('turn.saveAll', { count })}
          </a>
        </DropdownMenu.Item>
      )}
    </>
  );
}
