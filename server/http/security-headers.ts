/**
 * Headers that tell a browser what answers of this server may do: pages run our own scripts alone, are shown in no frame, and load
 * nothing from elsewhere; what is no page runs nothing. Sources: CSP Level 3, Fetch (CORP), HTML (COOP, referrer policy).
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { NONCE_HEADER } from '../../studio/protocol.ts';

const CSP = 'Content-Security-Policy';

const NOTHING = "default-src 'none'; frame-ancestors 'none'";

const SAME_FOR_ALL = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

/** Sets what holds for every answer of a server that people find over TLS, or not; one that is a page calls {@link allowPage} too. */
export function secure(response: ServerResponse, isTls: boolean): void {
  for (const [name, value] of Object.entries(SAME_FOR_ALL)) response.setHeader(name, value);
  response.setHeader(CSP, NOTHING);
  if (isTls) response.setHeader('Strict-Transport-Security', 'max-age=31536000');
}

/** Lets a page run the scripts that bear this answer's nonce, which Next reads from the request, and whatever those load. */
export function allowPage(request: IncomingMessage, response: ServerResponse): void {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src-elem 'self' 'nonce-${nonce}'`,
    // Attributes of single elements: places and sizes that only the browser knows.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
  request.headers[CSP.toLowerCase()] = policy;
  request.headers[NONCE_HEADER] = nonce;
  response.setHeader(CSP, policy);
}
