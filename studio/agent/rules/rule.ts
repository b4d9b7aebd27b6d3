/**
 * A rule of the one table by which messages are read: an action, what must be said for it in each language, and how its slots are
 * filled. Rules are asked in the order of the table; one that has no plan leaves the clause to the next. Pure.
 */
import type { ActionType, PictureRef, Plan } from '../actions.ts';
import { isOnly as isOnlyChinese } from '../chinese/words.ts';
import type { Clause } from '../clause.ts';
import { isOnly as isOnlyEnglish } from '../english/words.ts';
import type { Scene } from '../scene.ts';

/** A clause in its scene, and where the rule's pattern was found in it. */
export interface Said {
  scene: Scene;
  clause: Clause;
  /** The text of the clause, with signs for references. */
  text: string;
  match: RegExpExecArray;
}

export interface Rule {
  action: ActionType;
  /** What must be said, in English. Without a pattern the rule reads no English. */
  en?: RegExp;
  /** The same in Chinese. */
  zh?: RegExp;
  /** What must not be said. */
  not?: RegExp;
  /** The plan; none where the rest of the clause says something else. */
  read(said: Said): Plan | undefined;
}

/** Longest clause that rules of commands are tried on: what people say in a command is shorter, and a pattern's time grows with its text. */
export const LONGEST_COMMAND = 130;

/** The plan of the first rule that has one. */
export function firstOf(rules: readonly Rule[], scene: Scene, clause: Clause): Plan | undefined {
  if (clause.text.length > LONGEST_COMMAND) return undefined;
  for (const rule of rules) {
    const match = rule[clause.language]?.exec(clause.text);
    if (!match || rule.not?.test(clause.text)) continue;
    const plan = rule.read({ scene, clause, text: clause.text, match });
    if (plan && plan.length > 0) return plan;
  }
  return undefined;
}

/** Whether a text of a clause says nothing beside words that mean nothing by themselves, references, and a pattern of its language. */
export function isOnly({ language }: Clause, text: string, more: { en?: RegExp; zh?: RegExp } = {}): boolean {
  const bare = text.replace(/[\uF000-\uF0FF]/gu, ' ');
  return language === 'en' ? isOnlyEnglish(bare, more.en) : isOnlyChinese(bare, more.zh);
}

/** A pattern of pieces, over the whole text and in any case. */
export const whole = (...pieces: string[]): RegExp => new RegExp(`^(?:${pieces.join('|')})$`, 'iu');
/** A pattern of pieces, anywhere. */
export const any = (...pieces: string[]): RegExp => new RegExp(pieces.join('|'), 'iu');

/** Whether the references of a clause are called steps or edits. */
export const isOfEdits = ({ references }: Clause): boolean =>
  references.some(({ text }) =>
    /\b(?:steps?|edits?|changes?|messages?|instructions?)\b|步|编辑|修改/iu.test(text),
  );

export const ref = (version: number): PictureRef => ({ version });
