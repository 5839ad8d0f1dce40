import type { Access } from '../database.ts';
import { fromJson, toJson, toMillisecond } from '../json.ts';
import type { Json, KnownPush } from '../types.ts';

/** Idempotency keys of HTTP push: a request that comes again gets the answer it got, and is not done again. */
export interface Pushes {
  /** What is known of a key, nothing where it is new or has expired. */
  find(key: string, fingerprint: string): Promise<KnownPush | null>;
  /**
   * Takes a key; nothing where it was free, else what is known of it. Belongs into the
   * transaction that does what the request asks: two requests of one key that come at
   * once then wait for each other.
   *
   * @param fingerprint hash of the request
   */
  claim(key: string, fingerprint: string, response: Json, expires: number): Promise<KnownPush | null>;
  /** Forgets what has expired, so many at most; gives how many. */
  expire(most?: number): Promise<number>;
}

export function createPushes(access: Access): Pushes {
  const { now } = access;
  const known = async ({ read }: Access, key: string, fingerprint: string): Promise<KnownPush | null> => {
    const row = await read
      .selectFrom('pushes')
      .select(['fingerprint', 'response_json'])
      .where('key', '=', key)
      .where('expires', '>', toMillisecond(now()))
      .executeTakeFirst();
    return row ? { same: row.fingerprint === fingerprint, response: fromJson(row.response_json) } : null;
  };
  return {
    find: (key, fingerprint) => known(access, key, fingerprint),

    claim: (key, fingerprint, response, expires) =>
      access.together(async (inside) => {
        const created = toMillisecond(now());
        const row = { fingerprint, response_json: toJson(response), created, expires: toMillisecond(expires) };
        const claimed = await inside.write
          .insertInto('pushes')
          .values({ key, ...row })
          .onConflict((conflict) => conflict.column('key').doUpdateSet(row).where('pushes.expires', '<=', created))
          .returning('key')
          .executeTakeFirst();
        return claimed ? null : known(inside, key, fingerprint);
      }),

    expire: (most = 1000) =>
      access.together(async ({ write }) => {
        const { numDeletedRows } = await write
          .deleteFrom('pushes')
          .where('key', 'in', (eb) =>
            eb.selectFrom('pushes').select('key').where('expires', '<=', toMillisecond(now())).limit(most),
          )
          .executeTakeFirst();
        return Number(numDeletedRows);
      }),
  };
}
