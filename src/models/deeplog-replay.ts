import { readSafetensors, tensor, writeSafetensors } from '../tensor/index.ts';
import type { Rng } from '../util/rng.ts';
import { corruptModel } from './network-files.ts';
import type { UniqueWindows } from './window-runs.ts';

/** File of the training windows that a model keeps, to learn again without forgetting. */
export const REPLAY = 'replay.safetensors';

/**
 * At most `most` of the windows, chosen so that the weights of any group of windows keep
 * their sum on average: the likelier the heavier, with the weight that this chance needs.
 *
 * Source: Duffield, Lund & Thorup, "Priority Sampling for Estimation of Arbitrary Subset
 * Sums", Journal of the ACM 54(6), 2007.
 */
export function sampleWindows(windows: UniqueWindows, most: number, rng: Rng): UniqueWindows {
  if (windows.count <= most) return windows;
  const priority = Float64Array.from(windows.weight, (weight) => weight / (1 - rng.next()));
  const order = Int32Array.from(priority.keys()).sort((a, b) => priority[b]! - priority[a]! || a - b);
  const least = priority[order[most]!]!;
  const kept = selectWindows(windows, order.slice(0, most).sort());
  return { ...kept, weight: kept.weight.map((weight) => Math.max(weight, least)) };
}

/** The windows with the given numbers, in that order. */
export function selectWindows(windows: UniqueWindows, rows: Int32Array): UniqueWindows {
  const { size } = windows;
  const history = new Int32Array(rows.length * size);
  rows.forEach((row, i) => {
    history.set(windows.history.subarray(row * size, (row + 1) * size), i * size);
  });
  return {
    count: rows.length,
    size,
    history,
    next: Int32Array.from(rows, (row) => windows.next[row]!),
    weight: Float32Array.from(rows, (row) => windows.weight[row]!),
  };
}

/** Both sets of windows as one, equal windows once with the sum of their weights. */
export function joinWindows(a: UniqueWindows, b: UniqueWindows): UniqueWindows {
  const keyOf = ({ history, next, size }: UniqueWindows, row: number): string =>
    `${history.subarray(row * size, (row + 1) * size).join()}>${next[row]}`;
  const rowOf = new Map(Array.from({ length: a.count }, (_, row) => [keyOf(a, row), row]));
  const weight = a.weight.slice();
  const fresh = Int32Array.from({ length: b.count }, (_, row) => row).filter((row) => {
    const known = rowOf.get(keyOf(b, row));
    if (known !== undefined) weight[known]! += b.weight[row]!;
    return known === undefined;
  });
  const more = selectWindows(b, fresh);
  return {
    count: a.count + more.count,
    size: a.size,
    history: concat(a.history, more.history),
    next: concat(a.next, more.next),
    weight: Float32Array.from([...weight, ...more.weight]),
  };
}

/** The windows as a file. */
export function encodeReplay({ count, size, history, next, weight }: UniqueWindows): Uint8Array {
  const tensors = {
    history: tensor('int32', [count, size], history),
    next: tensor('int32', [count], next),
    weight: tensor('float32', [count], weight),
  };
  return writeSafetensors(tensors, { kind: 'replay' });
}

/**
 * Reads the windows back and checks them.
 *
 * @param size keys of history of each
 * @param vocabularySize bound of the codes
 * @throws CaracalError `E_MODEL_CORRUPT`
 */
export function decodeReplay(bytes: Uint8Array | undefined, size: number, vocabularySize: number): UniqueWindows {
  if (bytes === undefined) throw corruptModel(`${REPLAY} is missing`);
  const { tensors, metadata } = readSafetensors(bytes);
  if (metadata.kind !== 'replay' || metadata.sha256 === undefined) throw corruptModel(`${REPLAY} holds no windows`);
  const { history, next, weight } = tensors;
  const count = next?.shape[0] ?? -1;
  const shapes = [history?.shape.join(), next?.shape.join(), weight?.shape.join()];
  if (shapes.join(';') !== `${count},${size};${count};${count}`)
    throw corruptModel(`the shapes in ${REPLAY} do not fit`);
  const codes = (data: unknown): Int32Array => {
    if (data instanceof Int32Array && data.every((code) => code >= 0 && code < vocabularySize)) return data;
    throw corruptModel(`${REPLAY} holds codes that are not in the vocabulary`);
  };
  const weights = weight?.data;
  if (!(weights instanceof Float32Array && weights.every((value) => value > 0 && Number.isFinite(value)))) {
    throw corruptModel(`${REPLAY} holds weights that are no counts`);
  }
  return { count, size, history: codes(history?.data), next: codes(next?.data), weight: weights };
}

// --- internal ---

function concat(a: Int32Array, b: Int32Array): Int32Array {
  const both = new Int32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
