import type { AlertBudget } from '../alert/index.ts';
import type { StreamClock } from '../stream/index.ts';
import { encodeCheckpoint, encodeState } from './checkpoint.ts';
import type { NewCheckpoint } from './commit.ts';
import type { LinePlaces } from './line-places.ts';
import type { OnlinePipeline } from './online-pipeline.ts';

export interface StateSaverOptions {
  readonly pipeline: OnlinePipeline;
  readonly budget: AlertBudget;
  readonly places: LinePlaces;
  readonly clock: StreamClock;
  /** Time between two states, ms, and lines at most: what must be taken again after a kill. */
  readonly every: number;
  readonly mostLines: number;
  /** When the last one was saved. */
  readonly saved: number;
}

/** Says when the state is to be saved, and takes it. */
export interface StateSaver {
  /**
   * The state as it is now, for the transaction of the round that is the last in it.
   *
   * @param at where the sources stand in it
   * @param unjudged last of the records that were stored without being judged
   * @param record last record in it, unless it is the last there is
   */
  now(at?: LinePlaces, unjudged?: number, record?: number): Promise<NewCheckpoint>;
  /** Whether it is time for another one, after so many more lines. */
  due(lines: number): boolean;
  /**
   * Takes the state as it is now, to be stored with a later round: what comes in does not
   * wait until it is compressed.
   *
   * @returns what to call with the last record in it, once that is stored
   */
  begin(): (record: number) => void;
  /** One that was begun and can be stored now; it is given once, and not after a later one. */
  take(): NewCheckpoint | null;
}

export function createStateSaver(options: StateSaverOptions): StateSaver {
  const { pipeline, budget, clock } = options;
  let taken = options.saved;
  let lines = 0;
  /** The one that was begun last. */
  let begun: { record: number | null; bytes: Uint8Array | null } | null = null;

  const take = (at: LinePlaces, unjudged: number): Promise<Uint8Array> => {
    taken = clock.now();
    lines = 0;
    begun = null;
    return encodeState({ online: pipeline.snapshot(), places: [...at], budget: budget.snapshot(), unjudged });
  };
  return {
    now: async (at = options.places, unjudged = 0, record) => {
      const state = await take(at, unjudged);
      const encode = (last: number): Uint8Array => encodeCheckpoint(state, last);
      return record === undefined ? { encode } : { encode, record };
    },
    due: (more) => {
      lines += more;
      const since = clock.now() - taken;
      // Set back, it says nothing of how long ago that was.
      return lines > 0 && (since < 0 || since >= options.every || lines >= options.mostLines);
    },
    begin: () => {
      const state = take(options.places, 0);
      const mine: NonNullable<typeof begun> = { record: null, bytes: null };
      begun = mine;
      state.then(
        (bytes) => {
          mine.bytes = bytes;
        },
        // Without memory for it the one before stands; the next one is tried in time.
        () => {},
      );
      return (record) => {
        mine.record = record;
      };
    },
    take: () => {
      if (begun?.bytes == null || begun.record === null) return null;
      const { bytes, record } = begun;
      begun = null;
      return { encode: (last) => encodeCheckpoint(bytes, last), record };
    },
  };
}
