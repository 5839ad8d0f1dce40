import { type SequenceAggregate, sequenceScores } from '../score/sequence-score.ts';
import { BEGIN, slidingWindows, UNKNOWN, type Vocabulary, type WindowSet } from '../sequence/index.ts';
import { float32Data, type Session } from '../tensor/index.ts';
import type { Expected, SequenceScores, SequenceSet } from '../types.ts';
import type { DetectorModel, StreamScores } from './detector.ts';
import { mostExpected } from './next-key.ts';
import { runWindows } from './window-runs.ts';

/** What judges sessions by windows of a fixed number of keys. */
export interface WindowJudgeOptions {
  readonly vocabulary: Vocabulary;
  /** Keys of history. */
  readonly window: number;
  readonly aggregate: SequenceAggregate;
  /** Opens the same graph for the events of streams, see `step`. */
  readonly openStepper: () => Promise<Session>;
}

/**
 * Judges sessions with a graph that predicts the next key from the last `window` keys
 * (inputs `history`, `next`; outputs `nll`, `rank`, `logProbs`). Windows that repeat are
 * judged once. The state of a stream is its last keys. Disposing of it closes the session.
 */
export function createWindowJudge(
  session: Session,
  { vocabulary, window, aggregate, openStepper }: WindowJudgeOptions,
): Required<Pick<DetectorModel, 'score' | 'step' | 'expected' | 'dispose'>> {
  let stepper: Promise<Session> | null = null;
  const windowsOf = (set: SequenceSet): WindowSet => slidingWindows(set, vocabulary.encode(set.keyNames), window);

  const judge = async (session: Session, windows: WindowSet): Promise<SequenceScores> => {
    const all = Int32Array.from({ length: windows.count }, (_, unique) => unique);
    const unique = { nll: new Float32Array(windows.count), rank: new Int32Array(windows.count) };
    await runWindows(session, windows, all, (outputs, start) => {
      unique.nll.set(float32Data(outputs.nll, 'nll'), start);
      unique.rank.set(float32Data(outputs.rank, 'rank'), start);
    });
    const nll = Float32Array.from(windows.windowOf, (at) => unique.nll[at]!);
    const rank = Int32Array.from(windows.windowOf, (at) =>
      windows.next[at] === UNKNOWN ? vocabulary.size : unique.rank[at]!,
    );
    return { offsets: windows.offsets, nll, rank, sequence: sequenceScores(windows.offsets, nll, aggregate) };
  };

  return {
    score: async (set) => judge(session, windowsOf(set)),

    async step(states, chunk): Promise<StreamScores> {
      const codes = vocabulary.encode(chunk.keyNames);
      stepper ??= openStepper();
      const scores = await judge(await stepper, slidingWindows(chunk, codes, window, states));
      const after = states.map((state, s) => {
        const fresh = chunk.keys.subarray(chunk.offsets[s], chunk.offsets[s + 1]).map((key) => codes[key]!);
        const earlier = state ?? new Float32Array(window).fill(BEGIN);
        return Float32Array.from([...earlier, ...fresh.slice(-window)]).slice(-window);
      });
      return { scores, states: after };
    },

    async expected(set, rows, k): Promise<Expected[][]> {
      const windows = windowsOf(set);
      const wanted = Int32Array.from(rows, (row) => windows.windowOf[row] ?? 0);
      const lists: Expected[][] = [];
      await runWindows(session, windows, wanted, (outputs, _, count) => {
        const logProbs = float32Data(outputs.logProbs, 'logProbs');
        for (let row = 0; row < count; row++) {
          lists.push(
            mostExpected(vocabulary, logProbs.subarray(row * vocabulary.size, (row + 1) * vocabulary.size), k),
          );
        }
      });
      return lists;
    },

    async dispose() {
      await Promise.all([session.dispose(), stepper?.then((opened) => opened.dispose())]);
    },
  };
}
