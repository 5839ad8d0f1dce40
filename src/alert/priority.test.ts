import fc from 'fast-check';
import { expect, test } from 'vitest';
import '../../test/support/property-seed.ts';
import { type PriorityFacts, prioritise, reprioritise } from './priority.ts';

const known: PriorityFacts = {
  ...{ surprise: 3, channels: 1, entityShare: 0.01, hosts: 2, users: 1, events: 10, criticality: 0.5, age: 0 },
  history: { confirmed: 0, dismissed: 0 },
};

function rankOf(facts: Partial<PriorityFacts>): string {
  return prioritise({ ...known, ...facts }).rank;
}

test('a priority is the weighted sum of the factors that it shows', () => {
  const facts = fc.record<PriorityFacts>({
    surprise: fc.double({ min: 0, max: 8, noNaN: true }),
    channels: fc.nat(5),
    entityShare: fc.double({ min: 0, max: 1, noNaN: true }),
    hosts: fc.integer({ min: 1, max: 100 }),
    users: fc.option(fc.nat(100), { nil: undefined }),
    events: fc.integer({ min: 1, max: 1_000_000 }),
    criticality: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
    age: fc.option(fc.nat(1_000_000_000), { nil: undefined }),
    history: fc.option(fc.record({ confirmed: fc.nat(100), dismissed: fc.nat(100) }), { nil: undefined }),
  });
  fc.assert(
    fc.property(facts, facts, (a, b) => {
      const { score, factors } = prioritise(a);
      expect(score).toBeCloseTo(
        factors.reduce((sum, { weight, value }) => sum + weight * value, 0),
        12,
      );
      expect(factors.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1 + 1e-12);
      // Factors that are seen anew are as if they had been seen so at once.
      expect(reprioritise(prioritise(a), { channels: b.channels, history: b.history })).toEqual(
        prioritise({ ...a, channels: b.channels, history: b.history ?? a.history }),
      );
    }),
    { numRuns: 100 },
  );
});

test('each fact moves the priority the way people expect', () => {
  const base = prioritise(known).score;
  const score = (facts: Partial<PriorityFacts>): number => prioritise({ ...known, ...facts }).score;
  for (const more of [
    { surprise: 4 },
    { channels: 2 },
    { entityShare: 0.001 },
    { hosts: 4 },
    { users: 5 },
    { events: 1000 },
    { criticality: 1 },
    { history: { confirmed: 5, dismissed: 0 } },
  ]) {
    expect(score(more), JSON.stringify(more)).toBeGreaterThan(base);
  }
  for (const less of [{ age: 48 * 3_600_000 }, { criticality: 0 }, { history: { confirmed: 0, dismissed: 5 } }]) {
    expect(score(less), JSON.stringify(less)).toBeLessThan(base);
  }
});

test('ranks go from what needs somebody now to what is worth a note', () => {
  expect(rankOf({ surprise: 4, channels: 2, entityShare: 1e-4, criticality: 1, hosts: 3, events: 100 })).toBe(
    'CRITICAL',
  );
  expect(rankOf({ surprise: 4, channels: 2 })).toBe('HIGH');
  expect(rankOf({ surprise: 4, channels: 0 })).toBe('MEDIUM');
  expect(rankOf({ surprise: 2, channels: 0, entityShare: 1, hosts: 1, events: 1 })).toBe('LOW');
  const nothing = { surprise: 0.5, channels: 0, entityShare: 1, hosts: 1, events: 1, criticality: 0 };
  expect(rankOf({ ...nothing, history: { confirmed: 0, dismissed: 20 } })).toBe('INFO');
});
