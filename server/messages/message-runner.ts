/**
 * Goes on with messages of which steps are left: those that a server before this one did not finish, and those that wait for a picture
 * which an earlier step is making. Knows no request.
 */
import { messagesWithStepsLeft } from '../../db/messages.ts';
import { isUnfinished } from '../../studio/agent/action-kinds.ts';
import type { Runtime } from '../runtime.ts';
import { engineOfTurn } from '../turns/turn-engine.ts';
import { carryOut } from './carry-out.ts';
import { inLine } from './line.ts';

/** Events after which a step that waited may be taken. */
const ENDS = new Set(['job.done', 'job.failed', 'job.cancelled']);

export class MessageRunner {
  readonly #parts: Runtime;
  readonly #stopListening: () => void;
  readonly #stopWatching: () => void;
  #going: Promise<void> | undefined;
  #isAsked = false;
  #isStopped = false;

  /** Goes on with what is left, now, whenever a job ends, and when an engine is there. */
  constructor(parts: Runtime) {
    this.#parts = parts;
    this.#stopListening = parts.db.onEvents((events) => {
      if (events.some(({ type }) => ENDS.has(type))) this.#wake();
    });
    this.#stopWatching = parts.engines.onState(() => this.#wake());
    this.#wake();
  }

  /** Takes no further step; waits for the one under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopListening();
    this.#stopWatching();
    await this.#going;
  }

  #wake(): void {
    this.#isAsked = true;
    if (this.#isStopped) return;
    this.#going ??= this.#goOn().finally(() => {
      this.#going = undefined;
      if (this.#isAsked) this.#wake();
    });
  }

  async #goOn(): Promise<void> {
    // After the commit whose listeners woke this: a write cannot stand inside of another.
    await new Promise(setImmediate);
    this.#isAsked = false;
    if (this.#isStopped) return;
    for (const { id, owner, sessionId, settings } of messagesWithStepsLeft(this.#parts.db).filter(
      isUnfinished,
    )) {
      const parts = { ...this.#parts, owner };
      try {
        // Until its engine is there a step would be refused.
        if (this.#isDrawable(sessionId, settings.model))
          await inLine(sessionId, async () => this.#isStopped || carryOut(parts, id));
      } catch (error) {
        parts.log.error({ err: error, message: id }, 'the steps of a message could not be taken');
      }
    }
  }

  #isDrawable(sessionId: string, model: string | undefined): boolean {
    const { engines } = this.#parts;
    const named = model === undefined ? undefined : engines.named(model);
    const engine = named ?? engineOfTurn(this.#parts, sessionId, undefined);
    engines.start(engine);
    return engines.infoOf(engine) !== undefined;
  }
}
