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
 * Writes a state down, as the structured clone of Node. What is given may change afterwards.
 *
 * @returns its bytes, given the last record that is in it
 */
export function encodeCheckpoint(state: ServiceState): (record: number) => Promise<Uint8Array> {
  const written = serialize(state);
  return (record) => compress(serialize({ format: FORMAT, record, state: written }), { level: 1 });
}

/** @throws CaracalError `E_CHECKPOINT` for one that is damaged or of another version */
export function decodeCheckpoint(bytes: Uint8Array): ServiceCheckpoint {
  try {
    const { format, record, state } = deserialize(gunzipSync(bytes)) as {
      readonly format: number;
      readonly record: number;
      readonly state: Uint8Array;
    };
    if (format === FORMAT) return { ...(deserialize(state) as ServiceState), record };
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
