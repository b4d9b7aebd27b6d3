'use client';
/** The pictures that go in with the message. Numbers are their order in the context that the model will see. */
import { LoaderCircle, X } from 'lucide-react';
import { Thumbnail } from '../picture/thumbnail.tsx';
import type { IntentInput } from '../state/intent.ts';
import { useStrings } from '../strings.ts';

interface InputChipsProps {
  inputs: IntentInput[];
  uploading: number;
  onRemove: (input: IntentInput) => void;
}

const CHIP =
  'flex h-[30px] items-center gap-1.5 rounded-full border border-line bg-card pl-[3px] text-[12px]';

export function InputChips({ inputs, uploading, onRemove }: InputChipsProps) {
  const strings = useStrings();
  return (
    <>
      {inputs.map((input, position) => {
        const name = `v${input.image.version}`;
        return (
          <li key={input.image.id + input.role} className={`${CHIP} pr-1`}>
            <span className="relative">
              <Thumbnail hash={input.image.hash} className="size-6 rounded-full" />
              {inputs.length > 1 && (
                <span className="absolute -right-1 -bottom-1 grid size-3.5 place-items-center rounded-full bg-ink font-medium font-mono text-[9px] text-panel">
                  {position + 1}
                </span>
              )}
            </span>
            <span className="pl-0.5">
              <span className="font-mono">{name}</span> {strings.roles[input.role]}
            </span>
            <button
              type="button"
              aria-label={strings.remove(name)}
              onClick={() => onRemove(input)}
              className="grid size-6 place-items-center rounded-full text-soft hover:bg-wash hover:text-ink"
            >
              <X className="size-3.5" aria-hidden="true" />
            </button>
          </li>
        );
      })}
      {uploading > 0 && (
        <li className={`${CHIP} pr-3 text-soft`}>
          <LoaderCircle className="mx-1 size-4 animate-spin" aria-hidden="true" />
          {strings.uploading}
        </li>
      )}
    </>
  );
}
