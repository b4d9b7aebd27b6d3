/** The request of a message. */
import { z } from 'zod';
import { planSchema } from './actions.ts';

/**
 * Body of `POST /api/sessions/:id/messages`, with an `Idempotency-Key` header or without. Answer 202 `MessageAnswer`, or 200
 * `PlanAnswer` of a dry run, which stores nothing. The text is read by our own interpreter; a plan that is sent along is carried
 * out instead, such as a choice that was tapped or a plan of a dry run that was changed.
 */
export const messageSchema = z.strictObject({
  text: z.string().trim().min(1),
  plan: planSchema.optional(),
  dryRun: z.boolean().default(false),
});
export type Message = z.output<typeof messageSchema>;
