/** A button that shows a seed and copies it. */
import { Check, Copy } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { copyText } from '../ui/clipboard.ts';

export function CopySeed({ seed, labelled = true }: { seed: number; labelled?: boolean }) {
  const t = useTranslations();
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [copied]);

  const Sign = copied ? Check : Copy;
  return (
    <button
      type="button"
      onClick={() => copyText(String(seed)).then(() => setCopied(true))}
      aria-label={`${t('turn.copySeed')}: ${seed}`}
      title={copied ? t('shell.copied') : `${t('turn.copySeed')}: ${seed}`}
      className="inline-flex min-w-0 max-w-full items-center gap-1 rounded-sm px-0.5 hover:bg-wash"
    >
      {labelled && t('options.seed').toLowerCase()} <span className="truncate font-mono text-xs">{seed}</span>
      <Sign className={`size-3 shrink-0 ${copied ? 'text-good' : 'text-soft'}`} aria-hidden="true" />
    </button>
  );
}
