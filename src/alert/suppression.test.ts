import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import '../../test/support/property-seed.ts';
import { workspace } from '../../test/support/workspace.ts';
import { manyAlerts, newAlert } from '../store/cases/sample-alerts.case.ts';
import { openStore, type Store, type SuppressionMatch } from '../store/index.ts';
import { type AlertMatch, matches, rulesOf, suppressionFor } from './suppression.ts';

const { path } = workspace();
const odd = [
  newAlert({ id: 'odd-1', source: null, reason: '100 % ÄÖ "_\\_" sent', entity: null, severity: 'LOW' }),
  newAlert({ id: 'odd-2', reason: 'a\0b', entity: { kind: 'user', value: 'e\0ve' }, template: null }),
  newAlert({ id: 'odd-3', reason: '\u212a is no k', entities: [{ kind: 'host', value: 'HOST1' }] }),
];
const alerts = [...manyAlerts(150, 5), ...odd];
let store: Store;

beforeAll(async () => {
  store = await openStore(path('rules.db'));
  await store.alerts.upsert(alerts);
});
afterAll(() => store.close());

const some = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined, freq: 1 });
const rule: fc.Arbitrary<AlertMatch> = fc.record({
  detector: some(fc.subarray(['deeplog', 'quantity', 'logmamba', 'none'])),
  source: some(fc.subarray([1, 2, 3, 9])),
  template: some(fc.subarray(['template-0', 'template-1', 'template-2'])),
  host: some(fc.constantFrom('host1', 'host2', 'HOST1')),
  user: some(fc.constantFrom('user1', 'user2', 'e\0ve', 'e\u2400ve')),
  entity: some(
    fc.constantFrom({ kind: 'address', value: '10.0.0.3' } as const, { kind: 'user', value: 'user4' } as const),
  ),
  text: some(
    fc.constantFrom('FAILED', 'unexpected 3', '100 %', '_', '\\_', '%', 'Ä', 'ä', 'a\0b', 'host1\n', '\u212a', 'k', ''),
  ),
  severity: some(fc.subarray(['NONE', 'LOW', 'MED', 'HIGH'] as const)),
});

describe('a rule', () => {
  test('is about the alerts that the store says it would silence', async () => {
    await fc.assert(
      fc.asyncProperty(rule, async (match: SuppressionMatch) => {
        const found = alerts.filter((alert) => matches(match, alert)).length;
        if (Object.values(match).every((part) => part === undefined || part === '')) {
          expect(found).toBe(0);
          await expect(store.suppressions.receipt(match)).rejects.toThrow('would silence everything');
        } else {
          expect(found).toBe((await store.suppressions.receipt(match)).silenced);
        }
      }),
      { numRuns: 250 },
    );
  });

  test('holds until it expires or is revoked', () => {
    const rule = (id: string, change: object) => ({
      ...{ id, match: { host: 'host1' }, expires: null, revoked: null },
      ...change,
    });
    const alert = newAlert({ entities: [{ kind: 'host', value: 'host1' }] });
    const rules = [
      rule('other', { match: { host: 'host2' } }),
      rule('revoked', { revoked: { time: 1, author: 'a' } }),
      rule('short', { expires: 100 }),
    ];
    expect(suppressionFor(alert, rules, 99)).toBe('short');
    expect(suppressionFor(alert, rules, 100)).toBeNull();
    expect(suppressionFor(alert, [...rules, rule('long', {})], 100)).toBe('long');
  });

  test('stands for a false-positive verdict on alerts, once for those alike, and is about each of them', async () => {
    const given = alerts.slice(0, 12);
    const rules = rulesOf([...given, ...given, ...odd]);
    for (const alert of [...given, ...odd]) expect(rules.some((match) => matches(match, alert))).toBe(true);
    expect(rules.length).toBeLessThanOrEqual(15);
    expect(rulesOf([newAlert({ template: null })])).toEqual([
      { detector: ['deeplog'], source: [1], severity: ['HIGH'] },
    ]);
    expect(
      rulesOf([newAlert({ template: { id: 't', text: 'a', count: 1 }, entity: { kind: 'user', value: 'u' } })]),
    ).toEqual([{ detector: ['deeplog'], template: ['t'], entity: { kind: 'user', value: 'u' } }]);
  });
});
