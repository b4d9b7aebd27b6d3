/** What every reading of one language is made of: rules of a pattern and what it means in a scene. Pure. */
import type { Plan } from './actions.ts';
import type { Scene } from './scene.ts';

/** A pattern and the plan that its match means; without a plan the next rule is asked. */
export type Rule = readonly [
  pattern: RegExp,
  read: (scene: Scene, groups: readonly string[], text: string) => Plan | undefined,
];

/** Longest text that a rule is tried on: what people say in a command is shorter, and a pattern's time grows with its text. */
const LONGEST = 90;

/** The plan of the first rule that has one; none for a long text. */
export function firstOf(rules: readonly Rule[], scene: Scene, text: string): Plan | undefined {
  if (text.length > LONGEST) return undefined;
  for (const [pattern, read] of rules) {
    const match = pattern.exec(text);
    const plan =
      match &&
      read(
        scene,
        [...match].map((group) => group ?? ''),
        text,
      );
    if (plan) return plan;
  }
  return undefined;
}

/** A pattern of pieces, over the whole text and in any case. */
export const whole = (...pieces: string[]): RegExp => new RegExp(`^(?:${pieces.join('|')})$`, 'iu');
