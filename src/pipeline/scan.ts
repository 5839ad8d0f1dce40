import { type FlaggedChannel, makeAlerts } from '../alert/index.ts';
import { CaracalError } from '../errors.ts';
import { burstGap, type DelineationOptions, delineate, type Flag, findBursts, toHuntWindow } from '../hunt/index.ts';
import { type Detector, deeplog } from '../models/index.ts';
import type { Alert, HuntWindow } from '../types.ts';
import { type Channel, EVENT_FLAG_RATE, FEWEST_EVENTS } from './channel.ts';
import { eventFacts } from './event-facts.ts';
import { type Folds, splitAt, timeFolds } from './folds.ts';
import { spanOf } from './hunt-periods.ts';
import { type Ingested, type IngestOptions, ingest } from './ingest.ts';
import { quantityChannel } from './quantity-channel.ts';
import { type SequenceChannelOptions, sequenceChannel } from './sequence-channel.ts';

/** How to scan. */
export interface ScanOptions extends Omit<SequenceChannelOptions, 'seed' | 'validationSplit'> {
  /** Seed of everything random; 1 unless told. */
  readonly seed?: number;
  /** Share of what a model may learn from that chooses its thresholds instead; 0.15 unless told. */
  readonly validationSplit?: number;
  readonly ingest?: IngestOptions;
  /** Sequence model; DeepLog unless told. */
  readonly detector?: Detector;
  /** Also learns and judges the times and numbers of lines, where the sequence model can; reads the logs twice. */
  readonly values?: boolean;
  /** Parts of the log that are each judged by a model of the others; 3 unless told and at least. */
  readonly folds?: number;
  /** Learn from what is before (epoch ms) and judge only what comes after, instead of folds. */
  readonly trainUntil?: number;
  readonly delineation?: DelineationOptions;
}

/** What a scan found. Windows, leads and alerts are in rank order; call `logs.dispose()` when done with it. */
export interface ScanResult {
  readonly logs: Ingested;
  readonly channels: readonly Channel[];
  readonly windows: readonly HuntWindow[];
  /** Bursts that nothing confirmed, and windows beyond the most that were asked for. */
  readonly leads: readonly HuntWindow[];
  readonly alerts: readonly Alert[];
  readonly folds: Folds;
}

/**
 * The whole job in one go: reads logs, learns what is normal in them, judges every
 * event by a model that has not seen its time, and cuts out the windows worth hunting in.
 *
 * @throws CaracalError `E_TOO_LITTLE_DATA` where the log is too short to learn from, and as `ingest`
 *
 * @example
 * const { windows, logs } = await scan(['/var/log/auth.log']);
 * await logs.dispose();
 */
export async function scan(paths: readonly string[], options: ScanOptions = {}): Promise<ScanResult> {
  const { detector = deeplog, values = false } = options;
  if (values && !detector.values) {
    throw new CaracalError(
      'E_USAGE',
      `--values: ${detector.name} does not learn values. Use --model deeplog, or leave it out.`,
    );
  }
  const logs = await ingest(paths, { ...options.ingest, ...(values ? { values: 'own' } : {}) });
  try {
    return await scanEvents(logs, options);
  } catch (error) {
    await logs.dispose();
    throw error;
  }
}

// --- internal ---

async function scanEvents(logs: Ingested, options: ScanOptions): Promise<ScanResult> {
  const { events } = logs;
  const folds = foldsOf(events.time, options);
  const training = { ...options, seed: options.seed ?? 1, validationSplit: options.validationSplit ?? 0.15 };
  const channels = [
    await sequenceChannel(options.detector ?? deeplog, logs.sequences, events, folds, logs.templateText, training),
    quantityChannel(events, folds, (template) => logs.template(template).text),
  ];
  const { windows, leads } = cutWindows(logs, channels, options.delineation);
  const flagged: FlaggedChannel[] = channels.map((channel) => ({
    detector: channel.name,
    modelHash: channel.modelHash,
    calibration: channel.calibration,
    flagged: rowsFlagged(channel).map((row) => ({
      row,
      score: channel.score[row]!,
      surprise: channel.surprise[row]!,
      reason: channel.facts(row)[0]?.text ?? '',
    })),
  }));
  const alerts = makeAlerts(flagged, {
    events,
    windows,
    template: logs.template,
    sourceGeneration: (source) => logs.generations[source] ?? '',
  });
  return { logs, channels, windows, leads, alerts, folds };
}

function foldsOf(times: Float64Array, options: ScanOptions): Folds {
  const { folds = 3, trainUntil } = options;
  if (times.length < FEWEST_EVENTS) {
    throw new CaracalError(
      'E_TOO_LITTLE_DATA',
      `only ${times.length} log line${times.length === 1 ? '' : 's'}: at least ${FEWEST_EVENTS} are needed to learn what is normal. Scan a longer log, or judge these lines with a trained model: caracal detect --model-dir DIR.`,
    );
  }
  if (trainUntil === undefined) {
    if (folds < 3 || folds > 20) throw new CaracalError('E_USAGE', `folds ${folds}: give a whole number from 3 to 20.`);
    return timeFolds(times, folds);
  }
  const split = splitAt(times, trainUntil);
  const learned = split.of.filter((fold) => fold === 0).length;
  if (learned < FEWEST_EVENTS || learned === times.length) {
    const [first, last] = spanOf(times).map((time) =>
      Number.isFinite(time) ? new Date(time).toISOString() : 'no time',
    );
    const what =
      learned < FEWEST_EVENTS
        ? `${learned} log lines lie before it, at least ${FEWEST_EVENTS} are needed to learn`
        : 'no log line lies after it';
    throw new CaracalError(
      'E_TOO_LITTLE_DATA',
      `--train-until ${new Date(trainUntil).toISOString()}: ${what}. Choose a time inside the log, which goes from ${first} to ${last}.`,
    );
  }
  return split;
}

function cutWindows(logs: Ingested, channels: readonly Channel[], options: DelineationOptions | undefined) {
  const { events, sequences, generations } = logs;
  const [first, last] = spanOf(events.time);
  const span = Math.max(1, last - first);
  const bursts = channels.flatMap((channel) => {
    const flags: Flag[] = rowsFlagged(channel).flatMap((row) =>
      channel.facts(row).map((said) => ({ ...said, row, time: events.time[row]!, host: events.host[row]! })),
    );
    return findBursts(channel.name, flags, burstGap(events.count * EVENT_FLAG_RATE, span));
  });
  const facts = eventFacts(events, sequences, false);
  const context = { events, sourceGeneration: (source: number) => generations[source] ?? '' };
  const found = delineate(bursts, facts, span, options);
  return {
    windows: found.windows.map((window) => toHuntWindow(window, context)),
    leads: found.leads.map((lead) => toHuntWindow(lead, context)),
  };
}

function rowsFlagged({ flagged }: Channel): number[] {
  const rows: number[] = [];
  for (let row = 0; row < flagged.length; row++) if (flagged[row]) rows.push(row);
  return rows;
}
