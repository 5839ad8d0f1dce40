import type { Access } from '../database.ts';
import { toMillisecond } from '../json.ts';
import type { Role, Session } from '../types.ts';
import { hashOf, newSecret } from './secrets.ts';

/** Who is logged in. Of the cookie only the hash is stored. */
export interface Sessions {
  /**
   * Gives the secret for the cookie. It is not stored.
   *
   * @throws CaracalError E_STORE_CONFLICT where there is no such user
   */
  start(user: string, expires: number): Promise<string>;
  /** Whose it is; nothing where it is unknown, ended or expired. */
  find(secret: string): Promise<Session | null>;
  end(secret: string): Promise<void>;
  endAll(user: string): Promise<void>;
  /** Removes what has expired; gives how many. */
  expire(): Promise<number>;
}

export function createSessions({ read, write, now }: Access): Sessions {
  return {
    async start(user, expires) {
      const secret = newSecret();
      await write
        .insertInto('sessions')
        .values({
          hash: hashOf(secret),
          user_name: user,
          created: toMillisecond(now()),
          expires: toMillisecond(expires),
        })
        .execute();
      return secret;
    },

    async find(secret) {
      const row = await read
        .selectFrom('sessions')
        .innerJoin('users', 'users.name', 'sessions.user_name')
        .select(['users.name as user', 'users.role', 'sessions.created', 'sessions.expires'])
        .where('sessions.hash', '=', hashOf(secret))
        .where('sessions.expires', '>', toMillisecond(now()))
        .executeTakeFirst();
      return row ? { ...row, role: row.role as Role } : null;
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
