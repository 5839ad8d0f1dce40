import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { workspace } from '../../test/support/workspace.ts';
import { migrate } from './migrate.ts';
import { type Migration, migrations } from './migrations/index.ts';
import { openStore } from './open-store.ts';
import { openSqliteDatabase } from './sqlite/open-sqlite.ts';

const { path } = workspace();
const settings = { busyTimeout: 5000, maxBytes: 0 };
const later: Migration = {
  name: 'later',
  up: async (db) => void (await sql`create table later (id integer)`.execute(db)),
};
const broken: Migration = {
  name: 'broken',
  async up(db) {
    await sql`create table half (id integer)`.execute(db);
    await sql`create table half (id integer)`.execute(db);
  },
};

describe('migrations', () => {
  it('make one schema when many start at once', async () => {
    const file = path('once.db');
    const stores = await Promise.all([openStore(file), openStore(file), openStore(file)]);
    for (const store of stores) await store.sources.open({ name: 's', kind: 'file', format: 'text' });
    expect(await stores[0]?.sources.list()).toHaveLength(1);
    for (const store of stores) await store.close();
  });

  it('go on where the last version ended, each once, and undo what fails', async () => {
    const file = path('steps.db');
    const database = await openSqliteDatabase({ path: file, ...settings });
    await migrate(database, 1);
    await expect(migrate(database, 2, [...migrations, later, broken])).rejects.toThrow('half');
    const versions = () => database.read.selectFrom('caracal_schema').select(['version', 'name', 'applied']).execute();
    expect(await versions()).toEqual([{ version: 1, name: 'first', applied: 1 }]);
    await migrate(database, 3, [...migrations, later]);
    await migrate(database, 4, [...migrations, later]);
    expect((await versions()).map(({ name, applied }) => `${name} ${applied}`)).toEqual(['first 1', 'later 3']);
    await database.close();

    const error = { code: 'E_STORE_SCHEMA', data: { version: 2, known: 1, retry: false } };
    await expect(openStore(file)).rejects.toMatchObject(error);
  });
});
