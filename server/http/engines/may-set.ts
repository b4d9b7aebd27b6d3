/** Who may change settings of the whole studio: adding an engine makes the server load a folder, or call an address. */
import type { Context } from 'hono';
import type { SettingsFor } from '../../environment.ts';
import { isLoopback } from '../../network.ts';
import type { Shared } from '../../runtime.ts';
import type { Asking } from '../accounts/asking.ts';

/** Tells whether a request may change settings: where there are accounts, those of administrators may, from anywhere. */
export function setterOf({ access, operator }: Shared): (c: Context<Asking>) => boolean {
  return (c) =>
    access.hasAccounts
      ? c.var.caller.rights.includes('manage') && operator.settings !== 'nobody'
      : maySet(c.req.raw.headers, operator);
}

/** Headers that a proxy adds: its client may be anywhere. */
const OF_PROXIES = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/**
 * Whether a request may change settings. `local`: the server listens to this machine alone, and is asked by a name of this machine
 * without a proxy between.
 */
export function maySet(
  headers: Headers,
  { settings, host }: { settings: SettingsFor; host: string },
): boolean {
  if (settings !== 'local') return settings === 'everyone';
  const asked = headers.get('host');
  const isAskedHere = asked === null || isLoopback(new URL(`http://${asked}`).hostname);
  return isLoopback(host) && isAskedHere && !OF_PROXIES.some((name) => headers.has(name));
}
