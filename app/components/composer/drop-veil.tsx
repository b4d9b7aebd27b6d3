/** While files are dragged over the page all of it takes them, and says so: a frame, and what letting go does. */
import { ImagePlus } from 'lucide-react';
import { useTranslations } from 'next-intl';

export function DropVeil() {
  const t = useTranslations();
  return (
    <div className="pointer-events-none fixed inset-0 z-float grid animate-appear place-items-center bg-page/70 p-3">
      <div className="absolute inset-3 rounded-4xl border-2 border-accent border-dashed" />
      <p className="flex items-center gap-2.5 rounded-2xl bg-card px-5 py-3 font-medium text-lg shadow-float">
        <ImagePlus className="size-5 text-accent" aria-hidden="true" />
        {t('composer.dropHere')}
      </p>
    </div>
  );
}
