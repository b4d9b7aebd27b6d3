/** The rows of a conversation: turns, and messages that are more than a turn, in the order in which they came. Pure. */
import { isAnswerOnly } from '../../../studio/agent/action-kinds.ts';
import type { MessageView, TurnView } from '../../../studio/protocol.ts';

/** Which step of its message a turn carries out. */
export interface StepPlace {
  messageId: string;
  /** From 0. */
  step: number;
  /** Steps of the plan that do something. */
  count: number;
}

export type Row =
  | { key: string; turn: TurnView; place: StepPlace | null }
  | { key: string; message: MessageView; isLast: boolean };

/** The message that a turn is a step of. */
export function messageOfTurn(messages: readonly MessageView[], turnId: string): MessageView | undefined {
  return messages.find(({ outcomes }) => outcomes.some(({ turnIds = [] }) => turnIds.includes(turnId)));
}

/** Turns that have a row, with the messages between them. A message stands before its turns. */
export function rowsOf(turns: readonly TurnView[], messages: readonly MessageView[]): Row[] {
  const places = new Map(messages.flatMap(placesOf));
  const rows: Row[] = [];
  let next = 0;
  const told = (until: number) => {
    for (; next < messages.length && messages[next]!.createdAt <= until; next += 1) {
      const message = messages[next]!;
      rows.push({ key: message.id, message, isLast: false });
    }
  };
  for (const turn of turns.filter(hasRow(turns))) {
    told(turn.createdAt);
    rows.push({ key: turn.id, turn, place: places.get(turn.id) ?? null });
  }
  told(Number.POSITIVE_INFINITY);
  const last = rows.at(-1);
  if (last && 'message' in last) last.isLast = true;
  return rows;
}

function placesOf({ id, plan, outcomes }: MessageView): [string, StepPlace][] {
  const count = plan.filter((action) => !isAnswerOnly(action)).length;
  return outcomes.flatMap(({ turnIds = [] }, step) =>
    turnIds.map((turnId): [string, StepPlace] => [turnId, { messageId: id, step, count }]),
  );
}

/** Not hidden ones, nor added pictures that stand in the message that uses them. */
function hasRow(turns: readonly TurnView[]): (turn: TurnView) => boolean {
  const used = new Set(turns.flatMap(({ inputs }) => inputs.map(({ pictureId }) => pictureId)));
  return ({ state, kind, pictures }) =>
    state !== 'removed' && (kind !== 'upload' || !pictures.some(({ id }) => used.has(id)));
}
