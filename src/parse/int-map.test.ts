import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createIntMap } from './int-map.ts';

it('holds what a Map holds, after any sets and deletes', () => {
  const key = fc.oneof(fc.nat(40), fc.nat(0x7fffffff));
  const step = fc.record({ key, value: fc.option(fc.integer({ min: -0x80000000, max: 0x7fffffff })) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const map = createIntMap();
      const oracle = new Map<number, number>();
      for (const { key, value } of steps) {
        if (value === null) {
          map.delete(key);
          oracle.delete(key);
        } else {
          map.set(key, value);
          oracle.set(key, value);
        }
      }
      for (const { key } of steps) expect(map.get(key)).toBe(oracle.get(key));
    }),
  );
});
