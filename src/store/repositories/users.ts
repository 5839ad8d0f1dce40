import type { Selectable } from 'kysely';
import { CaracalError } from '../../errors.ts';
import type { Access } from '../database.ts';
import { toMillisecond } from '../json.ts';
import type { Schema } from '../schema.ts';
import type { NewUser, Role, User } from '../types.ts';

/** Who may use the service. */
export interface Users {
  /** @throws CaracalError E_STORE_CONFLICT where the name is taken */
  add(user: NewUser): Promise<User>;
  get(name: string): Promise<User | null>;
  list(): Promise<User[]>;
  /**
   * Changes a role or password, and ends the user's sessions.
   *
   * @throws CaracalError E_STORE_CONFLICT where there is no such user
   */
  change(name: string, change: Partial<Pick<NewUser, 'role' | 'passwordHash'>>): Promise<User>;
  /** Removes a user with their sessions; false where there was none. */
  remove(name: string): Promise<boolean>;
}

export function createUsers(access: Access): Users {
  const { read, write, now } = access;
  return {
    async add({ name, role, passwordHash }) {
      const row = await write
        .insertInto('users')
        .values({ name, role, password_hash: passwordHash, created: toMillisecond(now()) })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .returningAll()
        .executeTakeFirst();
      if (row) return toUser(row);
      throw new CaracalError('E_STORE_CONFLICT', `There is a user ${name} already. Take another name.`, { user: name });
    },

    async get(name) {
      const row = await read.selectFrom('users').selectAll().where('name', '=', name).executeTakeFirst();
      return row ? toUser(row) : null;
    },

    async list() {
      const rows = await read.selectFrom('users').selectAll().orderBy('name').execute();
      return rows.map(toUser);
    },

    change: (name, { role, passwordHash }) =>
      access.together(async ({ write }) => {
        const row = await write
          .updateTable('users')
          .set((eb) => ({
            role: role ?? eb.ref('role'),
            password_hash: passwordHash ?? eb.ref('password_hash'),
          }))
          .where('name', '=', name)
          .returningAll()
          .executeTakeFirst();
        if (!row) {
          throw new CaracalError('E_STORE_CONFLICT', `There is no user ${name}. Read the list again.`, { user: name });
        }
        await write.deleteFrom('sessions').where('user_name', '=', name).execute();
        return toUser(row);
      }),

    async remove(name) {
      const { numDeletedRows } = await write.deleteFrom('users').where('name', '=', name).executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}

// --- internal ---

function toUser({ name, role, password_hash, created }: Selectable<Schema['users']>): User {
  return { name, role: role as Role, passwordHash: password_hash, created };
}
