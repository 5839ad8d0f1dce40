import { describe, expect, it } from 'vitest';
import { manyAlerts } from '../store/cases/sample-alerts.case.ts';
import type { Page, StoredAlert } from '../store/index.ts';
import { testServer } from './server.case.ts';

const server = testServer();

describe('alerts over HTTP', () => {
  it('pages through what the store has', async () => {
    await server.store.alerts.upsert(manyAlerts(30, 1));
    const first = await server.ask('GET', '/api/v1/alerts?status=open&status=false-positive&limit=20', {
      as: 'viewer',
    });
    expect(first.status).toBe(200);
    const page = (await first.json()) as Page<StoredAlert>;
    expect(page.items).toHaveLength(20);
    const rest = await server.ask('GET', `/api/v1/alerts?limit=20&cursor=${page.cursor}`, { as: 'viewer' });
    expect(((await rest.json()) as Page<StoredAlert>).items).toHaveLength(10);
  });
});
