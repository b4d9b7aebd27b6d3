/**
 * Stage and preview events of a run on their way into the log, thinned: the first and last of each stage are kept, what
 * lies between at most a few times a second; of previews only the newest of each picture stays. Knows no socket.
 */
import { dropPreviewsBefore } from '../../db/events.ts';
import type { EngineEvent } from '../../engine/index.ts';
import { expectedMs, type RunSize, type Units, unitsOf } from '../../studio/expected-time.ts';
import type { Eta } from '../../studio/protocol.ts';
import { STAGES } from '../../studio/vocabulary.ts';
import { appendEvent } from '../log/event-log.ts';
import { interval, type RunTimes } from './eta.ts';
import type { JobRun } from './job-run.ts';
import { type PreviewEvent, previewDataUrl } from './preview.ts';
import { runSizeOf } from './queue-view.ts';
import { runTimes } from './run-times.ts';

type StageEvent = Extract<EngineEvent, { type: 'stage' }>;

const STAGE_INTERVAL_MS = 150;
const PREVIEW_INTERVAL_MS = 200;

export class Progress {
  readonly #run: JobRun;
  readonly #keptAt = new Map<string, number>();
  readonly #size: RunSize;
  readonly #times: RunTimes | null;
  /** Units done of each stage, over all pictures. */
  readonly #done: Units = { encode: 0, prior: 0, denoise: 0, vae: 0 };
  readonly #seen = new Map<string, number>();

  constructor(run: JobRun) {
    this.#run = run;
    this.#size = runSizeOf(run.db, run.turn);
    this.#times = runTimes(run.db, this.#size);
  }

  /** Stores a stage event, unless it comes too soon after the one before. */
  stage({ stage, pictureIndex, done, total }: StageEvent): void {
    this.#count(stage, pictureIndex, done);
    const isDue = this.#isDue(`${stage} ${pictureIndex}`, STAGE_INTERVAL_MS);
    if (!isDue && done !== total) return;
    const { db, jobId, sessionId, turn } = this.#run;
    const payload = { turnId: turn.id, stage, pictureIndex, done, total, eta: this.#left(stage) };
    db.write(() => appendEvent(db, { sessionId, jobId, type: 'stage', payload }));
  }

  /** Stores a preview in place of the one before, unless it comes too soon after one of the same stage. */
  async preview(event: PreviewEvent): Promise<void> {
    const { stage, pictureIndex, widthPx, heightPx } = event;
    if (!this.#isDue(`preview ${stage} ${pictureIndex}`, PREVIEW_INTERVAL_MS)) return;
    const dataUrl = await previewDataUrl(event);
    if (dataUrl === null) return;
    const { db, jobId, sessionId, turn } = this.#run;
    const payload = { turnId: turn.id, pictureIndex, dataUrl, widthPx, heightPx };
    db.write(() => {
      const { seq } = appendEvent(db, { sessionId, jobId, type: 'preview', payload });
      dropPreviewsBefore(db, jobId, pictureIndex, seq);
    });
  }

  #count(stage: StageEvent['stage'], pictureIndex: number, done: number): void {
    const key = `${stage} ${pictureIndex}`;
    this.#done[stage] += Math.max(0, done - (this.#seen.get(key) ?? 0));
    this.#seen.set(key, done);
  }

  /** The time that the units take which are still to come; null until runs like this one were measured. */
  #left(stage: StageEvent['stage']): Eta | null {
    if (!this.#times) return null;
    const units = unitsOf(this.#size);
    const left = { ...units };
    for (const each of STAGES) left[each] = Math.max(0, units[each] - this.#done[each]);
    // Stages come in order: with one picture, what lies before this one is done, whatever was counted of it.
    if (this.#size.pictures === 1) for (const each of STAGES.slice(0, STAGES.indexOf(stage))) left[each] = 0;
    return interval(expectedMs(this.#times, left), this.#times.ratios);
  }

  #isDue(key: string, intervalMs: number): boolean {
    const now = performance.now();
    if (now - (this.#keptAt.get(key) ?? Number.NEGATIVE_INFINITY) < intervalMs) return false;
    this.#keptAt.set(key, now);
    return true;
  }
}
