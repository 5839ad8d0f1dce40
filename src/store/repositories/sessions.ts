import type { Access } from '../database.ts';
import { toMillisecond } from '../json.ts';
import type { Session, SessionOwner, TokenRole } from '../types.ts';
import { hashOf, newSecret } from './secrets.ts';

/** Who is logged in. Of the cookie only the hash is stored. */
export interface Sessions {
  /**
   * Gives the secret for the cookie. It is not stored.
   *
   * @throws CaracalError E_STORE_CONFLICT where there is no such user or token
   */
  start(owner: SessionOwner, expires: number): Promise<string>;
  /** Whose it is; nothing where it, or the token that it came with, is unknown, ended or expired. */
  find(secret: string): Promise<Session | null>;
  end(secret: string): Promise<void>;
  endAll(user: string): Promise<void>;
  /** Removes what has expired; gives how many. */
  expire(): Promise<number>;
}

export function createSessions({ read, write, now }: Access): Sessions {
  return {
    async start(owner, expires) {
      const secret = newSecret();
      await write
        .insertInto('sessions')
        .values({
          hash: hashOf(secret),
          user_name: 'user' in owner ? owner.user : null,
          token: 'token' in owner ? owner.token : null,
          created: toMillisecond(now()),
          expires: toMillisecond(expires),
        })
        .execute();
      return secret;
    },

    async find(secret) {
      const row = await read
        .selectFrom('sessions')
        .leftJoin('users', 'users.name', 'sessions.user_name')
        .leftJoin('tokens', (join) =>
          join
            .onRef('tokens.id', '=', 'sessions.token')
            .on('tokens.revoked', 'is', null)
            .on((eb) => eb.or([eb('tokens.expires', 'is', null), eb('tokens.expires', '>', toMillisecond(now()))])),
        )
        .select(({ fn }) => [
          fn.coalesce('users.name', 'tokens.name').as('user'),
          fn.coalesce('users.role', 'tokens.role').as('role'),
          'tokens.id as token',
          'sessions.created',
          'sessions.expires',
        ])
        .where('sessions.hash', '=', hashOf(secret))
        .where('sessions.expires', '>', toMillisecond(now()))
        .executeTakeFirst();
      return row?.user ? { ...row, user: row.user, role: row.role as TokenRole } : null;
    },

    async end(secret) {
      await write.deleteFrom('sessions').where('hash', '=', hashOf(secret)).execute();
    },

    async endAll(user) {
      await write.deleteFrom('sessions').where('user_name', '=', user).execute();
    },

    async expire() {
      const { numDeletedRows } = await write
        .deleteFrom('sessions')
        .where('expires', '<=', toMillisecond(now()))
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}
