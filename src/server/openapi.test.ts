import SwaggerParser from '@apidevtools/swagger-parser';
import { describe, expect, it } from 'vitest';
import { testServer } from './server.case.ts';

const server = testServer();

describe('the OpenAPI document', () => {
  it('validates, and has every route with its role', async () => {
    const response = await server.ask('GET', '/api/v1/openapi.json');
    expect(response.headers.get('content-type')).toBe('application/json');
    const document = await response.json();
    if (process.env.DUMP) (await import('node:fs')).writeFileSync(process.env.DUMP, JSON.stringify(document, null, 1));
    const api = await SwaggerParser.validate(structuredClone(document) as never);
    expect(api).toMatchObject({ openapi: '3.1.0' });
  });
});
