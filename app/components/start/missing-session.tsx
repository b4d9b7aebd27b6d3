'use client';
import { PlainButton } from '../shell/plain-button.tsx';
/** A session that is not there, or did not open: says so and offers the next step. */
import { useStrings } from '../strings.ts';

interface MissingSessionProps {
  missing: boolean;
  onRetry: () => void;
  onNew: () => void;
}

export function MissingSession({ missing, onRetry, onNew }: MissingSessionProps) {
  const strings = useStrings();
  return (
    <section aria-label={strings.conversation} className="grid place-items-center p-6">
      <div className="max-w-sm text-center">
        <div className="ruled mx-auto mb-5 h-24 w-20 rounded-[8px] border border-edge" aria-hidden="true" />
        <h2 className="font-bold font-serif text-xl">
          {missing ? strings.missingTitle : strings.openFailed}
        </h2>
        <p className="mt-2 mb-5 text-soft">{missing ? strings.missingHint : strings.offlineBanner}</p>
        <PlainButton onClick={missing ? onNew : onRetry}>
          {missing ? strings.beginAnother : strings.retry}
        </PlainButton>
      </div>
    </section>
  );
}
