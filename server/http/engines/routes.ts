/** The routes of the engines: what they are, and what an operator changes of them. Knows no page. */
import type { Hono } from 'hono';
import { Refusal } from '../../../studio/refusal.ts';
import { engineChangeSchema } from '../../../studio/requests.ts';
import { newEngineSchema } from '../../engines/engine-entry.ts';
import type { Runtime } from '../../runtime.ts';
import { requireEngine } from '../../turns/turn-engine.ts';
import { body, group } from '../openapi.ts';
import { engineTrial } from './engine-trial.ts';
import { engineList, engineView } from './engine-views.ts';
import { maySet } from './may-set.ts';

export function addEngineRoutes(app: Hono, runtime: Runtime): void {
  const { engines, catalogue } = runtime;
  const route = group('Engines');
  const viewOf = (name: string) => ({ engine: engineView(runtime, engines.entryOf(name)!, true) });
  const requireSetter = (request: Request) => {
    if (!maySet(request.headers, runtime.operator)) throw new Refusal('settings_closed', {});
  };

  app.get('/api/engines', route('The engines that can draw, and how each stands', 'EngineList'), (c) =>
    c.json(engineList(runtime, maySet(c.req.raw.headers, runtime.operator)), 200, {
      'Cache-Control': 'no-store',
    }),
  );
  app.post(
    '/api/engines',
    route('Add an engine: a folder to load, or an address to call', { 201: '{ engine }' }),
    body(newEngineSchema),
    (c) => {
      requireSetter(c.req.raw);
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
      requireSetter(c.req.raw);
      const name = c.req.param('name');
      catalogue.setDefault(name);
      return c.json(viewOf(name));
    },
  );
  app.delete(
    '/api/engines/:name',
    route('Take an engine out; what it drew stays', { 204: 'nothing' }),
    (c) => {
      requireSetter(c.req.raw);
      catalogue.remove(c.req.param('name'));
      return c.body(null, 204);
    },
  );
  app.post(
    '/api/engines/:name/start',
    route('Load an engine, for messages to come', { 202: 'EngineList' }),
    (c) => {
      engines.start(requireEngine(engines, c.req.param('name')));
      return c.json(engineList(runtime, maySet(c.req.raw.headers, runtime.operator)), 202);
    },
  );
  app.post(
    '/api/engines/:name/test',
    route('Draw a small picture by an engine; it is stored nowhere', 'EngineTrial'),
    async (c) => {
      requireSetter(c.req.raw);
      return c.json(await engineTrial(runtime, c.req.param('name'), c.req.raw.signal));
    },
  );
}
