/** The tools that look through the history, and the one that goes back in it. */
import { z } from 'zod';
import type { TurnView } from '../../../studio/protocol.ts';
import { changeSession, requireSession } from '../../turns/sessions.ts';
import { requirePicture, searchPage, sessionPage } from '../../views/pages.ts';
import { snapshot } from '../../views/views.ts';
import { engineList } from '../engines/engine-views.ts';
import {
  ADDS,
  answer,
  answerWith,
  pictureFacts,
  pictureId,
  READS,
  type Studio,
  sessionId,
  type Tool,
  tool,
} from './tool.ts';

const limit = z.int().min(1).max(100).default(20);
const dateOf = (at: number): string => new Date(at).toISOString();

const listSessions = tool(
  {
    name: 'list_sessions',
    title: 'List sessions',
    description: 'Sessions, newest change first.',
    annotations: READS,
    inputSchema: z.strictObject({ limit }),
  },
  (studio, { limit }) =>
    answer({
      sessions: sessionPage(studio, { state: 'active', limit }).sessions.map((session) => ({
        session_id: session.id,
        title: session.title,
        pictures: session.pictureCount,
        changed: dateOf(session.updatedAt),
      })),
    }),
);

const listEngines = tool(
  {
    name: 'list_engines',
    title: 'List engines',
    description: 'The engines that can draw: how each stands, which is the default, and what each can do.',
    annotations: READS,
    inputSchema: z.strictObject({}),
  },
  (studio) => {
    const { engines } = engineList(studio, false);
    return answer({
      engines: engines.map(({ name, standing, reason, isDefault, model }) => ({
        ...{ name, standing, reason, is_default: isDefault },
        ...(model && { model: model.name, can: model.can }),
      })),
    });
  },
);

const searchHistory = tool(
  {
    name: 'search_history',
    title: 'Search the history',
    description: 'Messages and titles of all sessions that hold every word, newest first.',
    annotations: READS,
    inputSchema: z.strictObject({ query: z.string(), limit }),
  },
  (studio, { query, limit }) =>
    answer({
      hits: searchPage(studio, { q: query, limit }).hits.map((hit) => ({
        session_id: hit.sessionId,
        title: hit.sessionTitle,
        text: hit.snippet.map(({ text }) => text).join(''),
        at: dateOf(hit.at),
      })),
    }),
);

const showSession = tool(
  {
    name: 'show_session',
    title: 'Show a session',
    description: 'Every message of a session with its pictures and what they were made from.',
    annotations: READS,
    inputSchema: z.strictObject({ session_id: sessionId }),
  },
  (studio, { session_id }) => answer(sessionFacts(studio, session_id)),
);

const showPicture = tool(
  {
    name: 'show_picture',
    title: 'Show a picture',
    description: 'A picture, and the message and settings that made it.',
    annotations: READS,
    inputSchema: z.strictObject({ picture_id: pictureId }),
  },
  (studio, { picture_id }) => {
    const { picture, turn } = requirePicture(studio, picture_id, 'picture_id');
    const facts = { session_id: picture.sessionId, ...pictureFacts(picture), message: messageFacts(turn) };
    return answerWith(studio, facts, [picture]);
  },
);

const goBack = tool(
  {
    name: 'go_back_to_picture',
    title: 'Go back to a picture',
    description: 'Makes a picture the active one of its session: the next edit starts from it.',
    annotations: { ...ADDS, idempotentHint: true },
    inputSchema: z.strictObject({ picture_id: pictureId }),
  },
  (studio, { picture_id }) => {
    const { picture } = requirePicture(studio, picture_id, 'picture_id');
    changeSession(studio, picture.sessionId, { headPictureId: picture.id });
    return answer(sessionFacts(studio, picture.sessionId));
  },
);

export const HISTORY_TOOLS: readonly Tool[] = [
  ...[listSessions, listEngines, searchHistory, showSession, showPicture],
  goBack,
];

function sessionFacts(studio: Studio, id: string) {
  requireSession(studio, id);
  const { session, turns } = snapshot(studio.db, id)!;
  return {
    session_id: id,
    title: session.title,
    active_picture_id: session.headPictureId,
    messages: turns.filter(({ state }) => state !== 'removed').map(messageFacts),
  };
}

function messageFacts({ kind, mode, prompt, job, inputs, pictures, recipe }: TurnView) {
  return {
    ...{ kind, mode, prompt },
    state: job?.state ?? 'done',
    made_from: inputs.map(({ pictureId, role }) => ({ picture_id: pictureId, role })),
    pictures: pictures.map(pictureFacts),
    ...(recipe && {
      model: recipe.modelName,
      seed: recipe.seed,
      steps: recipe.steps,
      guidance_scale: recipe.guidanceScale,
    }),
  };
}
