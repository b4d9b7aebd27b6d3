/**
 * Passwords, logins and accounts elsewhere, by `better-auth` on our database. Knows neither keys nor roles; people are made by
 * administrators, so nobody signs up by themselves.
 */
import { randomBytes } from 'node:crypto';
import { betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { genericOAuth } from 'better-auth/plugins';
import type { Database } from '../../db/database.ts';
import { newId } from '../../db/ids.ts';
import { credentials, logins, users, verifications } from '../../db/schema.ts';
import { readSetting, writeSetting } from '../../db/settings.ts';
import { MIN_PASSWORD } from '../../studio/people/people.ts';

/** An account elsewhere by which people sign in (OpenID Connect). */
export interface Elsewhere {
  /** Address of the issuer, below which its description lies. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Whether people come in whom nobody invited: they become members. */
  takesNew: boolean;
}

export interface AuthOptions {
  publicUrl: string | undefined;
  elsewhere: Elsewhere | undefined;
}

export const AUTH_PATH = '/api/auth';

/** What of `better-auth` is reachable; all else of it stays closed. */
const REACHABLE = [
  ...['/sign-in/email', '/sign-in/social', '/callback/oidc', '/error'],
  ...['/sign-out', '/change-password', '/revoke-sessions', '/revoke-other-sessions'],
].map((path) => AUTH_PATH + path);

export const isReachable = (path: string): boolean => REACHABLE.includes(path);

const SECRET = 'auth.secret';
const LOGIN_SECONDS = 30 * 24 * 60 * 60;
const DAY_SECONDS = 24 * 60 * 60;

/** The key that signs cookies: made at the first start, and kept with what it protects. */
function secretOf(db: Database): string {
  const known = readSetting<string | null>(db, SECRET, null);
  if (known) return known;
  const made = randomBytes(32).toString('base64url');
  db.write(() => writeSetting(db, SECRET, made));
  return made;
}

/** Opens `better-auth` on a database. */
export function openAuth(db: Database, { publicUrl, elsewhere }: AuthOptions) {
  return betterAuth({
    appName: 'Palimpsest',
    basePath: AUTH_PATH,
    // Without a public address it is that of each request, which the edge has checked.
    ...(publicUrl ? { baseURL: publicUrl } : {}),
    trustedOrigins: (request) => (request ? [new URL(request.url).origin] : []),
    secret: secretOf(db),
    database: drizzleAdapter(db.orm, {
      provider: 'sqlite',
      schema: { user: users, session: logins, account: credentials, verification: verifications },
      transaction: false,
    }),
    telemetry: { enabled: false },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: MIN_PASSWORD },
    session: { expiresIn: LOGIN_SECONDS, updateAge: DAY_SECONDS },
    // Whoever was added here by their address comes in by an account elsewhere that proves it is theirs.
    account: { accountLinking: { enabled: true, requireLocalEmailVerified: false } },
    // The edge counts attempts, by address and by name.
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: 'palimpsest',
      useSecureCookies: publicUrl?.startsWith('https:') ?? false,
      database: { generateId: () => newId() },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
    },
    logger: { disabled: true },
    onAPIError: { errorURL: '/sign-in' },
    plugins: elsewhere ? [elsewherePlugin(elsewhere)] : [],
  });
}

export type Auth = ReturnType<typeof openAuth>;

/** Header by which the edge tells the address of whoever asks. */
export const ADDRESS_HEADER = 'x-palimpsest-address';

function elsewherePlugin({ issuer, clientId, clientSecret, takesNew }: Elsewhere) {
  return genericOAuth({
    config: [
      {
        providerId: 'oidc',
        discoveryUrl: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
        ...{ clientId, clientSecret },
        scopes: ['openid', 'email', 'profile'],
        pkce: true,
        disableImplicitSignUp: !takesNew,
        disableSignUp: !takesNew,
      },
    ],
  });
}
