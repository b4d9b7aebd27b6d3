/** What answers of every kind tell a browser: no frame, no guessed type, no other site, and no script but ours. */
import { expect, it } from 'vitest';
import { serve } from './harness.ts';

it.each([
  ['GET', '/api/health'],
  ['GET', '/api/sessions/none'],
  ['GET', '/api/docs'],
  ['GET', '/'],
  ['POST', '/v1/images/generations'],
])('%s %s', async (method, path) => {
  const client = await serve();
  const { headers } = await fetch(`${client.url}${path}`, { method });
  expect(Object.fromEntries(headers)).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'content-security-policy': expect.stringMatching(/^default-src 'none'.*frame-ancestors 'none'/),
  });
  expect(headers.get('content-security-policy')).not.toContain('unsafe');
});
