import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createByteIndex } from './byte-index.ts';
import { encodeUtf8 } from './utf8.ts';

const values = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('sshd', 'cron', '')), {
  maxLength: 400,
});

it('gives the same number to the same bytes, and the text back', () => {
  fc.assert(
    fc.property(values, (list) => {
      const index = createByteIndex();
      const numbers = new Map<string, number>();
      for (const value of list) {
        const bytes = encodeUtf8(`..${value}..`);
        const id = index.intern(bytes, 2, bytes.length - 2);
        expect(numbers.get(value) ?? id).toBe(id);
        numbers.set(value, id);
        expect(index.text(id)).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(encodeUtf8(value)));
      }
      expect(new Set(numbers.values()).size).toBe(numbers.size);
      for (const [value, id] of numbers) expect(index.text(id)).toBe(value);
    }),
    { numRuns: 50 },
  );
});

it('takes bytes that are no UTF-8 for the text that they are shown as', () => {
  const index = createByteIndex();
  const shown = encodeUtf8('web\ufffd');
  const id = index.intern(shown, 0, shown.length);
  for (const byte of [0xff, 0xfe, 0xff]) expect(index.intern(Uint8Array.of(0x77, 0x65, 0x62, byte), 0, 4)).toBe(id);
  expect(index.text(id)).toBe('web\ufffd');
});

it('knows many values apart', () => {
  const index = createByteIndex();
  const of = (i: number): number => {
    const bytes = encodeUtf8(`R${i}-M${i % 7}`);
    return index.intern(bytes, 0, bytes.length);
  };
  const numbers = Array.from({ length: 20_000 }, (_, i) => of(i));
  expect(new Set(numbers).size).toBe(20_000);
  numbers.forEach((id, i) => {
    expect(of(i)).toBe(id);
  });
  expect(index.size).toBe(20_000);
});
