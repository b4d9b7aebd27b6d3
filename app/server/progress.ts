/**
 * Stage and preview events of a run on their way into the log, thinned: the first and last of each stage are kept, what
 * lies between at most a few times a second; of previews only the newest of each picture stays. Knows no socket.
 */
import { dropPreviewsBefore } from '../../db/events.ts';
import type { EngineEvent } from '../../engine/index.ts';
import { appendEvent } from './event-log.ts';
import { previewDataUrl } from './preview.ts';
import type { JobRun } from './run-job.ts';

type StageEvent = Extract<EngineEvent, { type: 'stage' }>;
type PreviewEvent = Extract<EngineEvent, { type: 'preview' }>;

const STAGE_INTERVAL_MS = 150;
const PREVIEW_INTERVAL_MS = 300;

export class Progress {
  readonly #run: JobRun;
  readonly #keptAt = new Map<string, number>();

  constructor(run: JobRun) {
    this.#run = run;
  }

  /** Stores a stage event, unless it comes too soon after the one before. */
  stage({ stage, imageIndex, done, total }: StageEvent): void {
    const isDue = this.#isDue(`${stage} ${imageIndex}`, STAGE_INTERVAL_MS);
    if (!isDue && done !== total) return;
    const { db, jobId, sessionId, node } = this.#run;
    const payload = { nodeId: node.id, stage, imageIndex, done, total };
    db.write(() => appendEvent(db, { sessionId, jobId, type: 'stage', payload }));
  }

  /** Stores a preview in place of the one before. */
  async preview({ imageIndex, png, widthPx, heightPx }: PreviewEvent): Promise<void> {
    if (!this.#isDue(`preview ${imageIndex}`, PREVIEW_INTERVAL_MS)) return;
    const dataUrl = await previewDataUrl(png);
    if (dataUrl === null) return;
    const { db, jobId, sessionId, node } = this.#run;
    const payload = { nodeId: node.id, imageIndex, dataUrl, widthPx, heightPx };
    db.write(() => {
      const { seq } = appendEvent(db, { sessionId, jobId, type: 'preview', payload });
      dropPreviewsBefore(db, jobId, imageIndex, seq);
    });
  }

  #isDue(key: string, intervalMs: number): boolean {
    const now = performance.now();
    if (now - (this.#keptAt.get(key) ?? Number.NEGATIVE_INFINITY) < intervalMs) return false;
    this.#keptAt.set(key, now);
    return true;
  }
}
