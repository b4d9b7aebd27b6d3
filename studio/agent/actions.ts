/**
 * What a message can ask for: the one vocabulary of actions, and a plan as an ordered list of them. Whoever reads messages (our own
 * interpreter, a language model, a client of the API) answers with a plan in these words; whoever carries plans out knows no
 * message. Pure.
 *
 * A plan runs over a current picture. At its begin that is the end of the branch; each picture that a step draws, and each picture
 * that a step goes to, is the current one for the steps after it. A picture that an action does not name is the current one.
 */
import { z } from 'zod';
import type { Locale } from '../locale/locale.ts';
import type { Wording } from '../refusal.ts';
import { optionsSchema } from '../requests.ts';

/** A picture: a version of the session, or the first picture that an earlier step of the same plan draws (1 is the first step). */
export const pictureRefSchema = z.union([
  z.strictObject({ version: z.int().positive() }),
  z.strictObject({ step: z.int().positive() }),
]);
export type PictureRef = z.output<typeof pictureRefSchema>;

/** Parts of a picture that words can name. */
export const REGIONS = [
  'left',
  'right',
  'top',
  'bottom',
  'left-third',
  'right-third',
  'top-third',
  'bottom-third',
  'middle',
  'top-left',
  'top-right',
  'bottom-left',
  'bottom-right',
] as const;
export type Region = (typeof REGIONS)[number];

/** What an answer in words is about. */
export const ANSWER_KINDS = [
  'greeting',
  'thanks',
  'capabilities',
  'knows',
  'how',
  'which',
  'about',
  'history',
  'count',
  'model',
  'status',
  'declined',
  /** In the words of a language model, which are its parameter `words`. */
  'said',
] as const;
export type AnswerKind = (typeof ANSWER_KINDS)[number];

/** What is asked back. */
export const QUESTION_KINDS = [
  'which-picture',
  'what-to-do',
  'what-to-draw',
  'nothing-there',
  'sure',
  /** In the words of a language model, which are its parameter `words`. */
  'said',
] as const;
export type QuestionKind = (typeof QUESTION_KINDS)[number];

const prompt = z.string().min(1);
const target = pictureRefSchema.optional();
const options = optionsSchema.optional();

/** Actions that draw: each is a turn of its own. */
const drawing = [
  /** A picture from words, and from references where some are named. */
  z.strictObject({
    type: z.literal('new'),
    prompt,
    references: z.array(pictureRefSchema).optional(),
    options,
  }),
  /** One change of a picture; with a region, or a thing that is in it (`only`), only there. */
  z.strictObject({
    type: z.literal('edit'),
    prompt,
    target,
    references: z.array(pictureRefSchema).optional(),
    region: z.enum(REGIONS).optional(),
    only: z.string().min(1).optional(),
    /** A painted mask, by its hash, in the place of a region. */
    mask: z.string().optional(),
    options,
  }),
  /** A picture drawn in the style of others. Without a target it is a new one. */
  z.strictObject({
    type: z.literal('style'),
    prompt,
    target,
    styles: z.array(pictureRefSchema).min(1),
    options,
  }),
  /** Who is in the references, in a new picture. */
  z.strictObject({
    type: z.literal('identity'),
    prompt,
    references: z.array(pictureRefSchema).optional(),
    options,
  }),
  /** Several pictures in one. */
  z.strictObject({
    type: z.literal('combine'),
    prompt,
    references: z.array(pictureRefSchema).min(2),
    options,
  }),
  /** More pictures of the message that made a picture, under new seeds. */
  z.strictObject({ type: z.literal('vary'), of: target, count: z.int().positive().optional() }),
  /** The message that made a picture once more, with other settings. */
  z.strictObject({ type: z.literal('repeat'), of: target, options: optionsSchema }),
  /** A picture once more from its stored prior tokens, with other settings. */
  z.strictObject({ type: z.literal('same-layout'), of: target, options: optionsSchema }),
] as const;

/** Actions that change what is there and draw nothing new by themselves; each can be undone but for `stop`. */
const changing = [
  z.strictObject({ type: z.literal('undo'), times: z.int().positive().optional() }),
  z.strictObject({ type: z.literal('redo'), times: z.int().positive().optional() }),
  /** Makes a version the active picture. */
  z.strictObject({ type: z.literal('go-to'), version: z.int().positive() }),
  /** As `go-to`, where a second way on from a version was asked for. */
  z.strictObject({ type: z.literal('branch'), version: z.int().positive() }),
  /** Leaves an edit of the active branch out; `edit` is the version that it made. Later edits are made again. */
  z.strictObject({ type: z.literal('leave-out'), edit: z.int().positive() }),
  /** Takes an edit in again that was left out. */
  z.strictObject({ type: z.literal('take-in'), edit: z.int().positive() }),
  /** Puts an edit of the active branch right after another version of it. */
  z.strictObject({ type: z.literal('move'), edit: z.int().positive(), after: z.int().positive() }),
  /** Gives an edit of the active branch other words. */
  z.strictObject({ type: z.literal('reword'), edit: z.int().positive(), prompt }),
  /** All edits since a version (default: the first of the branch) as one edit on it. */
  z.strictObject({ type: z.literal('apply-as-one'), from: z.int().positive().optional() }),
  z.strictObject({ type: z.literal('rename'), title: z.string().trim().min(1).max(200) }),
  /** Ends what is being drawn; what is done stays. */
  z.strictObject({ type: z.literal('stop') }),
] as const;

/** Actions that only show something. */
const showing = [
  z.strictObject({ type: z.literal('compare'), versions: z.tuple([z.int().positive(), z.int().positive()]) }),
  /** Messages and titles of all sessions. */
  z.strictObject({ type: z.literal('search'), query: z.string().min(1) }),
  /** A file to keep: the whole session, or one picture (default: the current one). */
  z.strictObject({
    type: z.literal('export'),
    what: z.enum(['session', 'picture']),
    version: z.int().positive().optional(),
  }),
] as const;

/** Parameters of a sentence of the catalogue (namespace `agent`). */
const params = z.record(z.string(), z.union([z.string(), z.number()]));

const answer = z.strictObject({
  type: z.literal('answer'),
  kind: z.enum(ANSWER_KINDS),
  /** Which sentence of its kind; without one, the kind's own. */
  reason: z.string().optional(),
  params: params.optional(),
  /** Versions to look at. */
  pictures: z.array(z.int().positive()).optional(),
});

const step = z.discriminatedUnion('type', [...drawing, ...changing, ...showing, answer]);

const ask = z.strictObject({
  type: z.literal('ask'),
  kind: z.enum(QUESTION_KINDS),
  params: params.optional(),
  /** Each is a whole plan: one tap is the answer. */
  choices: z.array(
    z.strictObject({
      /** Which sentence stands on it, and what is filled in. */
      label: z.string(),
      params: params.optional(),
      /** A version to show on it. */
      picture: z.int().positive().optional(),
      plan: z.array(step),
    }),
  ),
});

/** What a language model can call: every action but answers and questions, which it says in its own words. */
export const CALLABLE = [...drawing, ...changing, ...showing] as const;

/** One step of a plan. */
export const actionSchema = z.discriminatedUnion('type', [...drawing, ...changing, ...showing, answer, ask]);
export type Action = z.output<typeof actionSchema>;
export type ActionType = Action['type'];
export type ActionOf<Type extends ActionType> = Extract<Action, { type: Type }>;
export type Drawing = z.output<(typeof drawing)[number]>;
export type Changing = z.output<(typeof changing)[number]>;
export type Choice = ActionOf<'ask'>['choices'][number];

/** Most steps of one plan. */
export const MOST_STEPS = 12;

/** Steps in their order; each stands on those before it. */
export const planSchema = z.array(actionSchema).min(1).max(MOST_STEPS);
export type Plan = z.output<typeof planSchema>;

/**
 * What came of one step: the turns that it made, nothing for one that only changes or shows something, or why it could not be done;
 * then no later step was taken. `isLeft`: it and all later steps were left, such as in a session that came from elsewhere.
 */
export interface StepOutcome {
  turnIds?: string[];
  refusal?: Wording;
  isLeft?: true;
}

/** What an answer or a question of a plan said when it was given, in both languages: later it is not asked again. */
export interface Said {
  /** Its place in the plan, from 0. */
  step: number;
  words: Record<Locale, SaidWords>;
}

export interface SaidWords {
  text: string;
  /** What stands on each choice of a question. */
  choices: string[];
}

/** What was set beside a message, for its steps that draw. */
export interface TurnSettings {
  options?: z.output<typeof optionsSchema>;
  model?: string;
}
