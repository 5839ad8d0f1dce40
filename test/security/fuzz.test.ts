import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fillStore } from '../../src/server/sample-data.case.ts';
import { testServer } from '../../src/server/server.case.ts';

const server = testServer();
beforeAll(() => fillStore(server.store));

interface Parameter {
  readonly name: string;
  readonly in: string;
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: unknown;
}

/** What people and programs put where something else was meant. */
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1e9',
    '9007199254740993',
    'NaN',
    'true',
    'null',
    '%00',
    '\0',
    '../..',
    '[]',
    "'",
    '%',
  ),
  fc.constantFrom('a1', 't1', 'h1', 'w1', '1', 'open', 'HIGH', 'host', 'priority', '\ud800', 'x'.repeat(3000)),
);
const json = fc.oneof(
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }) },
  fc.record(
    {
      targets: fc.array(fc.record({ kind: fc.constantFrom('alert', 'window', 'x'), id: value })),
      verdict: fc.constantFrom('true-positive', 'false-positive', 'x'),
      reason: value,
      expires: fc.oneof(fc.double(), fc.constant(null)),
      match: fc.record({ host: value, text: value, source: fc.array(fc.double()) }, { requiredKeys: [] }),
      alerts: fc.array(value),
      lines: fc.array(value),
      keys: fc.array(value),
      name: value,
      role: fc.constantFrom('viewer', 'admin', 'x'),
      password: value,
      from: fc.double(),
      to: fc.double(),
      alpha: fc.double(),
      beta: fc.double(),
      notify: fc.array(fc.record({ kind: fc.constantFrom('webhook', 'slack', 'file'), name: value, url: value })),
    },
    { requiredKeys: [] },
  ),
);

describe('whatever is asked', () => {
  it('is answered, and nothing breaks', async () => {
    const document = (await (await server.ask('GET', '/api/v1/openapi.json')).json()) as {
      paths: Record<string, Record<string, Operation>>;
    };
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
    );
    const property = fc.asyncProperty(
      fc.constantFrom(...operations),
      fc.array(value, { minLength: 4, maxLength: 4 }),
      fc.array(fc.tuple(fc.nat(30), value), { maxLength: 4 }),
      json,
      async ({ path, method, parameters = [], requestBody }, parts, query, body) => {
        let part = 0;
        const target = path.replace(/\{\w+\}/g, () => encodeURIComponent(wellFormed(parts[part++]) || 'x'));
        const named = parameters.filter((parameter) => parameter.in === 'query');
        const search = new URLSearchParams();
        for (const [at, text] of query) {
          const name = named[at % Math.max(1, named.length)]?.name;
          if (name !== undefined) search.append(name, text);
        }
        const response = await server.ask(method, `${target}?${search}`, {
          as: 'admin',
          ...(requestBody ? { body } : {}),
        });
        const { status, headers } = response;
        const type = headers.get('content-type');
        await response.body?.cancel();
        server.clock.advance(1000);
        expect([method, target, status < 500, server.errors]).toEqual([method, target, true, []]);
        if (status >= 400) expect(type).toBe('application/problem+json');
      },
    );
    await fc.assert(property, { numRuns: 1500 });
  });
});

/** Without halves of characters, which no URL can hold. */
function wellFormed(text = ''): string {
  return text.replace(/[\ud800-\udfff]/g, '');
}
