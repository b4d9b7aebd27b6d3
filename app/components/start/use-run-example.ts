/**
 * Runs an example at a click: its first pictures are asked for, then the turn that goes on from them. All of it is put
 * into the queue at once; the last turn waits there for the pictures that it names.
 */
import { useTranslations } from 'next-intl';
import { useCallback, useState } from 'react';
import type { InputRole, TurnBody, TurnMode, TurnView } from '../../../studio/protocol.ts';
import { errorText } from '../actions/error-text.ts';
import type { Sender } from '../actions/use-sender.ts';
import { randomKey } from '../api/random-key.ts';
import { ApiError, postTurn } from '../api/routes.ts';
import type { OpenSession } from '../api/use-open-session.ts';
import type { Example } from './examples.ts';

const ROLES: Record<Exclude<TurnMode, 'new'>, InputRole> = {
  edit: 'target',
  style: 'style',
  identity: 'reference',
  combine: 'reference',
};

export interface RunExample {
  /** An example is on its way to the server. */
  isRunning: boolean;
  runExample: (example: Example) => Promise<void>;
}

export function useRunExample({ add }: OpenSession, { ensureSession, setError }: Sender): RunExample {
  const t = useTranslations();
  const [isRunning, setIsRunning] = useState(false);

  const runExample = useCallback(
    async ({ mode, bases, prompt }: Example) => {
      setIsRunning(true);
      setError(null);
      let sessionId: string | null = null;
      try {
        const id = await ensureSession();
        sessionId = id;
        const ask = async (body: TurnBody): Promise<TurnView> => {
          const turn = await postTurn(id, body, randomKey());
          add(id, turn);
          return turn;
        };
        const inputs: NonNullable<TurnBody['inputs']> = [];
        for (const base of bases) {
          const { id: turnId } = await ask({ prompt: base, mode: 'new' });
          if (mode !== 'new') inputs.push({ turnId, index: 0, role: ROLES[mode] });
        }
        await ask({ prompt, mode, inputs });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        setError({ sessionId, message: errorText(t, error), field: error.field });
      } finally {
        setIsRunning(false);
      }
    },
    [add, ensureSession, setError, t],
  );

  return { isRunning, runExample };
}
