/** The message of a turn: its words, and above them its input pictures, in context order. */
import { useTranslations } from 'next-intl';
import type { TurnView } from '../../../studio/protocol.ts';
import { Thumbnail } from '../picture/thumbnail.tsx';
import { findPicture } from '../state/intent.ts';

interface MessageProps {
  prompt: string;
  inputs: TurnView['inputs'];
  turns: TurnView[];
}

export function Message({ prompt, inputs, turns }: MessageProps) {
  return (
    <div className="max-w-[min(36rem,88%)] self-end rounded-3xl rounded-br-sm bg-wash px-4 py-2.5">
      {inputs.length > 0 && (
        <ul className="mt-0.5 mb-2 flex flex-wrap gap-1.5">
          {inputs.map((input) => (
            <InputMark key={input.position} input={input} turns={turns} />
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
}

function InputMark({ input, turns }: InputMarkProps) {
  const t = useTranslations();
  const picture = findPicture(turns, input.pictureId);
  return (
    <li className="flex items-center gap-1.5 rounded-full border border-line bg-card py-[3px] pr-2.5 pl-[3px] text-xs">
      <Thumbnail hash={input.hash} className="size-6 rounded-full" />
      <span>
        {picture && <span className="font-mono">v{picture.version}</span>}
        {input.hash === '' && t('composer.inTheMaking')}
        {(picture || input.hash === '') && ' · '}
        {t(`details.roles.${input.role}`)}
      </span>
    </li>
  );
}
