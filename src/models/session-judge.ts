import { type SequenceAggregate, sequenceScores } from '../score/sequence-score.ts';
import {
  BEGIN,
  type Positions,
  positionsOf,
  scoreOffsets,
  sequencesOf,
  UNKNOWN,
  uniqueSequences,
  type Vocabulary,
} from '../sequence/index.ts';
import { float32Data, type Session } from '../tensor/index.ts';
import type { Expected, SequenceScores } from '../types.ts';
import type { DetectorModel, StreamScores, StreamState } from './detector.ts';
import { mostExpected } from './next-key.ts';
import { runSequences } from './sequence-runs.ts';

/** What judges sessions by all that came before in them. */
export interface SessionJudgeOptions {
  readonly vocabulary: Vocabulary;
  readonly aggregate: SequenceAggregate;
  /** Numbers that the graph carries from chunk to chunk of a session. */
  readonly stateSize: number;
  /** Opens a graph as the scorer's with the output `logProbs`, when somebody asks what was expected. */
  readonly openTeller: () => Promise<Session>;
  /** Opens the graph of the scorer for the events of streams, see `step`. */
  readonly openStepper: () => Promise<Session>;
}

/**
 * Judges sessions from their begin with a graph that reads them in chunks and carries a
 * state on (inputs as of `runSequences`; outputs `nll`, `rank`, `state_out`). Sessions
 * that repeat are judged once. The state of a stream is the key before, which the graph
 * has not read yet, and the graph's own state.
 */
export function createSessionJudge(
  scorer: Session,
  { vocabulary, aggregate, stateSize, openTeller, openStepper }: SessionJudgeOptions,
): Required<Pick<DetectorModel, 'score' | 'step' | 'expected' | 'dispose'>> {
  let teller: Promise<Session> | null = null;
  let stepper: Promise<Session> | null = null;
  let warm: Promise<void> | null = null;

  /** NLL and rank at each position; `states` are changed into those after. */
  const judge = async (session: Session, positions: Positions, states?: Float32Array[]) => {
    const nll = new Float32Array(positions.next.length);
    const rank = new Int32Array(positions.next.length);
    await runSequences(session, positions, { stateSize, states }, (outputs, { row, position, count, width }) => {
      const from = row * width;
      nll.set(float32Data(outputs.nll, 'nll').subarray(from, from + count), position);
      rank.set(float32Data(outputs.rank, 'rank').subarray(from, from + count), position);
    });
    positions.next.forEach((code, at) => {
      if (code === UNKNOWN) rank[at] = vocabulary.size;
    });
    return { nll, rank };
  };

  const advance: DetectorModel['step'] & object = async (states, chunk) => {
    const codes = vocabulary.encode(chunk.keyNames);
    const before = Int32Array.from(states, (state) => state?.[0] ?? BEGIN);
    const positions = positionsOf(chunk, codes, before);
    const carried = states.map((state) => state?.subarray(1) ?? new Float32Array(stateSize));
    stepper ??= openStepper();
    const { nll, rank } = await judge(await stepper, positions, carried);
    const { offsets } = positions;
    const after = carried.map((state, s) => {
      const last = chunk.offsets[s + 1]! - 1;
      const next: StreamState = new Float32Array(1 + stateSize);
      next[0] = last >= chunk.offsets[s]! ? codes[chunk.keys[last]!]! : before[s]!;
      next.set(state, 1);
      return next;
    });
    return { scores: { offsets, nll, rank, sequence: sequenceScores(offsets, nll, aggregate) }, states: after };
  };

  /** Code and memory are slow until they have been used some hundred times; no event of a stream should wait for it. */
  const warmUp = async (): Promise<void> => {
    const [, , , key = ''] = vocabulary.names;
    const one = sequencesOf([[key]], { closed: false });
    let states: readonly (StreamState | null)[] = [null];
    for (let round = 0; round < WARM_UP; round++) ({ states } = await advance(states, one));
  };

  return {
    async score(set): Promise<SequenceScores> {
      const unique = uniqueSequences(set, vocabulary.encode(set.keyNames));
      const judged = await judge(scorer, unique);
      const offsets = scoreOffsets(set);
      const nll = new Float32Array(offsets[set.count]!);
      const rank = new Int32Array(nll.length);
      unique.uniqueOf.forEach((u, s) => {
        const [from, to] = [unique.offsets[u]!, unique.offsets[u + 1]!];
        nll.set(judged.nll.subarray(from, to), offsets[s]);
        rank.set(judged.rank.subarray(from, to), offsets[s]);
      });
      return { offsets, nll, rank, sequence: sequenceScores(offsets, nll, aggregate) };
    },

    async step(states, chunk): Promise<StreamScores> {
      warm ??= warmUp();
      await warm;
      return advance(states, chunk);
    },

    async expected(set, rows, k): Promise<Expected[][]> {
      teller ??= openTeller();
      const positions = positionsOf(set, vocabulary.encode(set.keyNames));
      const asked = new Map(rows.map((row) => [row, [] as Expected[]]));
      await runSequences(await teller, positions, { stateSize }, (outputs, { row, position, count, width }) => {
        const logProbs = float32Data(outputs.logProbs, 'logProbs');
        for (let t = 0; t < count; t++) {
          const start = (row * width + t) * vocabulary.size;
          asked
            .get(position + t)
            ?.push(...mostExpected(vocabulary, logProbs.subarray(start, start + vocabulary.size), k));
        }
      });
      return rows.map((row) => asked.get(row) ?? []);
    },

    async dispose() {
      const opened = [teller, stepper].map((one) => one?.then((session) => session.dispose()));
      await Promise.all([scorer.dispose(), ...opened]);
    },
  };
}

// --- internal ---

/** Steps of a made-up session before the first of a stream: a fifth of a second. */
const WARM_UP = 500;
