import type { Selectable } from 'kysely';
import { limitOf, pageOf, positionOf } from '../cursor.ts';
import type { Access } from '../database.ts';
import { fromJson, toJson, toMillisecond } from '../json.ts';
import type { Schema } from '../schema.ts';
import type { DeadLetter, NewDeadLetter, Page, PageRequest } from '../types.ts';

/** Notifications that could not be delivered. They stay on record when they are at last. */
export interface DeadLetters {
  add(letter: NewDeadLetter): Promise<DeadLetter>;
  get(id: number): Promise<DeadLetter | null>;
  /** Another attempt failed. */
  failed(id: number, error: string): Promise<void>;
  delivered(id: number): Promise<void>;
  /** The latest first; those that wait, unless told. */
  page(filter?: { readonly delivered?: boolean }, request?: PageRequest): Promise<Page<DeadLetter>>;
  /** Deletes those that were delivered before this time, so many at most; gives how many. */
  forget(before: number, most?: number): Promise<number>;
}

export function createDeadLetters({ read, write, now }: Access): DeadLetters {
  return {
    async add({ notifier, alert, payload, error, attempts }) {
      const time = toMillisecond(now());
      const row = await write
        .insertInto('dead_letters')
        .values({
          notifier,
          alert,
          payload_json: toJson(payload),
          error,
          attempts,
          created: time,
          updated: time,
          delivered: null,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return toLetter(row);
    },

    async get(id) {
      const row = await read.selectFrom('dead_letters').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? toLetter(row) : null;
    },

    async failed(id, error) {
      await write
        .updateTable('dead_letters')
        .set((eb) => ({ error, attempts: eb('attempts', '+', 1), updated: toMillisecond(now()) }))
        .where('id', '=', id)
        .execute();
    },

    async delivered(id) {
      const time = toMillisecond(now());
      await write.updateTable('dead_letters').set({ updated: time, delivered: time }).where('id', '=', id).execute();
    },

    async page({ delivered = false } = {}, request = {}) {
      const limit = limitOf(request);
      const position = positionOf('dead letters', request, ['number']);
      const rows = await read
        .selectFrom('dead_letters')
        .selectAll()
        .where('delivered', delivered ? 'is not' : 'is', null)
        .$if(position !== undefined, (query) => query.where('id', '<', Number(position?.[0])))
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      return pageOf(rows, limit, 'dead letters', (row) => [row.id], toLetter);
    },

    async forget(before, most = 1000) {
      const { numDeletedRows } = await write
        .deleteFrom('dead_letters')
        .where('id', 'in', (eb) =>
          eb.selectFrom('dead_letters').select('id').where('delivered', '<', toMillisecond(before)).limit(most),
        )
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
  };
}

// --- internal ---

function toLetter({ payload_json, ...row }: Selectable<Schema['dead_letters']>): DeadLetter {
  return { ...row, payload: fromJson(payload_json) };
}
