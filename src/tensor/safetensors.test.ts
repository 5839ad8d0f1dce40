import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CaracalError } from '../errors.ts';
import { type DType, float32, readSafetensors, type Tensor, tensor, writeSafetensors, zeros } from './index.ts';

const dtype = fc.constantFrom<DType>('float32', 'float64', 'int32', 'int64', 'bool');
const anyTensor: fc.Arbitrary<Tensor> = fc
  .record({
    dtype,
    shape: fc.array(fc.nat({ max: 4 }), { maxLength: 3 }),
    bytes: fc.uint8Array({ minLength: 512, maxLength: 512 }),
  })
  .map(({ dtype: type, shape, bytes }) => {
    const value = zeros(type, shape);
    new Uint8Array(value.data.buffer).set(bytes.subarray(0, value.data.byteLength));
    return value;
  });
const anyFile = fc.record({
  tensors: fc.dictionary(
    fc.string({ minLength: 1 }).filter((name) => name !== '__metadata__' && name !== '__proto__'),
    anyTensor,
  ),
  metadata: fc.dictionary(fc.constantFrom('kind', 'note', 'ключ'), fc.string()),
});

describe('safetensors', () => {
  test('what is written is read back, to the bit', () => {
    fc.assert(
      fc.property(anyFile, ({ tensors, metadata }) => {
        const file = readSafetensors(writeSafetensors(tensors, metadata));
        expect(Object.keys(file.tensors).sort()).toEqual(Object.keys(tensors).sort());
        for (const [name, value] of Object.entries(tensors)) {
          expect(file.tensors[name]).toMatchObject({ dtype: value.dtype, shape: value.shape });
          expect(bytes(file.tensors[name])).toEqual(bytes(value));
        }
        expect(file.metadata).toMatchObject(metadata);
      }),
    );
  });

  test('any truncation and any changed byte of the data is found', () => {
    const file = writeSafetensors({ a: float32([2, 2], [1, 2, 3, 4]), b: float32([1], [5]) });
    fc.assert(fc.property(fc.nat({ max: file.length - 1 }), (length) => expectCorrupt(file.slice(0, length))));
    fc.assert(
      fc.property(
        fc.integer({ min: file.length - 20, max: file.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, flip) => {
          const changed = file.slice();
          changed[at] = (changed[at] ?? 0) ^ flip;
          expectCorrupt(changed);
        },
      ),
    );
  });

  test('a changed byte of the header never goes further than an error or the same numbers', () => {
    const file = writeSafetensors({ a: float32([2, 2], [1, 2, 3, 4]), b: float32([1], [5]) });
    fc.assert(
      fc.property(fc.nat({ max: file.length - 21 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = file.slice();
        changed[at] = (changed[at] ?? 0) ^ flip;
        try {
          const sizes = Object.values(readSafetensors(changed).tensors).map((value) => value.data.byteLength);
          expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(20);
        } catch (error) {
          expect(error).toMatchObject({ code: 'E_MODEL_CORRUPT' });
        }
      }),
    );
  });

  test.each<[string, unknown, number]>([
    ['offsets past the end', { a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }, 4],
    ['a shape that does not fill the offsets', { a: { dtype: 'F32', shape: [3], data_offsets: [0, 8] } }, 8],
    [
      'tensors that overlap',
      { a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] }, b: { dtype: 'F32', shape: [1], data_offsets: [4, 8] } },
      8,
    ],
    ['a gap', { a: { dtype: 'F32', shape: [1], data_offsets: [4, 8] } }, 8],
    ['bytes that belong to nothing', { a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }, 8],
    ['an unknown data type', { a: { dtype: 'F8', shape: [1], data_offsets: [0, 1] } }, 1],
    ['a negative size', { a: { dtype: 'F32', shape: [-1], data_offsets: [0, 4] } }, 4],
    ['three offsets', { a: { dtype: 'F32', shape: [1], data_offsets: [0, 4, 8] } }, 4],
    ['metadata that is no text', { __metadata__: { n: 1 } }, 0],
    ['a tensor that is no object', { a: 7 }, 0],
    ['a header that is a list', [], 0],
  ])('refuses %s', (_, header, size) => {
    const text = new TextEncoder().encode(JSON.stringify(header));
    const file = new Uint8Array(8 + text.length + size);
    new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
    file.set(text, 8);
    expectCorrupt(file);
  });

  test('data starts at a multiple of eight bytes, as readers that map files need', () => {
    const file = writeSafetensors({ odd: tensor('float32', [1], Float32Array.of(1)) }, { note: 'x' });
    expect(Number(new DataView(file.buffer).getBigUint64(0, true)) % 8).toBe(0);
  });
});

// --- internal ---

function bytes(value: Tensor | undefined): number[] {
  return value ? [...new Uint8Array(value.data.buffer, value.data.byteOffset, value.data.byteLength)] : [];
}

function expectCorrupt(file: Uint8Array): void {
  let found: unknown;
  try {
    readSafetensors(file);
  } catch (error) {
    found = error;
  }
  expect(found).toBeInstanceOf(CaracalError);
  expect(found).toMatchObject({ code: 'E_MODEL_CORRUPT' });
}
