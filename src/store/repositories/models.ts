import type { Selectable } from 'kysely';
import { CaracalError } from '../../errors.ts';
import type { Access } from '../database.ts';
import { fromJson, toJson, toMillisecond } from '../json.ts';
import type { Schema } from '../schema.ts';
import type { ModelState, NewModel, StoredModel } from '../types.ts';

/** Which models there are and which is in use; their files are elsewhere. */
export interface Models {
  /** Makes a model known as a candidate; one that is known gets its new directory and detail. */
  save(model: NewModel): Promise<StoredModel>;
  get(hash: string): Promise<StoredModel | null>;
  /** The one in use for this name. */
  current(name: string): Promise<StoredModel | null>;
  /** The latest first. */
  list(): Promise<StoredModel[]>;
  /**
   * Takes a model into use; the one before it is retired. Rolling back is promoting the one before.
   *
   * @throws CaracalError E_STORE_CONFLICT where there is no such model
   */
  promote(hash: string): Promise<StoredModel>;
}

export function createModels(access: Access): Models {
  const { read, write, now } = access;
  return {
    async save({ hash, name, kind, directory, detail }) {
      const content = { directory, detail_json: toJson(detail) };
      const row = await write
        .insertInto('models')
        .values({ hash, name, kind, ...content, state: 'candidate', created: toMillisecond(now()), promoted: null })
        .onConflict((conflict) => conflict.column('hash').doUpdateSet(content))
        .returningAll()
        .executeTakeFirstOrThrow();
      return toModel(row);
    },

    async get(hash) {
      const row = await read.selectFrom('models').selectAll().where('hash', '=', hash).executeTakeFirst();
      return row ? toModel(row) : null;
    },

    async current(name) {
      const row = await read
        .selectFrom('models')
        .selectAll()
        .where('name', '=', name)
        .where('state', '=', 'current')
        .executeTakeFirst();
      return row ? toModel(row) : null;
    },

    async list() {
      const rows = await read.selectFrom('models').selectAll().orderBy('created', 'desc').orderBy('hash').execute();
      return rows.map(toModel);
    },

    promote: (hash) =>
      access.together(async ({ read, write }) => {
        const model = await read.selectFrom('models').select('name').where('hash', '=', hash).executeTakeFirst();
        if (!model) {
          throw new CaracalError('E_STORE_CONFLICT', `There is no model ${hash}. Read the list again.`, {
            model: hash,
          });
        }
        await write
          .updateTable('models')
          .set({ state: 'retired' })
          .where('name', '=', model.name)
          .where('state', '=', 'current')
          .execute();
        const row = await write
          .updateTable('models')
          .set({ state: 'current', promoted: toMillisecond(now()) })
          .where('hash', '=', hash)
          .returningAll()
          .executeTakeFirstOrThrow();
        return toModel(row);
      }),
  };
}

// --- internal ---

function toModel({ detail_json, state, ...row }: Selectable<Schema['models']>): StoredModel {
  return { ...row, state: state as ModelState, detail: fromJson(detail_json) };
}
