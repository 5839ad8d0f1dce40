import { CaracalError } from '../errors.ts';

/** The typed array that holds the elements of each data type; `bool` is one byte, 0 or 1. */
export interface ArrayTypes {
  float32: Float32Array;
  float64: Float64Array;
  int32: Int32Array;
  int64: BigInt64Array;
  bool: Uint8Array;
}

/** Data types of tensors. Models compute in `float32`; `float64` serves gradient checks. */
export type DType = keyof ArrayTypes;

/** A tensor as plain data: elements in row-major order. */
export interface Tensor<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: ArrayTypes[D];
}

/** Tensors by name: weights, optimiser state, a batch. */
export type Tensors = Readonly<Record<string, Tensor>>;

/**
 * Makes a tensor over existing data (not copied).
 *
 * @throws CaracalError `E_SHAPE` where the data does not fill the shape
 *
 * @example
 * tensor('float32', [2, 2], new Float32Array([1, 2, 3, 4]));
 */
export function tensor<D extends DType>(dtype: D, shape: readonly number[], data: ArrayTypes[D]): Tensor<D> {
  if (elementCount(shape) !== data.length) {
    throw new CaracalError(
      'E_SHAPE',
      `A tensor of shape [${shape.join(', ')}] needs ${elementCount(shape)} elements, not ${data.length}; pass data that fills the shape.`,
    );
  }
  return { dtype, shape, data };
}

/** A `float32` tensor from plain numbers. */
export function float32(shape: readonly number[], values: ArrayLike<number>): Tensor<'float32'> {
  return tensor('float32', shape, Float32Array.from(values));
}

/** A tensor full of zeros. */
export function zeros<D extends DType>(dtype: D, shape: readonly number[]): Tensor<D> {
  return { dtype, shape, data: newArray(dtype, elementCount(shape)) };
}

/** Number of elements of a shape; 1 for a scalar `[]`. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/** A zeroed typed array for `length` elements. */
export function newArray<D extends DType>(dtype: D, length: number): ArrayTypes[D] {
  return new ARRAYS[dtype](length);
}

/** Bytes of one element. */
export function elementBytes(dtype: DType): number {
  return ARRAYS[dtype].BYTES_PER_ELEMENT;
}

/** Elements as bytes, little-endian as in memory on every platform that Node.js runs on. */
export function bytesOf(value: Tensor): Uint8Array {
  return new Uint8Array(value.data.buffer, value.data.byteOffset, value.data.byteLength);
}

/** A tensor from a copy of its bytes; the caller has checked their number. */
export function tensorFromBytes(dtype: DType, shape: readonly number[], bytes: Uint8Array): Tensor {
  const data = newArray(dtype, elementCount(shape));
  new Uint8Array(data.buffer).set(bytes);
  return { dtype, shape, data };
}

/** The data of a tensor that must be `float32`. */
export function float32Data(value: Tensor | undefined, name: string): Float32Array {
  if (value?.data instanceof Float32Array) return value.data;
  throw new CaracalError(
    'E_GRAPH',
    `"${name}" is ${value ? value.dtype : 'missing'}, not float32; name an output that holds float32.`,
    { name },
  );
}

// --- internal ---

const ARRAYS: { readonly [D in DType]: { new (length: number): ArrayTypes[D]; readonly BYTES_PER_ELEMENT: number } } = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
};
