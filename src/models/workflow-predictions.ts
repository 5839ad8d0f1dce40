import { BEGIN, END, UNKNOWN, type Vocabulary } from '../sequence/index.ts';
import { float32Data, type Session } from '../tensor/index.ts';
import { runWindows, type UniqueWindows } from './window-runs.ts';
import type { Succession } from './workflow.ts';

/** A key less probable than this is not among the predictions: DeepLog's divergence points are between likely keys. */
const LEAST = 0.01;

/**
 * What a key model predicts to follow what, over the histories of the windows it kept:
 * each prediction counts with its probability, so that what the model has generalised is
 * there and what it holds for chance is not.
 *
 * @param session scoring graph with the output `logProbs`, see `runWindows`
 */
export async function predictedSuccession(
  session: Session,
  windows: UniqueWindows,
  vocabulary: Vocabulary,
): Promise<Succession> {
  const follows = new Map<string, Map<string, number>>();
  const returns = new Map<string, Map<string, number>>();
  const { size, history, weight } = windows;
  const nameOf = (code: number): string => vocabulary.names[code] ?? '';
  const all = Int32Array.from({ length: windows.count }, (_, window) => window);
  await runWindows(session, windows, all, (outputs, start, count) => {
    const logProbs = float32Data(outputs.logProbs, 'logProbs');
    for (let row = 0; row < count; row++) {
      const window = start + row;
      const last = history[(window + 1) * size - 1]!;
      const before = size > 1 ? history[(window + 1) * size - 2]! : BEGIN;
      if (last === UNKNOWN) continue;
      for (let next = END; next < vocabulary.size; next++) {
        const p = Math.exp(logProbs[row * vocabulary.size + next]!);
        if (p < LEAST) continue;
        tally(follows, nameOf(last), nameOf(next), weight[window]! * p);
        if (next === before && next !== last) tally(returns, nameOf(next), nameOf(last), weight[window]! * p);
      }
    }
  });
  return { follows, returns };
}

// --- internal ---

function tally(table: Map<string, Map<string, number>>, from: string, to: string, weight: number): void {
  const row = table.get(from) ?? new Map<string, number>();
  table.set(from, row);
  row.set(to, (row.get(to) ?? 0) + weight);
}
