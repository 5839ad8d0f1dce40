import { corruptModel } from './network-files.ts';
import type { EarlierValues, ValueRows } from './parameter-rows.ts';

/** What a state holds of each sequence: vectors of keys whose networks look back. */
export interface StateLayout {
  /** Vocabulary codes of the keys that have a network. */
  readonly codes: Int32Array;
  /** Vectors of history, and numbers of a vector. */
  readonly history: number;
  readonly width: number;
}

/**
 * The state of each sequence after its rows: the time of its last event, and the last
 * vectors of each key that has a network. Its size depends on the model alone.
 *
 * @param times of each sequence's last event, NaN where none is known
 */
export function statesAfter(
  rows: ValueRows,
  times: Float64Array,
  { codes, history, width }: StateLayout,
): Float64Array[] {
  const last = Array.from(times, () => new Map<number, number>());
  for (let row = 0; row < rows.count; row++) last[rows.sequence[row]!]?.set(rows.key[row]!, row);
  return last.map((lastOf, s) => {
    const state = new Float64Array(sizeOf({ codes, history, width })).fill(Number.NaN);
    state[0] = times[s]!;
    codes.forEach((code, i) => {
      const at = 1 + i * (1 + history * width);
      const chain: number[] = [];
      for (let row = lastOf.get(code) ?? -1; row >= 0 && chain.length < history; row = rows.previous[row]!) {
        chain.unshift(row);
      }
      state[at] = chain.length;
      chain.forEach((row, step) => {
        state.set(rows.values.subarray(row * width, (row + 1) * width), at + 1 + step * width);
      });
    });
    return state;
  });
}

/**
 * What a state says of what came before.
 *
 * @throws CaracalError `E_MODEL_CORRUPT` for a state of another model
 */
export function earlierValues(state: Float64Array, { codes, history, width }: StateLayout): EarlierValues {
  if (state.length !== sizeOf({ codes, history, width })) {
    throw corruptModel(`a stream's state has ${state.length} numbers, which is another model's`);
  }
  const vectors = Array.from(codes, (code, i) => {
    const at = 1 + i * (1 + history * width);
    const count = state[at]!;
    return [
      code,
      Array.from({ length: count }, (_, step) => state.subarray(at + 1 + step * width, at + 1 + (step + 1) * width)),
    ] as const;
  });
  return { time: state[0]!, vectors: new Map(vectors) };
}

// --- internal ---

function sizeOf({ codes, history, width }: StateLayout): number {
  return 1 + codes.length * (1 + history * width);
}
