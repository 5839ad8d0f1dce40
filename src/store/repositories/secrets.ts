import { createHash, randomBytes } from 'node:crypto';

/** A secret that nobody can guess, for a URL, header or cookie. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What of a secret is stored. It is random, so that a plain hash is enough: there is nothing to guess. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
