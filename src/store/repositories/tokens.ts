import type { Selectable } from 'kysely';
import type { Access } from '../database.ts';
import { toMillisecond, toOptionalMillisecond } from '../json.ts';
import type { Schema } from '../schema.ts';
import type { ApiToken, NewToken, TokenRole } from '../types.ts';
import { hashOf, newSecret } from './secrets.ts';

/** Tokens of programs. Only their hashes are stored. */
export interface Tokens {
  /** Gives the secret, to be shown once. It is not stored. */
  issue(token: NewToken): Promise<{ readonly secret: string; readonly token: ApiToken }>;
  /** The token of a secret, whatever its state; nothing where it is unknown. */
  find(secret: string): Promise<ApiToken | null>;
  /** The latest first. */
  list(): Promise<ApiToken[]>;
  /** False where there is none, or it was revoked before. */
  revoke(id: number): Promise<boolean>;
}

export function createTokens({ read, write, now }: Access): Tokens {
  return {
    async issue({ name, role, author, expires }) {
      const secret = newSecret();
      const row = await write
        .insertInto('tokens')
        .values({
          ...{ name, role, author, hash: hashOf(secret), revoked: null },
          created: toMillisecond(now()),
          expires: toOptionalMillisecond(expires),
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return { secret, token: toToken(row, now()) };
    },

    async find(secret) {
      const row = await read.selectFrom('tokens').selectAll().where('hash', '=', hashOf(secret)).executeTakeFirst();
      return row ? toToken(row, now()) : null;
    },

    async list() {
      const rows = await read.selectFrom('tokens').selectAll().orderBy('id', 'desc').execute();
      return rows.map((row) => toToken(row, now()));
    },

    async revoke(id) {
      const { numUpdatedRows } = await write
        .updateTable('tokens')
        .set({ revoked: toMillisecond(now()) })
        .where('id', '=', id)
        .where('revoked', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
  };
}

// --- internal ---

function toToken(row: Selectable<Schema['tokens']>, now: number): ApiToken {
  const { id, name, role, author, created, expires, revoked } = row;
  const expired = expires !== null && expires <= now;
  const state = revoked !== null ? 'revoked' : expired ? 'expired' : 'valid';
  return { id, name, role: role as TokenRole, author, created, expires, revoked, state };
}
