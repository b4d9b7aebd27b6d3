/** Messages of a session as they stand on the page, in either language: by the text that was typed. */
import type { Locator, Page } from 'playwright';

/** A message that is more than a turn. */
export const messageRow = (page: Page, text: string): Locator =>
  page.getByRole('article', { name: text, exact: true });

/** Each step of a message as it is named: number, what it does, its words, where it stands. */
export const stepsOf = (page: Page, text: string): Promise<(string | null)[]> =>
  messageRow(page, text)
    .getByRole('listitem')
    .evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')).filter((name) => name !== null));

/** What the studio said to a message; `name` is what answers, or questions, are called. */
export const answerTo = (page: Page, text: string, name: string): Locator =>
  messageRow(page, text).getByRole('region', { name });
