/** How the numerics of a picture say that it was made by an engine elsewhere, whose work cannot be repeated here. */

const MARK = 'elsewhere: ';

/** The numerics of an engine elsewhere, of which this much is known. */
export const elsewhere = (known: string): string => MARK + known;

/** Whether numerics are those of an engine elsewhere. */
export const isElsewhere = (numerics: string | undefined): boolean => numerics?.startsWith(MARK) ?? false;
