/** Says to which part of the picture the words keep an edit; a tap opens that mask to be painted on. */
import { Paintbrush } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { Region } from '../../../../studio/agent/actions.ts';

export function RegionChip({ region, onClick }: { region: Region; onClick: () => void }) {
  const t = useTranslations();
  return (
    <li>
      <button
        type="button"
        title={t('composer.maskEdit')}
        onClick={onClick}
        className="flex h-[30px] items-center gap-1.5 rounded-full border border-line bg-card px-2.5 text-xs hover:bg-wash"
      >
        <Paintbrush className="size-3.5 text-accent" aria-hidden="true" />
        {t(`plan.regions.${region}`)}
      </button>
    </li>
  );
}
