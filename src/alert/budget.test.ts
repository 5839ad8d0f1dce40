import { describe, expect, test } from 'vitest';
import type { Priority } from '../types.ts';
import { createRng } from '../util/rng.ts';
import { type BudgetSnapshot, createBudget } from './budget.ts';

const DAY = 86_400_000;
const alert = (id: string, rank: Priority['rank']) => ({ id, priority: { rank } });

describe('a budget of alerts', () => {
  test('is shared by ranks: what is minor leaves room for what is urgent', () => {
    const budget = createBudget({ perDay: 8 });
    const told = (rank: Priority['rank'], count: number): number =>
      Array.from({ length: count }, (_, i) => budget.admit(alert(`${rank}-${i}`, rank), 5)).filter(Boolean).length;
    expect(told('INFO', 10)).toBe(2);
    expect(told('LOW', 10)).toBe(2);
    expect(told('MEDIUM', 10)).toBe(4);
    expect(told('HIGH', 10)).toBe(8);
    expect(told('CRITICAL', 10)).toBe(0);
    expect(budget.today).toEqual({ told: 16, beyond: 8 + 8 + 6 + 2 + 10 });
  });

  test('what was told stays told, the next day too; what was not is when its rank rises', () => {
    const budget = createBudget({ perDay: 1 });
    expect(budget.admit(alert('a', 'MEDIUM'), 0)).toBe(true);
    expect(budget.admit(alert('b', 'MEDIUM'), 1)).toBe(false);
    expect(budget.admit(alert('b', 'MEDIUM'), 2)).toBe(false);
    expect(budget.today).toEqual({ told: 1, beyond: 1 });
    expect(budget.admit(alert('a', 'LOW'), 3)).toBe(true);
    expect(budget.admit(alert('b', 'HIGH'), 4)).toBe(true);
    expect(budget.today).toEqual({ told: 2, beyond: 0 });
    expect(budget.admit(alert('a', 'MEDIUM'), DAY)).toBe(true);
    expect(budget.today).toEqual({ told: 0, beyond: 0 });
    expect(budget.admit(alert('c', 'MEDIUM'), DAY + 1)).toBe(true);
    expect(budget.admit(alert('d', 'MEDIUM'), DAY - 5)).toBe(false);
    budget.change(5);
    expect(budget.admit(alert('d', 'MEDIUM'), DAY + 2)).toBe(true);
  });

  test('goes on where it was saved', () => {
    const rng = createRng(3);
    const asked = Array.from({ length: 500 }, (_, i) => ({
      ...alert(`a${rng.int(120)}`, rng.pick(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO'] as const)),
      now: i * (DAY / 200),
    }));
    const whole = createBudget({ perDay: 10 });
    let cut = createBudget({ perDay: 10 });
    for (const { now, ...each } of asked) {
      expect(cut.admit(each, now)).toBe(whole.admit(each, now));
      cut = createBudget({ perDay: 10, from: JSON.parse(JSON.stringify(cut.snapshot())) as BudgetSnapshot });
      expect(cut.today).toEqual(whole.today);
    }
  });
});
