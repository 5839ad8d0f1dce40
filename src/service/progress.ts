import { hostname } from 'node:os';
import { CaracalError } from '../errors.ts';
import type { Store } from '../store/index.ts';
import type { StreamClock } from '../stream/index.ts';
import type { LineTurn } from './line-places.ts';

/**
 * What every transaction of the service moves on: small, beside the checkpoint, which is
 * not. Its version tells whether a transaction was committed, and keeps a second service
 * out of the first one's results.
 */
export interface Progress {
  readonly owner: Owner | null;
  readonly totals: Totals;
  /** Last records of the rounds since the checkpoint: replayed alike, they come to the same. */
  readonly rounds: readonly number[];
  /** Where numbers of lines began anew since the checkpoint. */
  readonly turns: readonly LineTurn[];
}

/** Running totals since the service was first started. */
export interface Totals {
  readonly lines: number;
  readonly bytes: number;
  readonly flagged: number;
  readonly alerts: number;
  readonly windows: number;
}

/** The process that runs a pipeline. */
export interface Owner {
  readonly host: string;
  readonly process: number;
  readonly token: string;
}

/** Progress as it is stored, and the version that the next one follows. */
export interface StoredProgress {
  readonly progress: Progress;
  readonly version: number;
}

/** Time between two signs of life of a service that stores nothing, ms. */
export const BEAT = 5000;

/** Where a pipeline's progress is kept. */
export function progressOf(pipeline: string): string {
  return `${pipeline}.progress`;
}

export function encodeProgress(progress: Progress): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(progress));
}

/**
 * Takes a pipeline over, from nobody or from a process that is gone. Another one that may
 * be alive is watched for a sign of life first.
 *
 * @throws CaracalError E_STORE_CONFLICT where another service runs on this database
 */
export async function claimPipeline(store: Store, pipeline: string, clock: StreamClock): Promise<StoredProgress> {
  let found = await readProgress(store, pipeline);
  const { owner } = found.progress;
  if (owner !== null && !isGone(owner)) {
    for (let waited = 0; waited < SILENCE; waited += LOOK) {
      await new Promise<void>((resolve) => clock.after(LOOK, resolve));
      const now = await readProgress(store, pipeline);
      if (now.version === found.version) continue;
      if (now.progress.owner?.token === owner.token) {
        throw new CaracalError(
          'E_STORE_CONFLICT',
          `Another service runs on this database (process ${owner.process} of ${owner.host}). Stop it first, or name another database.`,
          { retry: false },
        );
      }
      found = now;
      break;
    }
  }
  const progress: Progress = {
    ...found.progress,
    owner: { host: hostname(), process: process.pid, token: crypto.randomUUID() },
  };
  const version = await store.transaction((to) =>
    to.checkpoints.write(progressOf(pipeline), encodeProgress(progress), found.version),
  );
  running.add(progress.owner?.token ?? '');
  return { progress, version };
}

/** The service of this process that held it runs no more. */
export function releaseOwner(owner: Owner | null): void {
  running.delete(owner?.token ?? '');
}

// --- internal ---

/** Silence after which a process that cannot be asked counts as gone, and the time between two looks, ms. */
const SILENCE = 3 * BEAT;
const LOOK = 500;

/** Services of this process. */
const running = new Set<string>();

async function readProgress(store: Store, pipeline: string): Promise<StoredProgress> {
  const stored = await store.checkpoints.read(progressOf(pipeline));
  if (!stored) {
    const totals: Totals = { lines: 0, bytes: 0, flagged: 0, alerts: 0, windows: 0 };
    return { progress: { owner: null, totals, rounds: [], turns: [] }, version: 0 };
  }
  try {
    return { progress: JSON.parse(new TextDecoder().decode(stored.bytes)) as Progress, version: stored.version };
  } catch (cause) {
    throw new CaracalError(
      'E_CHECKPOINT',
      'how far the pipeline was is damaged in the database. Restore a copy of it.',
      {},
      { cause },
    );
  }
}

/** Known to be gone: it ran on this machine, and no such process is there. */
function isGone({ host, process: id, token }: Owner): boolean {
  if (host !== hostname()) return false;
  if (id === process.pid) return !running.has(token);
  try {
    process.kill(id, 0);
    return false;
  } catch (error) {
    return (error as { code?: string }).code === 'ESRCH';
  }
}
