/**
 * The actions of a plan as tools of a language model: each call is checked by the schema of its action and by what is there, then
 * noted; nothing is done by a call. What cannot be noted is answered with the reason, so that the model can mend it.
 */
import type { ToolSet } from 'ai';
import { z } from 'zod';
import { isDrawing } from '../../studio/agent/action-kinds.ts';
import {
  type Action,
  type ActionType,
  actionSchema,
  CALLABLE,
  type Choice,
  type Plan,
} from '../../studio/agent/actions.ts';
import { problemOf } from '../../studio/agent/check-step.ts';
import { interpret } from '../../studio/agent/interpreter.ts';
import type { RefusedCall } from '../../studio/agent/message-reading.ts';
import type { MessageContext } from '../../studio/agent/seen-session.ts';
import { optionsSchema } from '../../studio/requests.ts';

/** What stands beside each action in the list of tools. */
const SAYS: Record<Exclude<ActionType, 'answer' | 'ask'>, string> = {
  new: 'Draw a new picture from words. With references, pictures to look at.',
  edit: 'Change a picture by one instruction (default target: the current picture), with a region or a thing in it (only) nowhere else. Several changes are several calls, in order.',
  style: 'Draw in the style of other pictures; with a target that picture is changed.',
  identity: 'Draw who or what is in the references in a new scene.',
  combine: 'Draw the subjects of two or more pictures in one.',
  vary: 'Draw more pictures from the same words as a version, under other seeds.',
  repeat: 'Draw a version once more with other settings.',
  'same-layout': 'Draw a version once more with its layout and other settings.',
  undo: 'Take back what was done last.',
  redo: 'Do again what was taken back.',
  'go-to': 'Make a version the current picture.',
  branch: 'Go on from an earlier version a second way.',
  'leave-out': 'Leave an earlier edit out; later edits are made again.',
  'take-in': 'Take an edit in again that was left out.',
  move: 'Put an edit right after another version.',
  reword: 'Give an earlier edit other words; later edits are made again.',
  'apply-as-one': 'Make all edits since a version as one edit.',
  rename: 'Give the session another title.',
  stop: 'End what is being drawn now.',
  compare: 'Show two versions side by side.',
  search: 'Show where words occur in all sessions.',
  export: 'Give the user a file: the whole session, or one picture.',
};

/** The settings that messages name. */
const settings = optionsSchema.pick({
  ...{ widthPx: true, heightPx: true, seed: true, steps: true, guidanceScale: true, count: true },
  quality: true,
});

const pointing = z.strictObject({ versions: z.array(z.int().positive()).min(1).max(12) });
const asking = z.strictObject({
  question: z.string().trim().min(1).max(400),
  choices: z
    .array(
      z.strictObject({
        label: z.string().trim().min(1).max(80),
        /** What the user would say for this choice. */
        message: z.string().trim().min(1).max(400),
      }),
    )
    .max(6),
});

/** What a language model has asked for so far. */
export interface Notebook {
  steps: Action[];
  /** Versions that its words are about. */
  pointed: number[];
  refused: RefusedCall[];
}

/** The tools, and where their calls are noted. */
export function toolsOf(context: MessageContext): { tools: ToolSet; notebook: Notebook } {
  const notebook: Notebook = { steps: [], pointed: [], refused: [] };
  const actions = CALLABLE.map((schema) => {
    const type = schema.shape.type.value;
    const whole = schema as z.ZodObject;
    // A painted mask is a hash, which it cannot know.
    const input = whole.omit({ type: true, ...('mask' in whole.shape && { mask: true }) });
    return [
      type,
      {
        description: SAYS[type],
        inputSchema: 'options' in input.shape ? withSettings(input) : input,
        execute: (asked: object) => note(notebook, context, type, { type, ...asked }),
      },
    ];
  });
  return {
    notebook,
    tools: {
      ...Object.fromEntries(actions),
      'point-at': {
        description: 'Show versions that your words are about, for the user to click.',
        inputSchema: pointing,
        execute: ({ versions }: z.output<typeof pointing>) => {
          const there = versions.filter((each) =>
            context.session.versions.some((seen) => seen.version === each),
          );
          notebook.pointed = [...new Set([...notebook.pointed, ...there])];
          return { shown: there };
        },
      },
      'ask-back': {
        description:
          'Ask the user where the message can mean several things. Each choice has a short label and the message that it stands for.',
        inputSchema: asking,
        execute: ({ question, choices }: z.output<typeof asking>) =>
          note(notebook, context, 'ask', {
            type: 'ask',
            kind: 'said',
            params: { words: question },
            choices: choices.map((choice) => choiceOf(choice, context)),
          }),
      },
    } satisfies ToolSet as ToolSet,
  };
}

/** Its settings are those that messages name; whether it must have some stays as it is. */
function withSettings(input: z.ZodObject): z.ZodObject {
  const isOptional = input.shape.options!.safeParse(undefined).success;
  return input.extend({ options: isOptional ? settings.optional() : settings });
}

function note(notebook: Notebook, context: MessageContext, action: string, asked: unknown): object {
  const refuse = (code: string, why: string) => {
    notebook.refused.push({ action, code });
    return { refused: why };
  };
  const { data: step, error } = actionSchema.safeParse(asked);
  if (!step) return refuse('bad_input', z.prettifyError(error));
  const same = notebook.steps.findIndex((each) => JSON.stringify(each) === JSON.stringify(step));
  if (same >= 0) return refuse('twice', `This is step ${same + 1} already.`);
  const problem = problemOf(step, notebook.steps, context.session);
  if (problem) return refuse(problem.code, `${problem.code} ${JSON.stringify(problem.params ?? {})}`);
  notebook.steps.push(step);
  return { noted: notebook.steps.length };
}

/** A choice whose plan is what our own interpreter reads in its message: one tap asks no model. */
function choiceOf({ label, message }: { label: string; message: string }, context: MessageContext): Choice {
  const read = interpret(message, context).filter(
    (step): step is Choice['plan'][number] => step.type !== 'ask',
  );
  const type = context.session.current === null ? 'new' : 'edit';
  const plan: Choice['plan'] = read.length > 0 ? read : [{ type, prompt: message }];
  return { label: 'said', params: { words: label }, plan };
}

/** What alters more than where one stands, and draws nothing that was asked for: it takes the user's own words, or a tap. */
const TO_BE_SURE: ReadonlySet<ActionType> = new Set([
  ...(['leave-out', 'take-in', 'move', 'reword', 'apply-as-one', 'rename', 'stop'] as const),
]);

/**
 * The plan of what was noted. A step that changes what is there, and that our own interpreter does not find in the message, is asked
 * about first: whatever a picture or an imported session says to a model, it takes a tap of the user. Undefined: nothing was noted.
 */
export function planOf(
  { steps, pointed }: Notebook,
  words: string,
  { text, context }: { text: string; context: MessageContext },
): Plan | undefined {
  const question = steps.find((step) => step.type === 'ask');
  if (question) return [question];
  if (steps.length === 0) {
    if (words === '') return undefined;
    const pictures = pointed.length > 0 ? { pictures: pointed } : {};
    return [{ type: 'answer', kind: 'said', params: { words }, ...pictures }];
  }
  const own = new Set(interpret(text, context).map(({ type }) => type));
  const unsure = steps.find(({ type }) => TO_BE_SURE.has(type) && !own.has(type));
  if (!unsure) return steps;
  const plan = steps as Choice['plan'];
  const params = { ...wordsOf(unsure), others: steps.length - 1 };
  return [{ type: 'ask', kind: 'sure', choices: [{ label: `sure-${unsure.type}`, params, plan }] }];
}

function wordsOf(step: Action): Record<string, string | number> {
  if (step.type === 'rename') return { words: step.title };
  if (step.type === 'reword') return { version: step.edit, words: step.prompt };
  if (step.type === 'move') return { version: step.edit, after: step.after };
  return 'edit' in step ? { version: step.edit } : {};
}

/** Whether a plan draws. */
export const draws = (plan: Plan): boolean => plan.some(isDrawing);
