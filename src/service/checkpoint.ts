import { deserialize, serialize } from 'node:v8';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { BudgetSnapshot } from '../alert/index.ts';
import { CaracalError } from '../errors.ts';
import type { OnlineSnapshot } from './online-pipeline.ts';

/** What the service must know to go on after a stop. */
export interface ServiceCheckpoint {
  readonly online: OnlineSnapshot;
  /** Lines up to this record are in it; those after it are taken again. */
  readonly record: number;
  /** Number of the next line of each source. */
  readonly nextLines: readonly (readonly [number, number])[];
  readonly budget: BudgetSnapshot;
  readonly totals: Totals;
}

/** Running totals since the service was first started. */
export interface Totals {
  lines: number;
  bytes: number;
  drops: number;
  flagged: number;
  alerts: number;
  windows: number;
}

/** Version of the layout; one of another version is not guessed at. */
const FORMAT = 1;

/** As bytes: the structured clone of Node, packed. */
export function encodeCheckpoint(checkpoint: ServiceCheckpoint): Uint8Array {
  return gzipSync(serialize({ format: FORMAT, ...checkpoint }), { level: 1 });
}

/** @throws CaracalError `E_CHECKPOINT` for one that is damaged or of another version */
export function decodeCheckpoint(bytes: Uint8Array): ServiceCheckpoint {
  try {
    const { format, ...checkpoint } = deserialize(gunzipSync(bytes)) as ServiceCheckpoint & { format: number };
    if (format === FORMAT) return checkpoint;
  } catch (cause) {
    throw unreadable(cause);
  }
  throw unreadable(undefined);
}

// --- internal ---

function unreadable(cause: unknown): CaracalError {
  return new CaracalError(
    'E_CHECKPOINT',
    'the state of the pipeline in the database is damaged or of another version. Start with --relearn to learn anew; stored lines, alerts and verdicts stay.',
    {},
    { cause },
  );
}
