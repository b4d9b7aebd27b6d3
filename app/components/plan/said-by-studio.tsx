/** What the studio answered or asked back: its words, pictures to go to, and choices of which one tap is the answer. */
import { useTranslations } from 'next-intl';
import type { Action } from '../../../studio/agent/actions.ts';
import type { PictureView, SaidWords, TurnView } from '../../../studio/protocol.ts';
import { useActions } from '../actions/actions.ts';
import { Thumbnail } from '../picture/thumbnail.tsx';
import { allPictures } from '../state/intent.ts';
import { PlainButton } from '../ui/plain-button.tsx';

interface SaidByStudioProps {
  action: Action | undefined;
  words: SaidWords;
  turns: readonly TurnView[];
  /** Nothing was said since: the choices still mean what stands on them. */
  canChoose: boolean;
}

export function SaidByStudio({ action, words, turns, canChoose }: SaidByStudioProps) {
  const t = useTranslations();
  const { say, select } = useActions();
  const pictureOf = (version: number | undefined) =>
    allPictures(turns).find((picture) => picture.version === version);
  const shown =
    action?.type === 'answer' ? (action.pictures ?? []).flatMap((each) => pictureOf(each) ?? []) : [];
  const choices = action?.type === 'ask' ? action.choices : [];
  return (
    <section
      aria-label={action?.type === 'ask' ? t('plan.question') : t('plan.answer')}
      className="flex max-w-[min(36rem,92%)] flex-col gap-2.5 self-start rounded-3xl rounded-bl-sm border border-line bg-card px-4 py-2.5"
    >
      <p dir="auto" className="wrap-anywhere text-md leading-relaxed">
        {words.text}
      </p>
      {shown.length > 0 && (
        <ul className="flex flex-wrap gap-2">
          {shown.map((picture) => (
            <li key={picture.id}>
              <PictureButton picture={picture} onClick={() => select(picture.id)} />
            </li>
          ))}
        </ul>
      )}
      {choices.length > 0 && (
        <ul className="flex flex-wrap gap-1.5">
          {choices.map(({ picture, plan }, place) => {
            const text = words.choices[place] ?? '';
            const seen = pictureOf(picture);
            return (
              <li key={`${text}${JSON.stringify(plan)}`}>
                <PlainButton
                  disabled={!canChoose}
                  className={`h-auto min-h-9 max-w-full py-1 text-left ${seen ? 'pl-1' : ''}`}
                  onClick={() => say(text, plan)}
                >
                  {seen && <Thumbnail hash={seen.hash} className="size-9 rounded-md" />}
                  <span className="wrap-anywhere min-w-0">{text}</span>
                </PlainButton>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

function PictureButton({ picture, onClick }: { picture: PictureView; onClick: () => void }) {
  const t = useTranslations();
  const version = `v${picture.version}`;
  return (
    <button
      type="button"
      aria-label={t('plan.showPicture', { version })}
      title={t('plan.showPicture', { version })}
      onClick={onClick}
      className="flex flex-col items-center gap-0.5 rounded-lg p-1 font-mono text-xs transition-colors hover:bg-wash"
    >
      <Thumbnail hash={picture.hash} className="size-16 rounded-md" />
      {version}
    </button>
  );
}
