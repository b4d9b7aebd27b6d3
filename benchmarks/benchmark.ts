/**
 * What a benchmark is: prompts read from a folder, pictures drawn for them, marks that judges give to a picture, and figures of all
 * marks. Each benchmark is one file beside this one; how pictures are drawn and judges asked is the same for all (`run/`).
 */
import type { Source } from './data/data-folder.ts';

/** Who looked at the pictures: the reader of words on this machine, a model behind an endpoint, or both for different figures. */
export type Judge = 'reader' | 'endpoint';

/** One prompt. Benchmarks add what they need to know of it. */
export interface Prompt {
  /** Stands in names of files: letters, digits, `+`, `-`, `_` and dots. */
  id: string;
  /** What is asked for, word by word as it is published. */
  prompt: string;
  /** The part of the benchmark that it is of; samples are spread over them. */
  set: string;
}

/** A picture as judges get it. */
export interface JudgedPicture {
  png: Uint8Array;
  sha256: string;
}

/** Those who can be asked about a picture. Answers that were given before are not asked for again. */
export interface Judges {
  /** Lines of text in the order in which they are read; none where there is no text. */
  readLines(picture: JudgedPicture): Promise<string[]>;
  /** A model's answer; undefined: there is no endpoint. Throws `EndpointError`. */
  ask?: ((picture: JudgedPicture, question: Asked) => Promise<string>) | undefined;
}

/** One request to a model: what it is told, and how long its answer may be. */
export interface Asked {
  system?: string;
  text: string;
  mostTokens: number;
  /** Which try this is, from 0: another try is another request. */
  attempt?: number;
}

/** A prompt with the marks of its pictures, in their order. */
export interface Marked<P, M> {
  prompt: P;
  marks: readonly M[];
}

/** A published figure: its name as the paper's table has it, its value, and who judged. Undefined: nothing to compute it from. */
export interface Figure {
  name: string;
  value: number | undefined;
  /** Judged prompts that it is computed from. */
  prompts: number;
  by: Judge;
}

export interface Benchmark<P extends Prompt = Prompt, M = unknown> {
  /** As it is typed. */
  name: string;
  title: string;
  source: Source;
  /** Pictures of a prompt. */
  pictures: number;
  /** What a figure of 1 is written as: 1, or 100 where the paper has points. */
  scale: 1 | 100;
  /** Figures of the paper that are not computed here, and why. */
  leftOut: readonly string[];
  /** The prompts of a folder, and what of the folder is missing for some of the figures. Throws `DataError`. */
  read(folder: string): { prompts: P[]; notes: string[] };
  /** Whether nothing can be judged of a prompt's pictures without an endpoint. */
  needsEndpoint(prompt: P): boolean;
  /** Requests to an endpoint for one picture of a prompt. */
  requests(prompt: P): number;
  /** What the judges find in a picture. Throws what they throw. */
  mark(prompt: P, picture: JudgedPicture, judges: Judges): Promise<M>;
  /** The figures of marked prompts. Pure. */
  figures(marked: readonly Marked<P, M>[]): Figure[];
  /** Answers of a mark that could not be understood, and so count as wrong. */
  notUnderstood(mark: M): number;
  /** A mark in lines to read: what was asked, and what was found. */
  describe(prompt: P, mark: M): string[];
}
