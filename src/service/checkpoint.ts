import { promisify } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { gunzipSync, gzip } from 'node:zlib';
import type { BudgetSnapshot } from '../alert/index.ts';
import { CaracalError } from '../errors.ts';
import type { OnlineSnapshot } from './online-pipeline.ts';
import type { LinePlace } from './round.ts';

/** What the service must know to go on after a stop. */
export interface ServiceCheckpoint extends ServiceState {
  /** Lines up to this record are in it; those after it are taken again. */
  readonly record: number;
}

/** The state itself. */
export interface ServiceState {
  readonly online: OnlineSnapshot;
  /** Where each source stood. */
  readonly places: readonly (readonly [number, LinePlace])[];
  readonly budget: BudgetSnapshot;
  /** Lines up to this record were stored before there was a model: what becomes of them is not stored yet. */
  readonly unjudged: number;
}

/** Version of the layout; one of another version is not guessed at. */
const FORMAT = 3;

const compress = promisify(gzip);

/**
 * Writes a state down, as the structured clone of Node. What is given may change as soon
 * as this returns; the bytes are compressed beside what goes on.
 */
export async function encodeState(state: ServiceState): Promise<Uint8Array> {
  return compress(serialize(state), { level: 1 });
}

/** A state and the last record that is in it. */
export function encodeCheckpoint(state: Uint8Array, record: number): Uint8Array {
  return serialize({ format: FORMAT, record, state });
}

/** @throws CaracalError `E_CHECKPOINT` for one that is damaged or of another version */
export function decodeCheckpoint(bytes: Uint8Array): ServiceCheckpoint {
  try {
    const { format, record, state } = deserialize(bytes) as {
      readonly format: number;
      readonly record: number;
      readonly state: Uint8Array;
    };
    if (format === FORMAT) return { ...(deserialize(gunzipSync(state)) as ServiceState), record };
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
