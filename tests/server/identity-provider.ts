/** An identity provider on a free port that lets in whomever it is told to, with signed tokens of OpenID Connect. */
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Claims {
  sub: string;
  email: string;
  email_verified: boolean;
  name: string;
}

export interface IdentityProvider {
  issuer: string;
  /** Who signs in next. */
  next: Claims;
}

const CLIENT = 'a-studio';
const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export async function identityProvider(next: Claims): Promise<IdentityProvider> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const provider: IdentityProvider = { issuer: '', next };
  let nonce: string | null = null;
  const tokenOf = (): string => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { ...provider.next, nonce, iss: provider.issuer, aud: CLIENT, iat: now, exp: now + 600 };
    const signed = `${base64({ alg: 'RS256', kid: 'one' })}.${base64(claims)}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
  };
  const answers: Record<string, () => object> = {
    '/.well-known/openid-configuration': () => ({
      issuer: provider.issuer,
      authorization_endpoint: `${provider.issuer}/authorize`,
      token_endpoint: `${provider.issuer}/token`,
      jwks_uri: `${provider.issuer}/jwks`,
      id_token_signing_alg_values_supported: ['RS256'],
    }),
    '/jwks': () => ({
      keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }],
    }),
    '/token': () => ({
      access_token: randomUUID(),
      token_type: 'Bearer',
      expires_in: 600,
      id_token: tokenOf(),
    }),
  };
  const http = createServer((request, response) => {
    const { pathname, searchParams: asked } = new URL(request.url!, provider.issuer);
    if (pathname === '/authorize') {
      nonce = asked.get('nonce');
      const back = new URL(asked.get('redirect_uri')!);
      back.search = String(new URLSearchParams({ code: randomUUID(), state: asked.get('state')! }));
      response.writeHead(302, { Location: String(back) }).end();
      return;
    }
    const body = answers[pathname]?.();
    response
      .writeHead(body ? 200 : 404, { 'Content-Type': 'application/json' })
      .end(JSON.stringify(body ?? {}));
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => void http.close());
  provider.issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return provider;
}

export const clientOf = ({ issuer }: IdentityProvider, takesNew: boolean) => ({
  ...{ issuer, clientId: CLIENT, clientSecret: 'secret', takesNew },
});
