/** What can still be done with a step: other words, out of the plan, to another place, once more. Nothing where nothing can. */
import { ArrowDown, ArrowUp, Ellipsis, Paintbrush, PenLine, RotateCcw, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { DropdownMenu } from 'radix-ui';
import { lazy, Suspense, useState } from 'react';
import { isAnswerOnly, isDrawing } from '../../../studio/agent/action-kinds.ts';
import type { Plan } from '../../../studio/agent/actions.ts';
import {
  withMask,
  withoutStep,
  withStepEarlier,
  withWords,
} from '../../../studio/agent/plan/changed-plan.ts';
import { isOpen, stateOfStep, turnsOfStep } from '../../../studio/agent/plan/step-state.ts';
import type { MessageView, TurnView } from '../../../studio/protocol.ts';
import { useActions } from '../actions/actions.ts';
import { findPicture } from '../state/intent.ts';
import { MENU, MENU_ITEM } from '../ui/layers/menu.ts';
import { patiently } from '../ui/layers/patiently.ts';
import { TextDialog } from '../ui/layers/text-dialog.tsx';
import { wordsOf } from './step-words.ts';

const MaskEditor = lazy(() => patiently(() => import('../mask/mask-editor.tsx')));

interface StepMenuProps {
  message: MessageView;
  step: number;
  turns: readonly TurnView[];
  sessionId: string;
  label: string;
}

export function StepMenu({ message, step, turns, sessionId, label }: StepMenuProps) {
  const t = useTranslations();
  const { changePlan, changeJob, repeat } = useActions();
  const [isWriting, setIsWriting] = useState(false);
  const [isPainting, setIsPainting] = useState(false);
  const { id, plan } = message;
  const canChange = (at: number) =>
    plan[at] !== undefined && !isAnswerOnly(plan[at]) && isOpen(message, at, turns);
  const words = canChange(step) ? wordsOf(plan[step]!) : null;
  const masked = maskedBy(message, step, turns);
  const change = (next: Plan) => changePlan(id, next);
  const state = stateOfStep(message, step, turns);
  const [turn] = turnsOfStep(message, step, turns);
  const again =
    turn && isDrawing(plan[step]!) && (state === 'done' || state === 'failed' || state === 'stopped')
      ? () => (state === 'done' ? repeat(turn.id, {}) : turn.job && changeJob(turn.job.id, 'retry'))
      : null;
  const offered = [
    words !== null && { key: 'edit', Sign: PenLine, run: () => setIsWriting(true) },
    masked && canChange(step) && { key: 'mask', Sign: Paintbrush, run: () => setIsPainting(true) },
    canChange(step) &&
      canChange(step - 1) && {
        key: 'earlier',
        Sign: ArrowUp,
        run: () => change(withStepEarlier(plan, step)),
      },
    canChange(step) &&
      canChange(step + 1) && {
        key: 'later',
        Sign: ArrowDown,
        run: () => change(withStepEarlier(plan, step + 1)),
      },
    canChange(step) && plan.length > 1 && { key: 'out', Sign: X, run: () => change(withoutStep(plan, step)) },
    again && { key: 'again', Sign: RotateCcw, run: again },
  ].filter((each) => !!each);
  return (
    <>
      {offered.length > 0 && (
        <DropdownMenu.Root modal={false}>
          <DropdownMenu.Trigger
            aria-label={t('plan.change', { what: label })}
            title={t('plan.change', { what: label })}
            className="grid size-7 shrink-0 place-items-center rounded-lg text-soft hover:bg-wash hover:text-ink"
          >
            <Ellipsis className="size-4" aria-hidden="true" />
          </DropdownMenu.Trigger>
          <DropdownMenu.Portal>
            <DropdownMenu.Content align="end" sideOffset={6} className={`${MENU} min-w-44`}>
              {offered.map(({ key, Sign, run }) => (
                <DropdownMenu.Item key={key} className={MENU_ITEM} onSelect={run}>
                  <Sign aria-hidden="true" />
                  {t(`plan.changes.${key as 'edit' | 'mask' | 'earlier' | 'later' | 'out' | 'again'}`)}
                </DropdownMenu.Item>
              ))}
            </DropdownMenu.Content>
          </DropdownMenu.Portal>
        </DropdownMenu.Root>
      )}
      {isPainting && masked && (
        <Suspense>
          <MaskEditor
            sessionId={sessionId}
            picture={masked.picture}
            mask={masked.mask}
            onUse={({ hash }) => {
              setIsPainting(false);
              change(withMask(plan, step, hash));
            }}
            onClose={() => setIsPainting(false)}
          />
        </Suspense>
      )}
      {isWriting && words !== null && (
        <TextDialog
          title={t('plan.changes.edit')}
          label={label}
          text={words}
          action={t('details.runAgain')}
          onSave={(text) => change(withWords(plan, step, text))}
          onClose={() => setIsWriting(false)}
        />
      )}
    </>
  );
}

/** The mask of a step's turn and the picture that it lies on; null for a step without one, or whose picture is not made yet. */
function maskedBy(message: MessageView, step: number, turns: readonly TurnView[]) {
  const [turn] = turnsOfStep(message, step, turns);
  const inputOf = (role: string) => turn?.inputs.find((input) => input.role === role);
  const picture = findPicture(turns, inputOf('target')?.pictureId ?? null);
  const hash = inputOf('mask')?.hash;
  return picture && hash ? { picture, mask: { hash } } : null;
}
