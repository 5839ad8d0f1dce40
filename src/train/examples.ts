import { CaracalError } from '../errors.ts';
import { type Tensor, type Tensors, zeros } from '../tensor/index.ts';

/**
 * What a model learns from, as columns: row i of every column is example i. A weight
 * says how often the example occurs, so that equal ones need to be there only once.
 */
export interface Examples {
  readonly count: number;
  /** The first dimension of each is `count`. */
  readonly columns: Tensors;
  /** `count` */
  readonly weights: Float32Array;
}

/** Name of the input of a batch that holds the weights of its rows. */
export const WEIGHT = 'weight';

/**
 * The rows `order[start .. start + size]` as a batch of exactly `size` rows. Rows past
 * the end of `order` are zeros of weight 0, so one graph of fixed shape serves all batches.
 *
 * @param scale factor on the weights
 */
export function takeBatch(examples: Examples, order: Int32Array, start: number, size: number, scale: number): Tensors {
  const rows = order.subarray(start, start + size);
  const weights = new Float32Array(size);
  for (let i = 0; i < rows.length; i++) weights[i] = examples.weights[rows[i]!]! * scale;
  const columns = Object.entries(examples.columns).map(([name, column]) => [name, takeRows(column, rows, size)]);
  return { ...Object.fromEntries(columns), [WEIGHT]: { dtype: 'float32', shape: [size], data: weights } };
}

/**
 * The order of one epoch before it is shuffled: every example once, and one that weighs
 * more than `HEAVIEST` times the mean several times with an equal share of its weight
 * each. The objective stays the same; its estimate from a batch varies far less where a
 * few log windows make up most of the log.
 */
export function spread(examples: Examples): { readonly order: Int32Array; readonly shares: Examples } {
  const { count, weights } = examples;
  const limit = (HEAVIEST * totalWeight(examples)) / count;
  const copies = weights.map((weight) => Math.max(1, Math.ceil(weight / limit)));
  const order = new Int32Array(copies.reduce((sum, times) => sum + times, 0));
  let at = 0;
  copies.forEach((times, row) => {
    order.fill(row, at, at + times);
    at += times;
  });
  return { order, shares: { ...examples, weights: weights.map((weight, row) => weight / copies[row]!) } };
}

/** Sum of the weights: how many examples there are with repetitions. */
export function totalWeight({ weights }: Examples): number {
  let sum = 0;
  for (const weight of weights) sum += weight;
  return sum;
}

// --- internal ---

/** An epoch gets longer by at most one part in so many. */
const HEAVIEST = 4;

function takeRows(column: Tensor, rows: Int32Array, size: number): Tensor {
  const [, ...row] = column.shape;
  const width = row.reduce((product, dim) => product * dim, 1);
  const batch = zeros(column.dtype, [size, ...row]);
  const from = column.data;
  const to = batch.data;
  if (from instanceof BigInt64Array || to instanceof BigInt64Array) {
    throw new CaracalError('E_GRAPH', 'Columns of examples cannot be int64; pass int32.');
  }
  for (let i = 0; i < rows.length; i++) {
    const source = rows[i]! * width;
    to.set(from.subarray(source, source + width), i * width);
  }
  return batch;
}
