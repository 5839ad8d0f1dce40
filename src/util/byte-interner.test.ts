import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createByteInterner } from './byte-interner.ts';
import { createStringTable } from './tables.ts';
import { encodeUtf8 } from './utf8.ts';

it('gives the same number to the same bytes, as a string table does', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('sshd', 'cron', '')), { maxLength: 400 }), (values) => {
      const strings = createStringTable();
      const interner = createByteInterner(strings.intern);
      for (const value of values) {
        const bytes = encodeUtf8(`..${value}..`);
        const id = interner.intern(bytes, 2, bytes.length - 2);
        expect(strings.value(id)).toBe(new TextDecoder().decode(encodeUtf8(value)));
      }
    }),
    { numRuns: 50 },
  );
});
