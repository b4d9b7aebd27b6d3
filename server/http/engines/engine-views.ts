/** Engines as the settings page and the model menu see them. No key is in them. Reads only. */
import { countJobsOfEngine } from '../../../db/jobs.ts';
import { REMOTE_KINDS } from '../../../engine/index.ts';
import type { EngineList, EngineSource, EngineView } from '../../../studio/protocol.ts';
import { type EngineEntry, isEmbedded } from '../../engines/engine-entry.ts';
import { meanPictureMs } from '../../queue/run-times.ts';
import type { Shared } from '../../runtime.ts';

/** Its graphs are files of the server, which the page does not name. */
const NEEDS_FILES = 'comfyui';

export function engineList(runtime: Shared, mayChange: boolean): EngineList {
  const engines = runtime.engines.entries.map((entry) => engineView(runtime, entry, mayChange));
  return { engines, mayChange, kinds: REMOTE_KINDS.filter((kind) => kind !== NEEDS_FILES) };
}

export function engineView({ db, engines }: Shared, entry: EngineEntry, mayChange: boolean): EngineView {
  const { name, kind } = entry;
  const running = engines.running(name);
  const model = engines.infoOf(name) ?? null;
  return {
    ...{ name, kind, model },
    standing: engines.standingOf(name),
    reason: running?.error?.message ?? null,
    isDefault: name === engines.default,
    residentBytes: running?.residentBytes ?? null,
    meanPictureMs: model && meanPictureMs(db, model),
    jobs: countJobsOfEngine(db, name),
    source: mayChange ? sourceOf(entry) : null,
  };
}

function sourceOf(entry: EngineEntry): EngineSource {
  if (isEmbedded(entry)) return { folder: entry.folder };
  const { addresses, model, keyEnv } = entry;
  return { addresses, model, keyEnv };
}
