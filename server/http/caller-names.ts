/** Refusals under the names that a client's own API has for our fields: nobody is told of a field that they never sent. */
import { Refusal } from '../../studio/refusal.ts';

/** Our fields, each with the client's name for it and for what lies in it. */
export type CallerNames = Readonly<Record<string, string>>;

/** Does `work`. Throws what it throws, a {@link Refusal} with the names of the client. */
export async function inNamesOf<T>(names: CallerNames, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Refusal ? renamed(error, names) : error;
  }
}

/** The refusal with its field, and the option that its message names, as the client calls them. */
export function renamed({ key, params, field, suggestions, cause }: Refusal, names: CallerNames): Refusal {
  const nameOf = (ours: string): string => {
    const known = Object.keys(names).find((each) => ours === each || ours.startsWith(`${each}.`));
    return known === undefined ? ours : names[known]!;
  };
  const option = 'option' in params ? { option: nameOf(params.option) } : {};
  const about = { field: field === undefined ? undefined : nameOf(field), suggestions, cause };
  return new Refusal(key, { ...params, ...option } as typeof params, about);
}
