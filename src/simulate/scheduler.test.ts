import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createScheduler, type Label, type Script } from './scheduler.ts';

describe('scheduler', () => {
  it('runs scripts in the order of time, ties in the order of waiting', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(20), { maxLength: 8 }), { maxLength: 20 }), (waits) => {
        const scheduler = createScheduler(1000);
        const seen: number[] = [];
        function* wait(list: readonly number[]): Script {
          for (const pause of list) {
            const due = scheduler.now + pause;
            yield pause;
            expect(scheduler.now).toBe(due);
            seen.push(scheduler.now);
          }
        }
        for (const list of waits) scheduler.spawn(wait(list));
        scheduler.run(1e6);
        expect(seen).toEqual([...seen].sort((a, b) => a - b));
        expect(seen).toHaveLength(waits.flat().length);
      }),
    );
  });

  it('stops before the end and goes on from there', () => {
    const scheduler = createScheduler(0);
    const seen: number[] = [];
    scheduler.spawn(
      (function* (): Script {
        for (;;) {
          seen.push(scheduler.now);
          yield 10;
        }
      })(),
    );
    scheduler.run(30);
    expect(seen).toEqual([0, 10, 20]);
    scheduler.run(31);
    expect(seen).toEqual([0, 10, 20, 30]);
  });

  it('gives a script the label of the one that spawned it, and keeps other scripts out', () => {
    const scheduler = createScheduler(0);
    const seen: (string | null)[] = [];
    const note = (): void => void seen.push(scheduler.label?.name ?? null);
    const label: Label = { kind: 'phase', name: 'reconnaissance' };
    function* child(): Script {
      yield 5;
      note();
    }
    scheduler.spawn(
      (function* (): Script {
        note();
        scheduler.relabel(label);
        scheduler.spawn(child());
        yield 1;
        scheduler.relabel(null);
        note();
      })(),
    );
    scheduler.spawn(
      (function* (): Script {
        yield 2;
        note();
      })(),
    );
    scheduler.run(100);
    expect(seen).toEqual([null, null, null, 'reconnaissance']);
  });
});
