/** The OpenAPI document as a page to read: one file, nothing loaded. Knows no route. */
import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { html, raw } from 'hono/html';
import type { ApiDocument } from './openapi.ts';
import { typeText } from './type-text.ts';

type Operation = NonNullable<NonNullable<ApiDocument['paths']>[string]>['get'] & object;

interface Route extends Operation {
  method: string;
  path: string;
}

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#221f1a, #ece7dc); --soft: light-dark(#6b6459, #a39b8d);
  --paper: light-dark(#f6f3ec, #14120f); --card: light-dark(#fffdf8, #1d1a16); --line: light-dark(#ddd6c8, #37322a);
  --read: light-dark(#2f6b4f, #7fc4a0); --write: light-dark(#8a4b1f, #e0a370); --remove: light-dark(#9b2c2c, #ef9a9a) }
body { margin: 0 auto; max-width: 56rem; padding: 2rem 1rem 6rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif }
h1 { margin: 0; font: 700 2rem/1.2 Georgia, serif } h2 { margin: 2.5rem 0 .6rem; font: 700 1.2rem Georgia, serif }
p { color: var(--soft); max-width: 44rem } a { color: inherit } nav a { margin-right: 1rem }
details { background: var(--card); border: 1px solid var(--line); border-radius: 8px; margin: .4rem 0 }
summary { display: grid; grid-template-columns: 4.5rem minmax(0, 22rem) 1fr; gap: .8rem; padding: .55rem .9rem; cursor: pointer }
summary > :last-child, dt { color: var(--soft) } code, pre, b { font: 13px/1.5 ui-monospace, monospace }
summary code { overflow-wrap: anywhere } b { font-weight: 700; color: var(--write) } b.GET { color: var(--read) } b.DELETE { color: var(--remove) }
dl { display: grid; grid-template-columns: 4.5rem 1fr; gap: .6rem .8rem; margin: 0; padding: .8rem .9rem; border-top: 1px solid var(--line) }
dd, pre { margin: 0; overflow-x: auto } pre + pre { margin-top: .6rem }
@media (max-width: 40rem) { summary { grid-template-columns: 4.5rem 1fr } summary > :last-child { grid-column: 1 / -1 } }
`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; frame-ancestors 'none'`;

/** Answers the page. It holds no script, and a browser runs none in it. */
export function apiPage(c: Context, document: ApiDocument): Response | Promise<Response> {
  const groups = Map.groupBy(routesOf(document), ({ tags }) => tags?.[0] ?? '');
  const { title, version, description } = document.info;
  c.header('Content-Security-Policy', POLICY);
  return c.html(html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} API</title>
<style>${raw(STYLE)}</style>
<h1>${title} API</h1>
<p>${description} Version ${version}, as <a href="/api/openapi.json">OpenAPI</a>. Names of answers, such as
SessionPage, are the types in <code>studio/protocol.ts</code>.</p>
<nav>${[...groups.keys()].map((tag) => html`<a href="#${anchorOf(tag)}">${tag}</a>`)}</nav>
${[...groups].map(
  ([tag, routes]) => html`<h2 id="${anchorOf(tag)}">${tag}</h2>${routes.map((route) => section(route))}`,
)}
</html>`);
}

const anchorOf = (tag: string): string => tag.toLowerCase().replaceAll(' ', '-');

function routesOf({ paths = {} }: ApiDocument): Route[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
    })),
  );
}

function section({
  method,
  path,
  summary,
  operationId,
  parameters = [],
  requestBody,
  responses = {},
}: Route) {
  const rows = [
    ...parameters.map((parameter) => {
      if ('$ref' in parameter) return ['header', raw('<code>Idempotency-Key</code>')] as const;
      const { name, schema, required = false } = parameter;
      return [parameter.in, html`<code>${name}${required ? '' : '?'}: ${typeText(schema)}</code>`] as const;
    }),
    ...Object.entries(requestBody && 'content' in requestBody ? requestBody.content : {}).map(
      ([mediaType, { schema }]) =>
        ['body', html`<code>${mediaType}</code><pre>${typeText(schema)}</pre>`] as const,
    ),
    ...Object.entries(responses).map(([status, response]) => {
      const text = 'description' in response ? response.description : 'ErrorBody';
      return [status === 'default' ? 'else' : status, text] as const;
    }),
  ];
  return html`<details id="${operationId}">
<summary><b class="${method}">${method}</b><code>${path}</code><span>${summary}</span></summary>
<dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
</details>`;
}
