'use client';
/** The shape of a turn while the session is being opened. */
import { useStrings } from '../strings.ts';

export function LoadingTurn() {
  const strings = useStrings();
  return (
    <div className="flex animate-appear flex-col gap-4 [animation-delay:150ms]">
      <span className="sr-only">{strings.loading}</span>
      <div className="h-11 w-56 self-end rounded-[16px] rounded-br-[5px] bg-wash" />
      <div className="ruled aspect-square w-full max-w-[21rem] rounded-[14px] border border-line" />
    </div>
  );
}
