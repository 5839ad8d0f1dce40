import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrateBursts, ONCE_A_DAY, PERIOD } from './burst-calibration.ts';

const DAY = 86_400_000;

describe('the common measure of bursts', () => {
  it('is how rarely held-out time holds as much', () => {
    const { surprise } = calibrateBursts([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 10 * DAY);
    const periods = (10 * DAY) / PERIOD;
    expect(surprise(10)).toBeCloseTo(-Math.log10(2 / (periods + 1)));
    expect(surprise(1)).toBeCloseTo(-Math.log10(11 / (periods + 1)));
  });

  it('calls once a day what held-out time shows once a day', () => {
    const once = calibrateBursts(new Array<number>(100).fill(5), 101 * DAY);
    expect(once.surprise(5)).toBeCloseTo(ONCE_A_DAY, 2);
  });

  it('goes on beyond the largest held-out burst, but not without end', () => {
    const { surprise } = calibrateBursts([2.5, 2.6, 2.7, 3, 3.1, 3.4], DAY);
    expect(surprise(5)).toBeGreaterThan(surprise(4));
    expect(surprise(1e9) - surprise(3.4)).toBeLessThan(4);
  });

  it('does not take the least that can be flagged for a wonder where held-out time shows nothing', () => {
    const { surprise } = calibrateBursts([], DAY, 2.3);
    expect(surprise(2.3)).toBeCloseTo(Math.log10(DAY / PERIOD + 1));
    expect(surprise(2.4) - surprise(2.3)).toBeLessThan(0.2);
  });

  it('never falls with the evidence, and is never below 0', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 20, noNaN: true })),
        fc.double({ min: 0, max: 30, noNaN: true }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        (held, evidence, more) => {
          const { surprise } = calibrateBursts(held, DAY, 2.3);
          expect(surprise(evidence)).toBeGreaterThanOrEqual(0);
          expect(surprise(evidence + more)).toBeGreaterThanOrEqual(surprise(evidence));
        },
      ),
    );
  });
});
