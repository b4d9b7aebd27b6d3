/** Pictures of other sessions that a mention could mean, found by the words of their messages, once they rest for a moment. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { mentionWord } from '../../../studio/mentions/mentions.ts';
import { pause } from '../api/pause.ts';
import { listPictures } from '../api/routes.ts';
import type { Suggestion } from './suggestions.ts';

const TYPING_PAUSE_MS = 150;
const LEAST_TYPED = 2;
const NONE: Suggestion[] = [];

/** Nothing for a number, which is of this session, and while less than two letters are typed. */
export function useElsewhere(typed: string | null, sessionId: string | null): Suggestion[] {
  const words = typed?.replaceAll(/[-_/]+/g, ' ').trim() ?? '';
  const { data } = useQuery({
    queryKey: ['elsewhere', words],
    queryFn: async ({ signal }) => {
      await pause(TYPING_PAUSE_MS, signal);
      return (await listPictures({ q: words }, signal)).pictures;
    },
    enabled: words.length >= LEAST_TYPED && !/^v?\d+$/.test(words),
    gcTime: 0,
    placeholderData: keepPreviousData,
  });
  if (!data || words.length < LEAST_TYPED) return NONE;
  return data
    .filter((picture) => picture.sessionId !== sessionId && mentionWord(picture.sessionTitle) !== '')
    .map((picture) => ({
      picture,
      prompt: `${picture.sessionTitle}: ${picture.prompt}`,
      token: `@${mentionWord(picture.sessionTitle)}/${picture.version}`,
    }));
}
