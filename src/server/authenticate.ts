import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Store, TokenRole } from '../store/index.ts';
import type { Actor } from './access.ts';
import { readCookie } from './cookie.ts';
import { Problem } from './problem.ts';

/**
 * Who sends a request: by its `Authorization: Bearer`, else by its session cookie.
 *
 * @throws Problem 401 for nobody, or for what has ended
 */
export async function authenticate(request: Request, store: Store, secure: boolean): Promise<Actor> {
  const authorization = request.headers.get('authorization');
  if (authorization !== null) {
    const secret = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(authorization)?.[1];
    if (secret === undefined) throw nobody('The Authorization header is none of the form `Bearer TOKEN`.');
    return actorOfToken(secret, store);
  }
  const session = readCookie(request, secure);
  if (session === null) throw nobody('Log in first, or send `Authorization: Bearer TOKEN`.');
  const found = await store.sessions.find(session);
  if (!found) throw nobody('The session has ended. Log in again.');
  const { user, token, role, expires } = found;
  return { ...named(user, token, role), expires, session };
}

/** @throws Problem 401 */
export async function actorOfToken(secret: string, store: Store): Promise<Actor & { readonly token: number }> {
  const token = await store.tokens.find(secret);
  if (!token) throw nobody('The token is unknown. Ask an administrator for one.');
  if (token.state !== 'valid') throw nobody(`The token is ${token.state}. Ask an administrator for a new one.`);
  return { ...named(token.name, token.id, token.role), expires: token.expires, session: null, token: token.id };
}

/** The value that changes must carry beside the cookie; only who may read answers of this origin knows it. */
export function csrfOf(session: string): string {
  return createHmac('sha256', session).update('csrf').digest('base64url');
}

/** Compares secrets in a time that says nothing about them. */
export function sameSecret(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

// --- internal ---

function named(user: string, token: number | null, role: TokenRole): Pick<Actor, 'name' | 'role' | 'identity'> {
  // A user's name has no colon, so that no user can sign as a token.
  return token === null
    ? { name: user, role, identity: `user:${user}` }
    : { name: `token:${user}`, role, identity: `token:${token}` };
}

function nobody(detail: string): Problem {
  return new Problem(401, detail, { headers: { 'www-authenticate': 'Bearer realm="caracal"' } });
}
