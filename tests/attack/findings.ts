/** What an attack found, as the command prints it. Lower is better in every field but the first. */
export interface Findings {
  /** Requests, frames and files that were sent. */
  inputs: number;
  /** Servers that ended though nobody killed them. */
  crashes: number;
  /** Requests without an answer in time. */
  hangs: number;
  /** Answers that call themselves a mistake of the server. */
  serverErrors: number;
  /** Answers that name a path of the machine, or show a stack. */
  leaks: number;
  /** Longest time in which the server's event loop did nothing else. */
  maxStallMs: number;
  maxServerMb: number;
  maxEngineMb: number;
  lostEvents: number;
  doubledEvents: number;
  lostPictures: number;
  /** Pictures that are not what the same recipe gives unharmed, or bytes that are not what their name says. */
  wrongBytes: number;
}

export const noFindings = (): Findings => ({
  ...{ inputs: 0, crashes: 0, hangs: 0, serverErrors: 0, leaks: 0 },
  ...{ maxStallMs: 0, maxServerMb: 0, maxEngineMb: 0 },
  ...{ lostEvents: 0, doubledEvents: 0, lostPictures: 0, wrongBytes: 0 },
});
