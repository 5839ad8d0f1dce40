import type { ArgsDef } from 'citty';
import { openRun, type RunRecord } from '../files/index.ts';
import type { FitOptions } from '../models/index.ts';
import type { Io } from './io.ts';

/** The flag of commands whose trainings can be recorded. */
export const runFlag = {
  runs: {
    type: 'string',
    valueHint: 'dir',
    description: 'record the training in a new folder there: JSON lines and TensorBoard events',
  },
} as const satisfies ArgsDef;

/** A training that may be recorded. */
export interface RecordedTraining extends Required<Pick<FitOptions, 'onEpoch'>> {
  /** Ends its record, if it has one, with what it came to. */
  end(facts: Readonly<Record<string, unknown>>): void;
}

/**
 * Does `work`, with a record of it where `--runs` asks for one. Work that fails is in the record too.
 *
 * @param begun what to say of it before it begins
 */
export async function recorded<T>(
  runs: string | undefined,
  begun: Parameters<typeof openRun>[1],
  io: Io,
  work: (training: RecordedTraining) => Promise<T>,
): Promise<T> {
  if (runs === undefined) return work({ onEpoch: () => {}, end: () => {} });
  const record: RunRecord = openRun(runs, begun, () => io.now());
  try {
    return await work({
      onEpoch: (report) => record.epoch(report),
      end: (facts) => record.end({ status: 'done', ...facts }),
    });
  } catch (error) {
    record.end({ status: 'failed', error: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}
