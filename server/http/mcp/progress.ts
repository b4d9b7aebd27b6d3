/** How far the pictures of a call are, told to a client that asked for it. */
import type { SessionEvent } from '../../../studio/protocol.ts';
import type { Stage } from '../../../studio/vocabulary.ts';
import type { Extra } from './tool.ts';

const SAYS: Record<Stage, string> = {
  encode: 'Reading pictures',
  prior: 'Laying out',
  denoise: 'Painting',
  vae: 'Making pixels',
};

/** Sends a client how far its turn is, where it asked for progress. */
export function progressSender({
  _meta,
  sendNotification,
}: Extra): (event: SessionEvent) => Promise<void> | void {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return () => {};
  let progress = 0;
  return ({ type, payload }) => {
    const message =
      type === 'stage'
        ? `${SAYS[payload.stage]}, ${payload.done} of ${payload.total}`
        : type === 'job.queued' || type === 'job.position'
          ? `Waiting, ${payload.position} ahead`
          : undefined;
    if (message === undefined) return;
    progress += 1;
    return sendNotification({
      method: 'notifications/progress',
      params: { progressToken, progress, message },
    });
  };
}
