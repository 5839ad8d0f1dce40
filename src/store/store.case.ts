import { afterAll, describe } from 'vitest';
import { alertCases } from './cases/alerts.case.ts';
import { durabilityCases } from './cases/durability.case.ts';
import { peopleCases } from './cases/people.case.ts';
import { receptionCases } from './cases/reception.case.ts';
import { resultCases } from './cases/results.case.ts';
import { retentionCases } from './cases/retention.case.ts';
import type { StoreTests } from './cases/store-tests.case.ts';
import { transactionCases } from './cases/transactions.case.ts';
import { verdictCases } from './cases/verdicts.case.ts';
import { openStore } from './open-store.ts';
import type { Store } from './store.ts';

/** What every database must do: run it with one that gives empty databases. */
export function storeCases(url: () => Promise<string>): void {
  const open: Store[] = [];
  afterAll(async () => {
    for (const store of open) await store.close();
  });
  const tests: StoreTests = {
    url,
    async fresh(options = {}) {
      const clock = { now: Date.UTC(2026, 10, 21) };
      const store = await openStore(await url(), { now: () => clock.now, ...options });
      open.push(store);
      return { store, clock };
    },
  };
  describe('sources and records', () => receptionCases(tests));
  describe('events, counts, windows', () => resultCases(tests));
  describe('alerts', () => alertCases(tests));
  describe('verdicts and suppressions', () => verdictCases(tests));
  describe('models, users, tokens, audit', () => peopleCases(tests));
  describe('transactions', () => transactionCases(tests));
  describe('what must not be done twice', () => durabilityCases(tests));
  describe('retention', () => retentionCases(tests));
}
