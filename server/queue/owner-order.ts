/** The order in which owners take turns: each is passed once before any comes again, however many jobs wait. Pure. */

/** Of owners in the order of their names, the one after the last that had a turn; undefined: none waits. */
export const ownerAfter = (waiting: readonly string[], last: string): string | undefined =>
  waiting.find((owner) => owner > last) ?? waiting[0];
