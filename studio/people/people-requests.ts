/** The bodies and queries of the routes about people, as zod schemas. Knows no answer. */
import { z } from 'zod';
import { type Limits, MIN_PASSWORD, RIGHTS, ROLES } from './people.ts';

const password = z.string().min(MIN_PASSWORD).max(128);
const email = z.email().max(200).toLowerCase();
const name = z.string().trim().min(1).max(100);

/** Body of `POST /api/account/first`: the first administrator, by the link that the server printed. */
export const firstAdminSchema = z.strictObject({ token: z.string(), name, email, password });

/** Body of `POST /api/account/password`: by a one-time link that an administrator made. */
export const linkedPasswordSchema = z.strictObject({ token: z.string(), password });

/** Body of `POST /api/account/keys`. */
export const newKeySchema = z.strictObject({
  name,
  scopes: z.array(z.enum(RIGHTS)).min(1).default(['read', 'draw']),
});

/** Body of `POST /api/admin/people`. */
export const newPersonSchema = z.strictObject({ name, email, role: z.enum(ROLES).default('member') });

/** Body of `PATCH /api/admin/people/:id`. */
export const personChangeSchema = z.strictObject({
  role: z.enum(ROLES).optional(),
  blocked: z.boolean().optional(),
});

/** Query of `GET /api/admin/audit`: rows before one. */
export const auditQuery = z.strictObject({ before: z.coerce.number().int().positive().optional() });

const most = z.int().nonnegative().nullable();

/** Body of `PUT /api/admin/limits`. */
export const limitsSchema: z.ZodType<Limits> = z.strictObject({
  requestsPerMinute: most,
  waitingJobs: most,
  jobSeconds: most,
  daySeconds: most,
  diskMegabytes: most,
});
