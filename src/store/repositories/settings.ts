import type { Access } from '../database.ts';
import { fromJson, toJson, toMillisecond } from '../json.ts';
import type { Json } from '../types.ts';

/** What people set while the service runs, by name; what it means is the caller's affair. */
export interface SettingsStore {
  /** `null` where nothing was set. */
  read(key: string): Promise<Json>;
  write(key: string, value: Json): Promise<void>;
}

export function createSettings({ read, write, now }: Access): SettingsStore {
  return {
    async read(key) {
      const row = await read.selectFrom('settings').select('value_json').where('key', '=', key).executeTakeFirst();
      return row ? fromJson(row.value_json) : null;
    },

    async write(key, value) {
      const row = { value_json: toJson(value), updated: toMillisecond(now()) };
      await write
        .insertInto('settings')
        .values({ key, ...row })
        .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
        .execute();
    },
  };
}
