import type { WindowSet } from '../sequence/index.ts';
import { type Session, type Tensors, tensor } from '../tensor/index.ts';
import type { Examples } from '../train/index.ts';

/** Windows judged in one run: a bound on memory. */
const BATCH = 256;

/** Windows without the sequences that they come from. */
export type UniqueWindows = Omit<WindowSet, 'windowOf' | 'offsets'>;

/** Unique windows as training examples: `history` int32 (count, h), `next` int32 (count), weighted by their multiplicity. */
export function windowExamples({ count, size, history, next, weight }: UniqueWindows): Examples {
  const columns = { history: tensor('int32', [count, size], history), next: tensor('int32', [count], next) };
  return { count, columns, weights: weight };
}

/**
 * Runs a scoring graph (inputs `history`, `next`) over chosen windows in batches.
 *
 * @param wanted unique windows by number, in any order, repeats allowed
 * @param use gets the outputs for `wanted[start .. start + count]`
 */
export async function runWindows(
  session: Session,
  windows: UniqueWindows,
  wanted: Int32Array,
  use: (outputs: Tensors, start: number, count: number) => void,
): Promise<void> {
  const { size } = windows;
  for (let start = 0; start < wanted.length; start += BATCH) {
    const chosen = wanted.subarray(start, start + BATCH);
    const history = new Int32Array(chosen.length * size);
    chosen.forEach((window, row) => {
      history.set(windows.history.subarray(window * size, (window + 1) * size), row * size);
    });
    const outputs = await session.run({
      history: tensor('int32', [chosen.length, size], history),
      next: tensor(
        'int32',
        [chosen.length],
        Int32Array.from(chosen, (window) => windows.next[window]!),
      ),
    });
    use(outputs, start, chosen.length);
  }
}
