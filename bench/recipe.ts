/** The requests that are measured: one recipe, for a new picture and for an edit of a picture. */
import type { GenerationRequest } from '../engine/index.ts';

export const RECIPE = { widthPx: 256, heightPx: 256, steps: 12, guidanceScale: 2.5, seed: 7 } as const;

/** The pictures asked for. */
export const TASKS = ['text to image', 'edit, one reference'] as const;
export type Task = (typeof TASKS)[number];

const PROMPTS: Record<Task, string> = {
  'text to image': '3D style, a cat, on green hills',
  'edit, one reference': 'add a red balloon',
};

/** The request of a task; an edit takes `reference`, an encoded picture. */
export function requestOf(
  task: Task,
  reference: Uint8Array = new Uint8Array(),
): Omit<GenerationRequest, 'references'> & { references: Uint8Array[] } {
  return {
    ...RECIPE,
    prompt: PROMPTS[task],
    references: task === 'text to image' ? [] : [reference],
    count: 1,
    layout: 'separate',
  };
}
