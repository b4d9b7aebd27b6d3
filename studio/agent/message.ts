/** The request of a message. */
import { z } from 'zod';
import { turnSchema } from '../requests.ts';
import { planSchema } from './actions.ts';

/**
 * Body of `POST /api/sessions/:id/messages`, with an `Idempotency-Key` header or without. Answer 202 `MessageAnswer`, or 200
 * `PlanAnswer` of a dry run, which stores nothing. The text is read by our own interpreter; a plan that is sent along is carried
 * out instead, such as a choice that was tapped or a plan of a dry run that was changed. With `turn`, the turn that the text would be
 * as it stands, a text that is read as that turn is stored as it; of any other, the turn's options and model count for its steps.
 */
export const messageSchema = z.strictObject({
  text: z.string().trim().min(1),
  plan: planSchema.optional(),
  turn: turnSchema.optional(),
  dryRun: z.boolean().default(false),
});
export type Message = z.output<typeof messageSchema>;
export type MessageBody = z.input<typeof messageSchema>;

/** Body of `PATCH /api/messages/:id`: the plan as it is to be from now on. Steps that were taken stay as they are. */
export const planChangeSchema = z.strictObject({ plan: planSchema });
export type PlanChange = z.output<typeof planChangeSchema>;

/** Body of `PUT /api/looking`, and its answer: whether an edit that did not work is drawn once more by itself. */
export const lookingSchema = z.strictObject({ onceMore: z.boolean() });
export type Looking = z.output<typeof lookingSchema>;
