/** Whoever asks, of all ways to tell who that is. A studio of one person on its own machine asks nobody. */
import type { IncomingMessage } from 'node:http';
import { RIGHTS } from '../../studio/people/people.ts';
import type { Caller } from './caller.ts';

export interface Access {
  /** Whether there are accounts. */
  readonly hasAccounts: boolean;
  /** Who sends a request; undefined: nobody that is known here. */
  callerOf(request: IncomingMessage): Promise<Caller | undefined>;
}

/** Access without accounts: everyone is the one owner. */
export function openTo(owner: string): Access {
  const caller: Caller = { owner, rights: RIGHTS, by: 'local' };
  return { hasAccounts: false, callerOf: async () => caller };
}
