/** The routes of the settings: the engines and the storage, what they are, and what an operator changes of them. Knows no page. */
import type { Context, Hono } from 'hono';
import { Refusal } from '../../../studio/refusal.ts';
import { engineChangeSchema, freeSchema } from '../../../studio/requests.ts';
import { newEngineSchema } from '../../engines/engine-entry.ts';
import type { Shared } from '../../runtime.ts';
import { freeStorage, storageView } from '../../turns/deleting/storage.ts';
import { requireEngine } from '../../turns/turn-engine.ts';
import type { Asking } from '../accounts/asking.ts';
import { body, group } from '../openapi.ts';
import { engineTrial } from './engine-trial.ts';
import { engineList, engineView } from './engine-views.ts';
import { setterOf } from './may-set.ts';

export function addEngineRoutes(app: Hono<Asking>, shared: Shared): void {
  const { engines, catalogue } = shared;
  const route = group('Engines');
  const viewOf = (name: string) => ({ engine: engineView(shared, engines.entryOf(name)!, true) });
  const isSetter = setterOf(shared);
  const requireSetter = (c: Context<Asking>) => {
    if (!isSetter(c)) throw new Refusal('settings_closed', {});
  };

  app.get(
    '/api/storage',
    route('What the data folder holds, of all owners, and what of it can be given back', 'StorageView'),
    (c) => {
      requireSetter(c);
      return c.json(storageView(shared), 200, { 'Cache-Control': 'no-store' });
    },
  );
  app.post(
    '/api/storage/free',
    route('Give back what nothing needs; deleted sessions are gone for good then', 'StorageView'),
    body(freeSchema),
    (c) => {
      requireSetter(c);
      freeStorage(shared, c.req.valid('json').what);
      return c.json(storageView(shared));
    },
  );
  app.get('/api/engines', route('The engines that can draw, and how each stands', 'EngineList'), (c) =>
    c.json(engineList(shared, isSetter(c)), 200, {
      'Cache-Control': 'no-store',
    }),
  );
  app.post(
    '/api/engines',
    route('Add an engine: a folder to load, or an address to call', { 201: '{ engine }' }),
    body(newEngineSchema),
    (c) => {
      requireSetter(c);
      const entry = c.req.valid('json');
      catalogue.add(entry);
      return c.json(viewOf(entry.name), 201);
    },
  );
  app.patch(
    '/api/engines/:name',
    route('Let an engine draw where none is named', '{ engine }'),
    body(engineChangeSchema),
    (c) => {
      requireSetter(c);
      const name = c.req.param('name');
      catalogue.setDefault(name);
      return c.json(viewOf(name));
    },
  );
  app.delete(
    '/api/engines/:name',
    route('Take an engine out; what it drew stays', { 204: 'nothing' }),
    (c) => {
      requireSetter(c);
      catalogue.remove(c.req.param('name'));
      return c.body(null, 204);
    },
  );
  app.post(
    '/api/engines/:name/start',
    route('Load an engine, for messages to come', { 202: 'EngineList' }),
    (c) => {
      engines.start(requireEngine(engines, c.req.param('name')));
      return c.json(engineList(shared, isSetter(c)), 202);
    },
  );
  app.post(
    '/api/engines/:name/test',
    route('Draw a small picture by an engine; it is stored nowhere', 'EngineTrial'),
    async (c) => {
      requireSetter(c);
      return c.json(await engineTrial(shared, c.req.param('name'), c.req.raw.signal));
    },
  );
}
