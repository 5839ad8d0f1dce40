import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import SwaggerParser from '@apidevtools/swagger-parser';
import { beforeAll, describe, expect, it } from 'vitest';
import { workspace } from '../../test/support/workspace.ts';
import { manyAlerts } from '../store/cases/sample-alerts.case.ts';
import { listen } from './index.ts';
import { testServer } from './server.case.ts';

const server = testServer();
const { folder, path, write } = workspace();

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, { operationId: string; security: object[] }>>>>;
}

let document: Document;
beforeAll(async () => {
  document = (await (await server.ask('GET', '/api/v1/openapi.json')).json()) as Document;
});

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const copy = structuredClone(document) as unknown as Parameters<typeof SwaggerParser.validate>[0];
    expect(await SwaggerParser.validate(copy)).toMatchObject({ openapi: '3.1.0' });
  });

  it('has every route, by a name of its own, and says which need nobody to log in', () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ route: `${method} ${path}`, ...operation })),
    );
    expect(operations.map(({ route }) => route).sort()).toEqual(
      server.app.routes.map(({ method, path }) => `${method} ${path}`).sort(),
    );
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    expect(operations.filter(({ security }) => security.length === 0).map(({ route }) => route)).toEqual(
      server.app.routes.filter(({ access }) => access === 'public').map(({ method, path }) => `${method} ${path}`),
    );
  });

  it('makes a client that lists alerts, by a public tool', async () => {
    await server.store.alerts.upsert(manyAlerts(12, 3));
    symlinkSync(resolve('node_modules'), path('node_modules'));
    const file = path('generated.ts');
    const input = write('openapi.json', JSON.stringify(document));
    execFileSync(process.execPath, [resolve('node_modules/oazapfts/dist/cli.js'), input, file], { cwd: folder });
    const generated = await import(pathToFileURL(file).href);
    const listening = await listen(server.app, { port: 0 });
    try {
      generated.defaults.baseUrl = listening.url;
      generated.defaults.headers = { authorization: `Bearer ${server.tokens.viewer}` };
      const answer = await generated.getAlerts({ status: ['open', 'false-positive'], limit: 5, order: 'priority' });
      expect(answer.status).toBe(200);
      expect(answer.data.items).toHaveLength(5);
      expect(answer.data.items[0].priority.score).toBeGreaterThanOrEqual(answer.data.items[4].priority.score);
      generated.defaults.headers = {};
      expect((await generated.getAlerts()).status).toBe(401);
    } finally {
      await listening.close();
    }
  });
});
