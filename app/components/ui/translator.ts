/** The function that finds the words of the interface, for pure functions that are handed one by a component. */
import type { useTranslations } from 'next-intl';

export type Translator = ReturnType<typeof useTranslations<never>>;
