import { afterAll, beforeAll } from 'vitest';
import { type PostgresServer, startPostgres } from '../../../test/support/postgres.ts';
import { needs } from '../../../test/support/requirements.ts';
import { storeCases } from '../store.case.ts';

needs('postgres')('PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(() => {
    server = startPostgres();
  });
  afterAll(() => server.remove());

  storeCases(() => server.database());
});
