import { describe, expect, it } from 'vitest';
import { checksum } from './checksum.ts';
import { createRng } from './rng.ts';
import { wasmMemory } from './wasm.ts';

describe('checksum', () => {
  const memory = wasmMemory(1);
  const rng = createRng(1);
  const random = (length: number): Uint8Array => Uint8Array.from({ length }, () => rng.int(256));
  const put = (bytes: Uint8Array, at = 0): Uint8Array => {
    const placed = new Uint8Array(memory.buffer, at, bytes.length);
    placed.set(bytes);
    return placed;
  };

  it('is that of the bytes, wherever and in whichever memory they stand', () => {
    const other = wasmMemory(2);
    for (const length of [0, 1, 15, 127, 128, 129, 1000, 4096]) {
      const bytes = random(length);
      const sum = checksum(put(bytes));
      expect(checksum(put(bytes, 4099))).toBe(sum);
      const there = new Uint8Array(other.buffer, 77, length);
      there.set(bytes);
      expect(checksum(there)).toBe(sum);
    }
  });

  it('differs where one bit does, or two bytes have changed places', () => {
    const length = 300;
    const bytes = random(length);
    const sums = new Set<number>([checksum(put(bytes))]);
    for (let bit = 0; bit < 8 * length; bit++) {
      sums.add(checksum(put(bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)))));
    }
    expect(sums.size).toBe(1 + 8 * length);
    for (const distance of [1, 16, 128]) {
      for (let at = 0; at + distance < length; at++) {
        const swapped = bytes.slice();
        [swapped[at], swapped[at + distance]] = [bytes[at + distance]!, bytes[at]!];
        const same = bytes[at] === bytes[at + distance];
        expect(checksum(put(swapped)) === checksum(put(bytes))).toBe(same);
      }
    }
  });

  it('is made of other bytes too', () => {
    const bytes = random(200);
    const sum = checksum(bytes);
    expect(checksum(bytes.slice())).toBe(sum);
    bytes[150]! ^= 1;
    expect(checksum(bytes)).not.toBe(sum);
  });
});
