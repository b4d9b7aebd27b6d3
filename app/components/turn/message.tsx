/** The message of a turn: its words, and above them its input pictures, in context order. */
import { useTranslations } from 'next-intl';
import type { TurnView } from '../../../studio/protocol.ts';
import { useActions } from '../actions/actions.ts';
import { Thumbnail } from '../picture/thumbnail.tsx';
import { findPicture } from '../state/intent.ts';

interface MessageProps {
  prompt: string;
  inputs: TurnView['inputs'];
  turns: TurnView[];
}

export function Message({ prompt, inputs, turns }: MessageProps) {
  const several = inputs.filter(({ role }) => role !== 'mask').length > 1;
  return (
    <div className="max-w-[min(36rem,88%)] self-end rounded-3xl rounded-br-sm bg-wash px-4 py-2.5">
      {inputs.length > 0 && (
        <ul className="mt-0.5 mb-2 flex flex-wrap gap-1.5">
          {inputs.map((input) => (
            <InputMark
              key={input.position}
              input={input}
              turns={turns}
              number={several && input.role !== 'mask' ? input.position + 1 : null}
            />
          ))}
        </ul>
      )}
      <p dir="auto" className="wrap-anywhere whitespace-pre-wrap text-md leading-relaxed">
        {prompt}
      </p>
    </div>
  );
}

interface InputMarkProps {
  input: TurnView['inputs'][number];
  turns: TurnView[];
  number: number | null;
}

/** Its number is the one that the words call it by, `image 2`, where there are several; a tap looks at the picture. */
function InputMark({ input, turns, number }: InputMarkProps) {
  const t = useTranslations();
  const { view } = useActions();
  const picture = findPicture(turns, input.pictureId);
  return (
    <li>
      <button
        type="button"
        disabled={picture === null}
        title={picture ? t('turn.enlarge', { version: `v${picture.version}` }) : undefined}
        onClick={() => picture && view(picture.id)}
        className="flex items-center gap-1.5 rounded-full border border-line bg-card py-[3px] pr-2.5 pl-[3px] text-xs enabled:hover:border-edge disabled:cursor-default"
      >
        <span className="relative shrink-0">
          <Thumbnail hash={input.hash} className="size-6 rounded-full" />
          {number !== null && (
            <span className="absolute -right-1 -bottom-1 grid size-3.5 place-items-center rounded-full bg-ink font-medium font-mono text-3xs text-panel">
              {number}
            </span>
          )}
        </span>
        <span>
          {picture && <span className="font-mono">v{picture.version}</span>}
          {input.hash === '' && t('composer.inTheMaking')}
          {(picture || input.hash === '') && ' · '}
          {t(`details.roles.${input.role}`)}
        </span>
      </button>
    </li>
  );
}
