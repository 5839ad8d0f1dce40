import { describe, expect, it } from 'vitest';
import { createRng } from '../util/rng.ts';
import { createSummedBytes, SUMMED_BYTES } from './checksum.ts';

describe('createSummedBytes', () => {
  const summed = createSummedBytes();
  const other = createSummedBytes();
  const rng = createRng(1);
  const random = (length: number): Uint8Array => Uint8Array.from({ length }, () => rng.int(256));

  it('gives the same for the same bytes, whatever stood there before', () => {
    for (const length of [1, 15, 16, 63, 64, 65, 1000, 4096]) {
      const bytes = random(length);
      summed.bytes.set(random(length + 200));
      summed.bytes.set(bytes);
      other.bytes.set(bytes);
      expect(summed.sum(length)).toBe(other.sum(length));
    }
  });

  it('differs where one bit does, or two bytes have changed places', () => {
    const length = 300;
    const bytes = random(length);
    const sums = new Set<number>();
    const add = (changed: Uint8Array): void => {
      summed.bytes.set(changed);
      sums.add(summed.sum(length));
    };
    add(bytes);
    for (let bit = 0; bit < 8 * length; bit++) add(bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)));
    expect(sums.size).toBe(1 + 8 * length);
    for (let at = 0; at + 64 < length; at++) {
      if (bytes[at] === bytes[at + 64]) continue;
      const swapped = bytes.slice();
      [swapped[at], swapped[at + 64]] = [bytes[at + 64]!, bytes[at]!];
      add(swapped);
    }
    expect(sums.size).toBeGreaterThan(1 + 8 * length + (length - 64) * 0.98);
  });

  it('has room for as much as it says', () => {
    summed.bytes.fill(7);
    const full = summed.sum(SUMMED_BYTES);
    summed.bytes[SUMMED_BYTES - 1] = 8;
    expect(summed.sum(SUMMED_BYTES)).not.toBe(full);
  });
});
