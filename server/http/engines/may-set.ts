/** Who may change settings of the whole studio: adding an engine makes the server load a folder, or call an address. */
import type { SettingsFor } from '../../environment.ts';
import { isLoopback } from '../../network.ts';

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
