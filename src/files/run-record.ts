import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CaracalError } from '../errors.ts';
import type { EpochReport } from '../models/index.ts';
import type { PredictionAccuracy } from '../score/index.ts';
import { eventFileHeader, scalarsRecord } from './tensorboard.ts';
import { version } from './version.ts';

/** What a training did, on disk as it goes, so that a run that is killed has left what it did. */
export interface RunRecord {
  /** Folder of the run. */
  readonly directory: string;
  epoch(report: EpochReport): void;
  /** Ends the record. */
  end(result: RunResult): void;
}

/** How a run ended. */
export interface RunResult {
  readonly status: 'done' | 'failed';
  readonly test?: PredictionAccuracy;
  readonly [fact: string]: unknown;
}

/** What is to be recorded of a run before it begins. */
export interface RunStart {
  readonly command: string;
  readonly model: string;
  readonly seed: number;
  readonly [fact: string]: unknown;
}

/**
 * Begins the record of a training in a new folder below `runs`: `run.jsonl`, a line for
 * the begin, each epoch and the end, and a TensorBoard event file with the same numbers
 * (`tensorboard --logdir RUNS` draws them).
 *
 * @param now epoch ms
 * @throws CaracalError `E_FILE_UNWRITABLE`
 */
export function openRun(runs: string, start: RunStart, now: () => number): RunRecord {
  if (runs === '') throw new CaracalError('E_USAGE', '--runs is empty: name a directory.');
  const begun = now();
  const guarded = <T>(write: () => T): T => {
    try {
      return write();
    } catch (cause) {
      const why = cause instanceof Error ? cause.message.replace(/, \w+ '.*/, '') : String(cause);
      throw new CaracalError(
        'E_FILE_UNWRITABLE',
        `${runs}: the record of the run cannot be written (${why}). Mend its permissions or choose another --runs.`,
        { file: runs },
        { cause },
      );
    }
  };
  const directory = guarded(() => newFolder(runs, runName(start, begun)));
  const lines = join(directory, 'run.jsonl');
  const events = join(directory, `events.out.tfevents.${Math.floor(begun / 1000)}.caracal`);
  const line = (type: string, time: number, facts: object): void =>
    guarded(() => appendFileSync(lines, `${JSON.stringify({ type, time: new Date(time).toISOString(), ...facts })}\n`));
  line('run', begun, { ...start, library: version });
  guarded(() => writeFileSync(events, eventFileHeader(begun)));
  let last = 0;
  return {
    directory,
    epoch(report) {
      const time = now();
      last = report.epoch;
      line('epoch', time, report);
      const scalars = {
        'loss/train': report.trainLoss,
        'loss/validation': report.validationLoss,
        'top1/train': report.trainTop1,
        'top1/validation': report.validationTop1,
        'top5/train': report.trainTop5,
        'top5/validation': report.validationTop5,
      };
      guarded(() => appendFileSync(events, scalarsRecord(time, report.epoch, scalars)));
    },
    end(result) {
      const time = now();
      line('end', time, result);
      const { test } = result;
      if (!test) return;
      const scalars = { 'loss/test': test.loss, 'top1/test': test.top1, 'top5/test': test.top5 };
      guarded(() => appendFileSync(events, scalarsRecord(time, last, scalars)));
    },
  };
}

// --- internal ---

/** `deeplog-20170327T000000Z-seed1` */
function runName({ model, seed }: RunStart, time: number): string {
  const stamp = new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
  return `${model}-${stamp}-seed${seed}`;
}

/** Makes a folder that was not there, with a number behind the name where one was. */
function newFolder(parent: string, name: string): string {
  mkdirSync(parent, { recursive: true });
  for (let n = 1; ; n++) {
    const folder = join(parent, n === 1 ? name : `${name}-${n}`);
    try {
      mkdirSync(folder);
      return folder;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}
