import { type AlertRule, type LiveAlert, OVER_BUDGET, suppressionFor } from '../alert/index.ts';
import { CaracalError } from '../errors.ts';
import type { Json, NewAlert, Repositories, SourceGap, Store, Upserted } from '../store/index.ts';
import type { StreamClock } from '../stream/index.ts';
import { BEAT, encodeProgress, type Progress, progressOf, type StoredProgress } from './progress.ts';
import { createRound, minutesOf, type Round } from './round.ts';
import { createTurns } from './turns.ts';

/** How far a source is after a round. */
export interface SourceStep {
  readonly source: number;
  readonly generation: string;
  readonly position: Json;
  readonly lines: number;
  readonly drops: number;
  readonly lastSeen?: number;
  readonly lag?: number;
  readonly gaps: readonly SourceGap[];
}

/** All that one transaction holds. */
export interface Commit {
  readonly round: Round;
  readonly steps: readonly SourceStep[];
  readonly checkpoint: NewCheckpoint | null;
  /** Ids of the records, where they are stored already. */
  readonly stored?: readonly number[];
}

/** The state of the pipeline, to be stored. */
export interface NewCheckpoint {
  /** Its bytes, given the id of the last record that is in it. */
  readonly encode: (record: number) => Uint8Array;
  /** That record, unless it is the last there is. */
  readonly record?: number;
}

/** What a transaction did. */
export interface Committed {
  readonly alerts: Upserted;
  readonly windows: Upserted;
  /** Ids of the round's records. */
  readonly ids: readonly number[];
  readonly checkpointBytes: number | null;
}

export interface CommitterOptions {
  readonly store: Store;
  readonly pipeline: string;
  readonly clock: StreamClock;
  /** As it was claimed. */
  readonly claimed: StoredProgress;
  /** Version of the checkpoint that is there. */
  readonly version: number;
  readonly lastRecord: number;
  readonly rules: () => readonly AlertRule[];
  readonly admit: (alert: LiveAlert) => boolean;
  /** Called while the database cannot take anything. */
  readonly onWaiting: (error: CaracalError | null) => void;
  /** Whether to give up waiting. */
  readonly stopping: () => boolean;
}

/** Stores rounds, one after the other; waits while the database is full, busy or gone. */
export interface Committer {
  /** @throws CaracalError E_STORE_CONFLICT where another service took over; what cannot get better by waiting */
  commit(commit: Commit): Promise<Committed>;
  /** Shows that this service is alive, where nothing else did for a while. */
  beat(): Promise<void>;
  /** Lets another service have the pipeline. */
  release(): Promise<void>;
  /** Asks the database, again and again while it cannot answer. */
  patiently<T>(work: () => Promise<T>): Promise<T>;
  /** Takes notice of a round that was stored before, and the ids of its records. */
  recall(round: Round, ids: readonly number[]): void;
  readonly lastRecord: number;
  readonly totals: Progress['totals'];
  readonly rounds: Progress['rounds'];
  readonly turns: Progress['turns'];
}

/** Pauses between attempts, ms. */
const PAUSE = [100, 200, 400, 800, 1600, 3000] as const;
/** Ends of rounds, and turns of line numbers, that are remembered between checkpoints. */
const MOST_ROUNDS = 2000;
const MOST_TURNS = 1000;

export function createCommitter(options: CommitterOptions): Committer {
  const { store, clock } = options;
  let { version, lastRecord } = options;
  let { progress, version: progressVersion } = options.claimed;
  let stored = clock.now();
  const turns = createTurns();

  /** What a transaction did, and where that leads. */
  interface Written extends Committed {
    readonly lastRecord: number;
    readonly version: number;
    readonly progress: Progress;
    readonly bytes: Uint8Array;
  }
  const write = async (
    to: Repositories,
    { round, steps, checkpoint, stored: known }: Commit,
    admitted: readonly NewAlert[],
  ): Promise<Written> => {
    const ids = known ?? (await to.records.append(round.records));
    const last = Math.max(lastRecord, ids.at(-1) ?? 0);
    if (!known) await to.templates.save([...round.templates].map(([id, template]) => ({ id, ...template })));
    for (const { from, to: id } of round.aliases) await to.templates.alias(from, id);
    await to.counts.add(known ? minutesOf(round).map(alreadyCounted) : minutesOf(round));
    const windows = await to.windows.upsert([...round.windows.values()].map(({ window }) => window));
    const alerts = await to.alerts.upsert(admitted);
    await to.events.save(round.flagged.map(({ place, ...event }) => ({ ...event, record: ids[place] ?? null })));
    for (const { source, gaps, ...step } of steps) {
      await to.sources.advance(source, step);
      for (const gap of gaps) await to.sources.reportGap(source, gap);
    }
    const record = checkpoint?.record ?? last;
    const state = checkpoint?.encode(record) ?? null;
    const next = state ? await to.checkpoints.write(options.pipeline, state, version) : version;
    const { totals } = progress;
    const ended = [...progress.rounds, ...(known || ids.length === 0 || next === 0 ? [] : [last])];
    const lineTurns = [
      ...progress.turns,
      ...round.turns.map(({ place, ...turn }) => ({ ...turn, after: (ids[place] ?? last + 1) - 1 })),
    ];
    const moved: Progress = {
      ...progress,
      totals: {
        lines: totals.lines + (known ? 0 : ids.length),
        bytes: totals.bytes + (known ? 0 : round.bytes),
        flagged: totals.flagged + round.flagged.length,
        alerts: totals.alerts + alerts.added.length,
        windows: totals.windows + windows.added.length,
      },
      rounds: (state ? ended.filter((end) => end > record) : ended).slice(-MOST_ROUNDS),
      turns: (state ? lineTurns.filter(({ after }) => after >= record) : lineTurns).slice(-MOST_TURNS),
    };
    const bytes = encodeProgress(moved);
    await to.checkpoints.write(progressOf(options.pipeline), bytes, progressVersion);
    return {
      ...{ alerts, windows, ids, lastRecord: last, version: next, progress: moved, bytes },
      checkpointBytes: state?.length ?? null,
    };
  };
  const toStore = (alert: LiveAlert): NewAlert => {
    const rule = suppressionFor(alert, options.rules(), clock.now());
    return { ...alert, suppression: rule ?? (options.admit(alert) ? null : OVER_BUDGET) };
  };
  /** Whether a transaction whose end nobody saw was committed. */
  const isStored = async ({ bytes }: Written): Promise<boolean> => {
    const there = await store.checkpoints.read(progressOf(options.pipeline));
    return there?.version === progressVersion + 1 && Buffer.compare(there.bytes, bytes) === 0;
  };
  const accept = (written: Written): Committed => {
    ({ version, lastRecord, progress } = written);
    progressVersion++;
    stored = clock.now();
    return written;
  };
  const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let attempt = 0; ; attempt++) {
      try {
        const done = await work();
        if (attempt > 0) options.onWaiting(null);
        return done;
      } catch (error) {
        if (!(error instanceof CaracalError) || error.data.retry !== true || options.stopping()) throw error;
        options.onWaiting(error);
        await new Promise<void>((resolve) => clock.after(PAUSE[Math.min(attempt, PAUSE.length - 1)]!, resolve));
      }
    }
  };
  const commit = async (what: Commit): Promise<Committed> => {
    const admitted = what.round.alerts.map(toStore);
    /** What an attempt did whose end nobody saw. */
    let unsure: Written | null = null;
    return patiently(async () => {
      if (unsure !== null && (await isStored(unsure))) return accept(unsure);
      unsure = null;
      let written = null as Written | null;
      try {
        return accept(
          await store.transaction(async (to) => {
            written = await write(to, what, admitted);
            return written;
          }),
        );
      } catch (error) {
        if (error instanceof CaracalError && error.code === 'E_STORE_UNAVAILABLE') unsure = written;
        throw error;
      }
    });
  };

  return {
    get lastRecord() {
      return lastRecord;
    },
    get totals() {
      return progress.totals;
    },
    get rounds() {
      return progress.rounds;
    },
    get turns() {
      return progress.turns;
    },
    commit: (what) => turns.run(() => commit(what)),
    patiently,
    recall: ({ alerts }, ids) => {
      for (const alert of alerts) toStore(alert);
      lastRecord = Math.max(lastRecord, ids.at(-1) ?? 0);
    },
    beat: async () => {
      const silent = clock.now() - stored;
      if (silent < 0 || silent >= BEAT) await turns.run(() => commit(NOTHING));
    },
    release: () =>
      turns.run(async () => {
        progress = { ...progress, owner: null };
        await commit(NOTHING);
      }),
  };
}

// --- internal ---

const NOTHING: Commit = { round: createRound(), steps: [], checkpoint: null };

/** While a model was learned its lines were counted, as of the sequence channel. */
function alreadyCounted(count: ReturnType<typeof minutesOf>[number]) {
  return count.channel === 'sequence' ? { ...count, events: 0 } : count;
}
