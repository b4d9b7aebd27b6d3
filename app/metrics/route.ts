/** `GET /metrics`: what an operator watches, in the form that Prometheus reads. */
import { route } from '../../server/http/http.ts';
import { runtime } from '../../server/runtime.ts';

export const GET = route(async () => {
  const { text, contentType } = await runtime().metrics.read();
  return new Response(text, { headers: { 'Content-Type': contentType, 'Cache-Control': 'no-store' } });
});
