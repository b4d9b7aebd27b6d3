/**
 * The whole API: every address, what it takes, and which part of the server answers it. What a route takes is checked by the
 * schemas that stand in its line, and the OpenAPI document is made of the same lines. Knows no page.
 */
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { cors } from 'hono/cors';
import { etag } from 'hono/etag';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { tagsOf } from '../../db/sessions.ts';
import { lookingSchema, messageSchema, planChangeSchema } from '../../studio/agent/message.ts';
import {
  downloadQuery,
  eventsQuery,
  exportQuery,
  galleryQuery,
  knownQuery,
  listQuery,
  maskQuery,
  moveJobSchema,
  newSessionSchema,
  pictureChangeSchema,
  queueChangeSchema,
  rebaseSchema,
  repeatSchema,
  replaySchema,
  savedQuery,
  searchQuery,
  sessionChangeSchema,
  takeAlongSchema,
  turnChangeSchema,
  turnSchema,
  wordingSchema,
  zipQuery,
} from '../../studio/requests.ts';
import { changePlan } from '../messages/change-plan.ts';
import { looksAt, setLooking } from '../messages/looker.ts';
import { messageViews, planMessage, takeComposed } from '../messages/take-message.ts';
import { wordPrompt } from '../messages/word-prompt.ts';
import type { Shared } from '../runtime.ts';
import { importBundle } from '../turns/bundles.ts';
import { compileTurn } from '../turns/context-graph.ts';
import { takeMask } from '../turns/masks.ts';
import { planOf, rebase, rebasePrompt, replay } from '../turns/replay.ts';
import {
  changeSession,
  createSession,
  removeSession,
  requireSession,
  restoreSession,
} from '../turns/sessions.ts';
import { duplicateSession, markPicture, takeAlong } from '../turns/take-along.ts';
import { repeatTurn, takeTurn } from '../turns/take-turn.ts';
import { engineOfTurn } from '../turns/turn-engine.ts';
import { setTurnState } from '../turns/turn-state.ts';
import { redoStep, undoStep } from '../turns/undo.ts';
import { takeUpload } from '../turns/uploads.ts';
import { worded } from '../views/notes.ts';
import { galleryPage, requirePicture, searchPage, sessionPage } from '../views/pages.ts';
import { storedView } from '../views/stored.ts';
import { snapshot } from '../views/views.ts';
import { addAccountRoutes } from './accounts/account-routes.ts';
import { addAdminRoutes } from './accounts/admin-routes.ts';
import { type Asking, knowCaller, ownOrigins } from './accounts/asking.ts';
import { noted } from './accounts/noted.ts';
import { pathOf } from './addresses.ts';
import { apiPage } from './api-page.ts';
import { localeOf } from './edge.ts';
import { addEngineRoutes } from './engines/routes.ts';
import { answerError, refuseMethod, refuseRoute } from './error-answers.ts';
import { eventPage } from './event-feeds.ts';
import { allBundlesAnswer, bundleAnswer } from './files/bundle-answer.ts';
import { pictureAnswer } from './files/picture-answer.ts';
import { savedAnswer, sessionPageAnswer, zipAnswer } from './files/saved-answer.ts';
import { refuseMalformedPaths, refuseOtherSites } from './guards.ts';
import { healthAnswer } from './health.ts';
import { answerJob, requireJob } from './job-answer.ts';
import { addLanguageRoutes } from './language/routes.ts';
import { mcpAnswer } from './mcp/mcp.ts';
import { imagesAnswer, modelList } from './openai/images.ts';
import { editForm, generationForm, readEdit, readGeneration } from './openai/request.ts';
import { responsesAnswer } from './openai/responses.ts';
import { readResponses, responseForm } from './openai/responses-form.ts';
import { body, documentOf, file, forms, group, keyed, query } from './openapi.ts';
import { bundleOf, readUpload } from './upload-body.ts';

/** The API over the parts of a running server. */
export function createApp(shared: Shared): Hono<Asking> {
  const { db, queue, metrics, log } = shared;
  const app = new Hono<Asking>({ getPath: pathOf });
  app.onError(answerError(log));
  app.notFound(refuseRoute);
  app.use(methodNotAllowed({ app, onMethodNotAllowed: refuseMethod }));
  app.use(refuseMalformedPaths);
  if (shared.origins.length > 0) app.use(cors({ origin: [...shared.origins], credentials: false }));
  app.use(refuseOtherSites(ownOrigins(shared)), knowCaller(shared), noted(shared));
  app.use('/api/*', compress());

  const about = group('About');
  app.get('/api/health', about('Whether a turn can be taken now', { 200: 'Health', 503: 'Health' }), (c) =>
    healthAnswer(c, shared),
  );
  app.get('/api/model', about('What a model draws well', 'Known'), etag(), query(knownQuery), (c) =>
    c.json(shared.knownOf(engineOfTurn(shared, '', c.req.valid('query').model)), 200, {
      'Cache-Control': 'no-cache',
    }),
  );
  app.get('/api/openapi.json', about('This document', 'OpenAPI 3.1'), async (c) =>
    c.json(await documentOf(app)),
  );
  app.get('/api/docs', about('This document, to read', 'a page'), async (c) =>
    apiPage(c, await documentOf(app)),
  );

  addAccountRoutes(app, shared);
  addAdminRoutes(app, shared);
  app.get('/api/stored', about('What the studio keeps of you, in numbers', 'Stored'), (c) =>
    c.json(storedView(c.var.mine), 200, { 'Cache-Control': 'no-store' }),
  );
  app.get(
    '/api/events',
    about('Events of a feed after a place in the log, for who has no socket', 'EventPage'),
    query(eventsQuery),
    (c) => c.json(eventPage(c.var.mine, c.req.valid('query')), 200, { 'Cache-Control': 'no-store' }),
  );

  addEngineRoutes(app, shared);
  addLanguageRoutes(app, shared);

  const list = group('Sessions');
  app.get('/api/sessions', list('Sessions, newest change first', 'SessionPage'), query(listQuery), (c) =>
    c.json(sessionPage(c.var.mine, c.req.valid('query'))),
  );
  app.post('/api/sessions', list('Make a session', { 201: '{ session }' }), body(newSessionSchema), (c) =>
    c.json({ session: createSession(c.var.mine, c.req.valid('json').title) }, 201),
  );
  app.post(
    '/api/sessions/import',
    list('Make a session of a bundle', { 201: '{ session }' }),
    file('bundle'),
    async (c) => c.json({ session: await importBundle(c.var.mine, await bundleOf(c.req.raw)) }, 201),
  );
  app.get('/api/sessions/:id', list('A session whole', 'SessionSnapshot'), (c) =>
    c.json(snapshot(db, requireSession(c.var.mine, c.req.param('id')).id)),
  );
  app.patch('/api/sessions/:id', list('Change a session', '{ session }'), body(sessionChangeSchema), (c) =>
    c.json({ session: changeSession(c.var.mine, c.req.param('id'), c.req.valid('json')) }),
  );
  app.delete(
    '/api/sessions/:id',
    list('Delete a session, until it is restored or purged', { 204: 'nothing' }),
    (c) => {
      removeSession(c.var.mine, c.req.param('id'));
      return c.body(null, 204);
    },
  );
  app.post('/api/sessions/:id/restore', list('Bring back a deleted session', '{ session }'), (c) =>
    c.json({ session: restoreSession(c.var.mine, c.req.param('id')) }),
  );
  app.get(
    '/api/export',
    list('All sessions, each as its bundle, in one tar file', 'bundles'),
    query(exportQuery),
    (c) => allBundlesAnswer(c, c.var.mine, c.req.valid('query').traces === 'keep'),
  );
  app.get('/api/sessions/:id/export', list('A session as one file', 'a bundle'), query(exportQuery), (c) =>
    bundleAnswer(c, c.var.mine, c.req.param('id'), c.req.valid('query').traces === 'keep'),
  );
  app.get('/api/sessions/:id/page', list('A session as a page to read without the studio', 'HTML'), (c) =>
    sessionPageAnswer(c, c.var.mine, c.req.param('id')),
  );
  app.post('/api/sessions/:id/duplicate', list('A session once more', { 201: '{ session }' }), async (c) =>
    c.json({ session: await duplicateSession(c.var.mine, c.req.param('id')) }, 201),
  );
  app.post(
    '/api/sessions/:id/pictures',
    list('Take pictures of other sessions along, with their branches', { 201: '{ taken }' }),
    body(takeAlongSchema),
    async (c) => c.json({ taken: await takeAlong(c.var.mine, c.req.param('id'), c.req.valid('json')) }, 201),
  );
  app.get('/api/tags', list('Every tag of the sessions', '{ tags }'), (c) =>
    c.json({ tags: tagsOf(db, c.var.mine.owner) }),
  );
  app.post('/api/sessions/:id/undo', list('Take back what was done last', 'OperationAnswer'), (c) =>
    c.json(undoStep(c.var.mine, c.req.param('id'))),
  );
  app.post('/api/sessions/:id/redo', list('Do again what was undone last', 'OperationAnswer'), (c) =>
    c.json(redoStep(c.var.mine, c.req.param('id'))),
  );

  const turns = group('Turns');
  app.post(
    '/api/sessions/:id/uploads',
    turns('Add a picture', { 201: '{ turn, pictureId, restored? }' }),
    file('picture'),
    async (c) => {
      const { id } = requireSession(c.var.mine, c.req.param('id'));
      return c.json(await takeUpload(c.var.mine, id, await readUpload(c.req.raw)), 201);
    },
  );
  app.post(
    '/api/sessions/:id/masks',
    turns('Keep a painted mask for a message', { 201: '{ mask }' }),
    file('mask'),
    query(maskQuery),
    async (c) => {
      requireSession(c.var.mine, c.req.param('id'));
      const { feather: featherPx } = c.req.valid('query');
      return c.json({ mask: await takeMask(c.var.mine, await readUpload(c.req.raw), { featherPx }) }, 201);
    },
  );
  app.post(
    '/api/sessions/:id/context',
    turns('What a message comes to; nothing is stored', 'ContextResult'),
    body(turnSchema),
    (c) =>
      c.json(
        worded(compileTurn(c.var.mine, c.req.param('id'), c.req.valid('json')), localeOf(c.req.raw.headers)),
      ),
  );
  app.post(
    '/api/sessions/:id/wording',
    turns('A prompt in words that the model understands best; nothing is stored', 'WordingAnswer'),
    body(wordingSchema),
    async (c) => c.json(await wordPrompt(c.var.mine, c.req.param('id'), c.req.valid('json'))),
  );
  app.post(
    '/api/sessions/:id/turns',
    turns('Send a message', { 202: '{ turn, job }' }),
    keyed,
    body(turnSchema),
    (c) => c.json(takeTurn(c.var.mine, c.req.param('id'), c.var.key, c.req.valid('json')), 202),
  );
  app.post(
    '/api/sessions/:id/messages',
    turns('Say what is wanted in words: commands, questions and several steps are understood', {
      200: 'PlanAnswer of a dry run',
      202: 'ComposedAnswer',
    }),
    keyed,
    body(messageSchema),
    async (c) => {
      const message = c.req.valid('json');
      const locale = localeOf(c.req.raw.headers);
      const id = c.req.param('id');
      if (message.dryRun) return c.json(await planMessage(c.var.mine, id, message, locale));
      return c.json(await takeComposed(c.var.mine, id, c.var.key, message, locale), 202);
    },
  );
  app.get('/api/sessions/:id/messages', turns('Messages that were read, oldest first', '{ messages }'), (c) =>
    c.json({ messages: messageViews(c.var.mine, c.req.param('id')) }),
  );
  app.patch(
    '/api/messages/:id',
    turns('Change the steps of a message that are not done yet', 'MessageAnswer'),
    body(planChangeSchema),
    async (c) => {
      const { plan } = c.req.valid('json');
      return c.json(await changePlan(c.var.mine, c.req.param('id'), plan, localeOf(c.req.raw.headers)));
    },
  );
  const look = 'Whether an edit that did not work is drawn once more by itself';
  app.get('/api/looking', turns(look, 'Looking'), (c) => c.json({ onceMore: looksAt(c.var.mine) }));
  app.put('/api/looking', turns(`Set: ${look.toLowerCase()}`, 'Looking'), body(lookingSchema), (c) => {
    const looking = c.req.valid('json');
    setLooking(c.var.mine, looking.onceMore);
    return c.json(looking);
  });
  app.post(
    '/api/sessions/:id/replay',
    turns('Change an earlier edit and make again what depends on it', {
      200: 'ReplayAnswer of a dry run',
      202: 'ReplayAnswer',
    }),
    keyed,
    body(replaySchema),
    (c) => {
      const { change, dryRun } = c.req.valid('json');
      if (dryRun) return c.json(planOf(c.var.mine, c.req.param('id'), change));
      return c.json(replay(c.var.mine, c.req.param('id'), c.var.key, change), 202);
    },
  );
  app.post(
    '/api/sessions/:id/rebase',
    turns('All instructions since a picture as one edit on it', {
      200: '{ prompt, turnIds } of a dry run',
      202: '{ turn, job, prompt }',
    }),
    keyed,
    body(rebaseSchema),
    (c) => {
      const asked = c.req.valid('json');
      if (!asked.dryRun) return c.json(rebase(c.var.mine, c.req.param('id'), c.var.key, asked), 202);
      const { prompt, turnIds } = rebasePrompt(c.var.mine, c.req.param('id'), asked);
      return c.json({ prompt, turnIds });
    },
  );
  app.post(
    '/api/turns/:id/repeat',
    turns('Send a message again on the same inputs', { 202: '{ turn, job }' }),
    keyed,
    body(repeatSchema),
    (c) => c.json(repeatTurn(c.var.mine, c.req.param('id'), c.var.key, c.req.valid('json')), 202),
  );
  app.patch(
    '/api/turns/:id',
    turns('Hide a turn, or bring it back', '{ turn }'),
    body(turnChangeSchema),
    (c) => c.json({ turn: setTurnState(c.var.mine, c.req.param('id'), c.req.valid('json').state) }),
  );

  const line = group('Queue');
  app.get('/api/queue', line('Who is where in line', 'QueueView'), (c) =>
    c.json(queue.view(c.var.mine.owner)),
  );
  app.post(
    '/api/queue',
    line('Pause the line, or let it go on', 'QueueView'),
    body(queueChangeSchema),
    (c) => {
      queue.setPaused(c.req.valid('json').paused);
      return c.json(queue.view(c.var.mine.owner));
    },
  );
  const job = { 202: '{ job }' };
  app.post('/api/jobs/:id/cancel', line('Stop a job; pictures already made stay', job), (c) =>
    answerJob(c, c.var.mine, (id) => queue.cancel(id)),
  );
  app.post('/api/jobs/:id/retry', line('Let a failed or stopped job go on from what it has', job), (c) =>
    answerJob(c, c.var.mine, (id) => queue.retry(id)),
  );
  app.post('/api/jobs/:id/pause', line('Take a job out of the line until it is resumed', job), (c) =>
    answerJob(c, c.var.mine, (id) => queue.pause(id)),
  );
  app.post('/api/jobs/:id/resume', line('Put a paused job back in its place', job), (c) =>
    answerJob(c, c.var.mine, (id) => queue.resume(id)),
  );
  app.post('/api/jobs/:id/move', line('Move a job in the line', job), body(moveJobSchema), (c) =>
    answerJob(c, c.var.mine, (id) => {
      const { before } = c.req.valid('json');
      return queue.move(id, before === null ? null : requireJob(c.var.mine, before).id);
    }),
  );

  const finding = group('Pictures');
  app.get(
    '/api/search',
    finding('Messages and titles that hold every word, newest first', 'SearchPage'),
    query(searchQuery),
    (c) => c.json(searchPage(c.var.mine, c.req.valid('query'))),
  );
  app.get(
    '/api/pictures',
    finding('Pictures of all sessions, newest first', 'GalleryPage'),
    query(galleryQuery),
    (c) => c.json(galleryPage(c.var.mine, c.req.valid('query'))),
  );
  app.get('/api/pictures/:id', finding('A picture and the turn that made it', '{ picture, turn }'), (c) =>
    c.json(requirePicture(c.var.mine, c.req.param('id'))),
  );
  app.patch(
    '/api/pictures/:id',
    finding('Mark a picture as a favourite, or not', '{ picture }'),
    body(pictureChangeSchema),
    (c) => c.json({ picture: markPicture(c.var.mine, c.req.param('id'), c.req.valid('json').favourite) }),
  );
  app.get(
    '/images/:hash',
    finding('The bytes of a picture, for ever the same', 'a picture'),
    query(downloadQuery),
    (c) => pictureAnswer(c, c.var.mine, c.req.param('hash'), c.req.valid('query')),
  );
  app.get(
    '/pictures/:file',
    finding('A picture as a file with its recipe: ID.png, ID.jpg or ID.webp', 'a picture'),
    query(savedQuery),
    (c) => savedAnswer(c, c.var.mine, c.req.param('file'), c.req.valid('query')),
  );
  app.get(
    '/api/pictures.zip',
    finding('Pictures of a session, of a turn, or by their ids, as one file', 'a zip'),
    query(zipQuery),
    (c) => zipAnswer(c.var.mine, c.req.valid('query')),
  );

  const others = group('Other programs');
  app.get('/v1/models', others("The engines, as OpenAI's clients list models", 'models'), (c) =>
    c.json(modelList(shared)),
  );
  app.post(
    '/v1/images/generations',
    others("Pictures from words, as OpenAI's clients ask", 'ImagesResponse, or a stream of events'),
    keyed,
    forms(generationForm, 'application/json'),
    async (c) => imagesAnswer(c, c.var.mine, c.var.key, c.var.origin, await readGeneration(c.req.raw)),
  );
  app.post(
    '/v1/images/edits',
    others("Pictures changed by words, as OpenAI's clients ask", 'ImagesResponse, or a stream of events'),
    keyed,
    forms(editForm, 'application/json', 'multipart/form-data'),
    async (c) => imagesAnswer(c, c.var.mine, c.var.key, c.var.origin, await readEdit(c.req.raw)),
  );
  app.post(
    '/v1/responses',
    others('Say something in words, with text and pictures in the answer', 'Response, or a stream of events'),
    keyed,
    forms(responseForm, 'application/json'),
    async (c) => responsesAnswer(c, c.var.mine, c.var.key, await readResponses(c.req.raw)),
  );
  app.post(
    '/mcp',
    others('The studio as tools for agents (Model Context Protocol)', 'messages of the protocol'),
    (c) => mcpAnswer(c.var.mine, { rights: c.var.caller.rights, origin: c.var.origin, request: c.req.raw }),
  );
  app.get('/metrics', others('What an operator watches', 'text as Prometheus reads it'), async (c) => {
    const { text, contentType } = await metrics.read();
    return c.body(text, 200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' });
  });
  return app;
}
