/**
 * How an engine is configured: one entry of `engines.json`, or of the environment. A checkpoint of this machine by its folder, or a
 * server elsewhere by its addresses. Knows no running engine.
 */
import { z } from 'zod';
import { PRECISIONS, REMOTE_KINDS } from '../../engine/index.ts';

export const DEVICES = ['auto', 'cpu', 'webgpu', 'cuda'] as const;

const NAME = 'Expected a name of up to 64 letters, digits, dots, dashes or underscores, such as glm-image';
const name = z.string(NAME).regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u, NAME);
const ADDRESS =
  'Expected an address with http:// or https://, without a name, a password, ? or #, such as http://127.0.0.1:3001/v1';
const address = z.string(ADDRESS).regex(/^https?:\/\/[^\s#@?/]+(\/[^\s#@?]*)?$/, ADDRESS);
const VARIABLE = 'Expected the name of an environment variable, such as PALIMPSEST_ENGINE_KEY';

const embedded = z.strictObject({
  name,
  kind: z.literal('embedded'),
  /** Checkpoint folder, as seen from where the server is started. */
  folder: z.string().min(1),
  device: z.enum(DEVICES).optional(),
  precision: z.enum(PRECISIONS).optional(),
});

const elsewhere = z.strictObject({
  name,
  kind: z.enum(REMOTE_KINDS as [string, ...string[]]),
  addresses: z.array(address, 'Expected a list of addresses').min(1),
  /** The model to draw with, where the server has several. */
  model: z.string().min(1).optional(),
  /** Pictures under way at each address at the same time. Default: 1. */
  atOnce: z.int().min(1).max(64).optional(),
  /** Fields that go with every picture, such as `quality`. */
  fields: z.record(z.string(), z.unknown()).optional(),
  /** Files, each a graph of ComfyUI. */
  graphs: z.array(z.string().min(1)).min(1).optional(),
  /** The environment variable that has the key. */
  keyEnv: z
    .string(VARIABLE)
    .regex(/^[A-Za-z_]\w*$/, VARIABLE)
    .optional(),
  /** A file that has the key, readable by its owner alone. */
  keyFile: z.string().min(1).optional(),
});

export const engineEntry = z.discriminatedUnion('kind', [embedded, elsewhere]);
export type EngineEntry = z.output<typeof engineEntry>;
export type EmbeddedEntry = z.output<typeof embedded>;
export type RemoteEntry = z.output<typeof elsewhere>;

export const isEmbedded = (entry: EngineEntry): entry is EmbeddedEntry => entry.kind === 'embedded';

/** Content of `engines.json`: the engines, and the one that draws where none is named (default: the first). */
export const enginesFile = z
  .strictObject({ default: z.string().optional(), engines: z.array(engineEntry).min(1) })
  .superRefine(({ default: chosen, engines }, context) => {
    const names = engines.map((entry) => entry.name);
    const double = names.findIndex((each, at) => names.indexOf(each) < at);
    if (double >= 0)
      context.addIssue({
        code: 'custom',
        path: ['engines', double, 'name'],
        message: `there are two engines of the name ${names[double]}`,
      });
    if (chosen !== undefined && !names.includes(chosen))
      context.addIssue({
        code: 'custom',
        path: ['default'],
        message: `there is no engine of the name ${chosen}; there are ${names.join(', ')}`,
      });
  });
export type EnginesFile = z.output<typeof enginesFile>;

/** How many jobs an engine draws at the same time: one, or elsewhere one for each picture that its servers draw at once. */
export const jobsAtOnce = (entry: EngineEntry): number =>
  isEmbedded(entry) ? 1 : entry.addresses.length * (entry.atOnce ?? 1);

/** Body of `POST /api/engines`. Files that the server would read are named in `engines.json` alone. */
export const newEngineSchema = z.discriminatedUnion('kind', [
  embedded,
  elsewhere.omit({ keyFile: true, graphs: true }),
]);
