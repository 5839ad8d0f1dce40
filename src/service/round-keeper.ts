import type { Store } from '../store/index.ts';
import type { StreamClock } from '../stream/index.ts';
import type { Committed, Committer, NewCheckpoint } from './commit.ts';
import type { Waiting } from './lanes.ts';
import type { LinePlaces } from './line-places.ts';
import type { Meters } from './meters.ts';
import type { Round } from './round.ts';
import type { LiveMessage } from './service.ts';
import { stepsOf } from './source-steps.ts';

export interface RoundKeeperOptions {
  readonly store: Store;
  readonly clock: StreamClock;
  readonly committer: Committer;
  readonly places: LinePlaces;
  readonly meters: Meters;
  readonly tell: (message: LiveMessage) => void;
  /** The state that is there. */
  readonly checkpoint: StoredState | null;
}

/** When a state was stored, epoch ms, and its bytes. */
export interface StoredState {
  readonly saved: number;
  readonly bytes: number;
}

/** Stores rounds and tells of them. */
export interface RoundKeeper {
  /**
   * @param items deliveries that the round's lines came in; they are done when it is stored
   * @param stored ids of its records, where they are stored already
   * @throws CaracalError as `Committer.commit`
   */
  keep(
    round: Round,
    items: readonly Waiting[],
    checkpoint: NewCheckpoint | null,
    stored?: readonly number[],
  ): Promise<Committed>;
  /** The state that was stored last. */
  readonly checkpoint: StoredState | null;
}

/** Alerts of a round that somebody is told of at most. */
const MOST_TOLD = 200;

export function createRoundKeeper(options: RoundKeeperOptions): RoundKeeper {
  const { store, clock, committer, places, meters, tell } = options;
  let { checkpoint: state } = options;
  const tellOf = async ({ alerts }: Committed, { windows }: Round): Promise<void> => {
    for (const [change, ids] of Object.entries(alerts) as ['added' | 'changed', readonly string[]][]) {
      for (const id of ids.slice(0, MOST_TOLD)) {
        const alert = await committer.patiently(() => store.alerts.get(id));
        if (alert) tell({ type: 'alert', alert, change });
      }
    }
    for (const change of windows.values()) {
      const window = await committer.patiently(() => store.windows.get(change.window.id));
      if (window) tell({ type: 'window', window, change: change.kind });
    }
  };
  return {
    keep: async (round, items, checkpoint, stored) => {
      const steps = stepsOf(items, ({ stored: { id } }) => places.get(id)?.generation ?? '', clock.now());
      const done = await committer.commit({ round, steps, checkpoint, ...(stored ? { stored } : {}) });
      for (const { item } of items) item.done();
      const now = clock.now();
      if (!stored) meters.stored(round, now);
      if (done.checkpointBytes !== null) state = { saved: now, bytes: done.checkpointBytes };
      await tellOf(done, round);
      return done;
    },
    get checkpoint() {
      return state;
    },
  };
}
