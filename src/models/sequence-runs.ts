import type { PackedRows, Positions } from '../sequence/index.ts';
import { float32Data, type Session, type Tensors, tensor } from '../tensor/index.ts';
import type { Examples } from '../train/index.ts';

/** Positions of a session that are judged in one run; a longer one carries its state on. */
const CHUNK = 32;
/** Positions of all sessions in one run: a bound on memory. */
const POSITIONS = 2048;

/**
 * Packed rows as training examples: `keys`, `next` and `segment` int32 (count, T), and
 * `share`, what each position is of its row's weight, float32 (count, T).
 */
export function packedExamples({ count, size, keys, next, segment, weight }: PackedRows): Examples {
  const weights = new Float32Array(count);
  weight.forEach((value, at) => {
    weights[Math.floor(at / size)]! += value;
  });
  const share = weight.map((value, at) => value / Math.max(weights[Math.floor(at / size)]!, 1));
  const int32 = (data: Int32Array) => tensor('int32', [count, size], data);
  const columns = {
    keys: int32(keys),
    next: int32(next),
    segment: int32(segment),
    share: tensor('float32', [count, size], share),
  };
  return { count, columns, weights };
}

/** Where one session stands in the outputs of one run. */
export interface RunPlace {
  /** Row of the outputs. */
  readonly row: number;
  /** Positions of each row of the outputs. */
  readonly width: number;
  /** First position, in `Positions`, and how many there are. */
  readonly position: number;
  readonly count: number;
}

/**
 * Runs a graph with inputs `keys`, `next`, `mask` and `state_in`, and an output
 * `state_out`, over whole sequences, sequences of similar length together, long ones in chunks.
 *
 * @param states of each sequence before its first position, zeros where not given; replaced by those after its last
 * @param use gets the outputs for each sequence in each run
 */
export async function runSequences(
  session: Session,
  positions: Positions,
  { stateSize, states }: { readonly stateSize: number; readonly states?: Float32Array[] | undefined },
  use: (outputs: Tensors, place: RunPlace) => void,
): Promise<void> {
  const { count, offsets } = positions;
  const lengthOf = (s: number): number => offsets[s + 1]! - offsets[s]!;
  const order = Array.from({ length: count }, (_, s) => s)
    .filter((s) => lengthOf(s) > 0)
    .sort((a, b) => lengthOf(b) - lengthOf(a) || a - b);
  let start = 0;
  while (start < order.length) {
    const longest = lengthOf(order[start]!);
    const rows = order.slice(start, start + Math.max(1, Math.floor(POSITIONS / Math.min(longest, CHUNK))));
    start += rows.length;
    let state = initialState(rows, stateSize, states);
    for (let from = 0; from < longest; from += CHUNK) {
      // Sorted by length, so that those with more to come stand in front.
      const active = rows.filter((s) => lengthOf(s) > from);
      const width = Math.min(CHUNK, longest - from);
      const outputs = await session.run({
        ...chunkInputs(positions, active, from, width),
        state_in: tensor('float32', [active.length, stateSize], state.subarray(0, active.length * stateSize)),
      });
      state = float32Data(outputs.state_out, 'state_out');
      active.forEach((s, row) => {
        const size = Math.min(width, lengthOf(s) - from);
        use(outputs, { row, width, position: offsets[s]! + from, count: size });
        if (states && from + size === lengthOf(s)) states[s] = state.subarray(row * stateSize, (row + 1) * stateSize);
      });
    }
  }
}

// --- internal ---

function initialState(
  rows: readonly number[],
  size: number,
  states: readonly Float32Array[] | undefined,
): Float32Array {
  // A stream of single events would fill the memory with copies, and then wait for it to be cleared.
  const [only, ...others] = rows.map((s) => states?.[s]);
  if (only && others.length === 0) return only;
  const state = new Float32Array(rows.length * size);
  if (states) {
    rows.forEach((s, row) => {
      state.set(states[s]!, row * size);
    });
  }
  return state;
}

function chunkInputs({ keys, next, offsets }: Positions, rows: readonly number[], from: number, width: number) {
  const size = rows.length * width;
  const inputs = { keys: new BigInt64Array(size), next: new BigInt64Array(size), mask: new Uint8Array(size) };
  rows.forEach((s, row) => {
    const first = offsets[s]! + from;
    const count = Math.min(width, offsets[s + 1]! - first);
    for (let i = 0; i < count; i++) {
      inputs.keys[row * width + i] = BigInt(keys[first + i]!);
      inputs.next[row * width + i] = BigInt(next[first + i]!);
    }
    inputs.mask.fill(1, row * width, row * width + count);
  });
  const shape = [rows.length, width];
  return {
    keys: tensor('int64', shape, inputs.keys),
    next: tensor('int64', shape, inputs.next),
    mask: tensor('bool', shape, inputs.mask),
  };
}
