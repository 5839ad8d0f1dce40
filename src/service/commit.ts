import { type AlertRule, type LiveAlert, OVER_BUDGET, suppressionFor } from '../alert/index.ts';
import { CaracalError } from '../errors.ts';
import type { Json, NewAlert, Repositories, SourceGap, Store, Upserted } from '../store/index.ts';
import type { StreamClock } from '../stream/index.ts';
import { minutesOf, type Round } from './round.ts';

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
  /** Its bytes, given the id of the last record of the round. */
  readonly checkpoint: ((lastRecord: number) => Uint8Array) | null;
  /** Ids of the records, where they are stored already. */
  readonly stored?: readonly number[];
}

/** What a transaction did. */
export interface Committed {
  readonly alerts: Upserted;
  readonly windows: Upserted;
  readonly lastRecord: number;
  /** Ids of the round's records. */
  readonly ids: readonly number[];
  readonly checkpointBytes: number | null;
}

export interface CommitterOptions {
  readonly store: Store;
  readonly pipeline: string;
  readonly clock: StreamClock;
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
  commit(commit: Commit): Promise<Committed>;
  readonly lastRecord: number;
}

/** Pauses between attempts, ms. */
const PAUSE = [100, 200, 400, 800, 1600, 3000] as const;

export function createCommitter(options: CommitterOptions): Committer {
  const { store, clock } = options;
  let { version, lastRecord } = options;

  const write = async (
    to: Repositories,
    { round, steps, checkpoint, stored: known }: Commit,
  ): Promise<Committed & { version: number }> => {
    const ids = known ?? (await to.records.append(round.records));
    const last = Math.max(lastRecord, ids.at(-1) ?? 0);
    if (!known) await to.templates.save([...round.templates].map(([id, template]) => ({ id, ...template })));
    for (const { from, to: id } of round.aliases) await to.templates.alias(from, id);
    await to.counts.add(minutesOf(round).map((count) => (known ? { ...count, events: 0 } : count)));
    const windows = await to.windows.upsert([...round.windows.values()].map(({ window }) => window));
    const alerts = await to.alerts.upsert(round.alerts.map(stored));
    await to.events.save(round.flagged.map(({ place, ...event }) => ({ ...event, record: ids[place] ?? null })));
    for (const { source, gaps, ...progress } of steps) {
      await to.sources.advance(source, progress);
      for (const gap of gaps) await to.sources.reportGap(source, gap);
    }
    const bytes = checkpoint?.(last) ?? null;
    const next = bytes ? await to.checkpoints.write(options.pipeline, bytes, version) : version;
    return { alerts, windows, ids, lastRecord: last, checkpointBytes: bytes?.length ?? null, version: next };
  };
  const stored = (alert: LiveAlert): NewAlert => {
    const rule = suppressionFor(alert, options.rules(), clock.now());
    return { ...alert, suppression: rule ?? (options.admit(alert) ? null : OVER_BUDGET) };
  };
  /** Whether a transaction whose end nobody saw was committed: the sources stand where it put them. */
  const wasCommitted = async ({ steps }: Commit): Promise<boolean> => {
    const [first] = steps;
    if (!first) return false;
    const source = await store.sources.get(first.source);
    return (
      JSON.stringify(source?.position) === JSON.stringify(first.position) && source?.generation === first.generation
    );
  };

  return {
    get lastRecord() {
      return lastRecord;
    },
    commit: async (commit) => {
      for (let attempt = 0; ; attempt++) {
        try {
          const done = await store.transaction((to) => write(to, commit));
          ({ version, lastRecord } = done);
          if (attempt > 0) options.onWaiting(null);
          return done;
        } catch (error) {
          if (!(error instanceof CaracalError) || error.data.retry !== true || options.stopping()) throw error;
          options.onWaiting(error);
          await new Promise<void>((resolve) => clock.after(PAUSE[Math.min(attempt, PAUSE.length - 1)]!, resolve));
          if (error.code !== 'E_STORE_UNAVAILABLE') continue;
          const known = await wasCommitted(commit).catch(() => false);
          if (!known) continue;
          const checkpoint = await store.checkpoints.read(options.pipeline);
          version = checkpoint?.version ?? version;
          lastRecord = await lastAfter(store, lastRecord);
          options.onWaiting(null);
          return {
            alerts: { added: [], changed: [] },
            windows: { added: [], changed: [] },
            lastRecord,
            ids: [],
            checkpointBytes: null,
          };
        }
      }
    },
  };
}

// --- internal ---

/** Id of the last record there is, from one that is known. */
async function lastAfter(store: Store, known: number): Promise<number> {
  for (let last = known; ; ) {
    const records = await store.records.after(last, 1000);
    last = records.at(-1)?.id ?? last;
    if (records.length < 1000) return last;
  }
}
