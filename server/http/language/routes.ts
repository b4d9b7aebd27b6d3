/** The routes of the language model: what it is, and what an operator changes of it. Knows no message. */
import type { Context, Hono } from 'hono';
import { Refusal } from '../../../studio/refusal.ts';
import { newLanguageSchema } from '../../language/language-entry.ts';
import { tryLanguage } from '../../language/trial.ts';
import type { Shared } from '../../runtime.ts';
import type { Asking } from '../accounts/asking.ts';
import { setterOf } from '../engines/may-set.ts';
import { body, group } from '../openapi.ts';

export function addLanguageRoutes(app: Hono<Asking>, shared: Shared): void {
  const { language } = shared;
  const route = group('Language model');
  const isSetter = setterOf(shared);
  const requireSetter = (c: Context<Asking>) => {
    if (!isSetter(c)) throw new Refusal('settings_closed', {});
  };

  app.get('/api/language', route('The language model that reads messages', 'LanguageView'), (c) =>
    c.json(language.view(isSetter(c)), 200, { 'Cache-Control': 'no-store' }),
  );
  app.put(
    '/api/language',
    route('Name the language model that reads messages', 'LanguageView'),
    body(newLanguageSchema),
    (c) => {
      requireSetter(c);
      language.set(c.req.valid('json'));
      return c.json(language.view(true));
    },
  );
  app.delete('/api/language', route('Read messages without a language model', { 204: 'nothing' }), (c) => {
    requireSetter(c);
    language.remove();
    return c.body(null, 204);
  });
  app.post(
    '/api/language/test',
    route('Ask the language model a short question', 'LanguageTrial'),
    async (c) => {
      requireSetter(c);
      return c.json(await tryLanguage(language));
    },
  );
}
