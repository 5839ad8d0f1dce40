import { CaracalError } from '../errors.ts';
import {
  type Burst,
  createRealtime,
  type Delineated,
  type DelineationOptions,
  delineate,
  type Emission,
  type EventFacts,
  type Flag,
  HUNT_DELINEATION,
  learnCorroboration,
  PERIOD,
  REALTIME_SOLO,
  type Span,
} from '../hunt/index.ts';
import { type Detector, logmamba } from '../models/index.ts';
import type { EventColumns } from '../types.ts';
import { type Channel, FLAG_SURPRISE } from './channel.ts';
import { eventFacts } from './event-facts.ts';
import { crossFitPeriods, type HuntPeriods, periodsUntil } from './hunt-periods.ts';
import { type HuntStream, huntStreams, type StreamSource } from './hunt-streams.ts';
import { type HuntColumns, type HuntTable, toHuntTable } from './hunt-table.ts';
import { indicatorStream } from './indicator-stream.ts';
import { type IngestOptions, ingest } from './ingest.ts';
import { noveltyChannel } from './novelty-channel.ts';
import { quantityChannel } from './quantity-channel.ts';
import { areScoredEvents, ofScoredEvents, type ScoredTable, scoredChannel } from './scored-events.ts';
import { type SequenceChannelOptions, sequenceChannel } from './sequence-channel.ts';

/** How to hunt. Times are epoch ms, lengths ms. */
export interface HuntOptions {
  readonly seed?: number;
  /** How the sequence model learns, where it is not to learn as hunts do. */
  readonly training?: Partial<Omit<SequenceChannelOptions, 'onProgress' | 'seed'>> & Readonly<Record<string, unknown>>;
  /** Learn from what is before; without it every part of the input is judged by models of the others. */
  readonly trainUntil?: number;
  /** `forensics` knows the whole input, `realtime` at each moment the past alone. */
  readonly mode?: 'forensics' | 'realtime';
  /** Real time: reach and hold of a window, in typical gaps of normal activity. */
  readonly alpha?: number;
  readonly columns?: HuntColumns;
  /** Event CSV of indicators of compromise with times: a channel of its own. */
  readonly ioc?: string;
  /** Sequence model; LogMamba unless told. */
  readonly detector?: Detector;
  readonly folds?: number;
  readonly ingest?: IngestOptions;
  readonly delineation?: DelineationOptions;
  readonly onProgress?: SequenceChannelOptions['onProgress'];
}

/** What a hunt found. Windows are in rank order. Call `table.logs.dispose()` when done with it. */
export interface HuntResult {
  readonly mode: 'forensics' | 'realtime';
  readonly table: HuntTable;
  readonly periods: HuntPeriods;
  readonly streams: readonly HuntStream[];
  readonly windows: readonly Delineated[];
  readonly leads: readonly Delineated[];
  readonly incidents: number;
  /** Real time: what was emitted, in the order of time. */
  readonly emissions: readonly Emission[];
  /** Real time: reach of a window, ms. */
  readonly reach: number;
  readonly facts: EventFacts;
  /** How windows were cut, ready to be cut again. */
  readonly delineation: DelineationOptions;
}

/** Typical gaps of normal activity that a window reaches back and is held open, unless told. */
export const ALPHA = 3;

/** A person waits for a hunt: small batches, few steps and a small network tell what is usual. */
const HUNT_TRAINING = {
  validationSplit: 0.15,
  batchSize: 32,
  maxSteps: 120,
  reorderings: 0,
  dropout: 0,
  convolution: 4,
  epochs: 60,
} as const;

/** Shortest and longest reach of a window in real time, ms. */
const REACH = [10_000, 600_000] as const;

/**
 * Hunts in logs or event tables: learns what is normal, scores every event in several
 * channels, and delineates the windows worth an analyst's hours.
 *
 * @throws CaracalError `E_TOO_LITTLE_DATA` where there is not enough to learn from, `E_USAGE`
 * for real time without a time to learn until, and as `ingest` and `toHuntTable`
 */
export async function hunt(paths: readonly string[], options: HuntOptions = {}): Promise<HuntResult> {
  const { mode = 'forensics', trainUntil, columns = {} } = options;
  if (mode === 'realtime' && trainUntil === undefined) {
    throw new CaracalError(
      'E_USAGE',
      '--mode realtime: judges by the past alone, which has to be learned first. Give --train-until TIME.',
    );
  }
  const logs = await ingest(paths, options.ingest ?? {});
  try {
    if (await areScoredEvents(logs)) return await huntIn(await ofScoredEvents(logs), options, scoredChannels);
    return await huntIn(await toHuntTable(logs, columns), options, channelsOf);
  } catch (error) {
    await logs.dispose();
    throw error;
  }
}

/** Windows of real time at another alpha. */
export function sweepAlpha({ streams, delineation, table, periods }: HuntResult): (alpha: number) => readonly Span[] {
  return (alpha) =>
    inRealTime(streams, delineation, alpha * typicalGap(table.events, periods), periods.judged[1]).windows;
}

// --- internal ---

type ChannelsOf<T extends HuntTable> = (
  table: T,
  periods: HuntPeriods,
  options: HuntOptions,
) => Promise<readonly StreamSource[]>;

async function huntIn<T extends HuntTable>(
  table: T,
  options: HuntOptions,
  channels: ChannelsOf<T>,
): Promise<HuntResult> {
  const { mode = 'forensics', trainUntil, folds = 3 } = options;
  const { events } = table;
  const periods =
    trainUntil === undefined ? crossFitPeriods(events.time, folds) : periodsUntil(events.time, trainUntil);
  const streams = huntStreams(table, periods, await channels(table, periods, options));
  if (options.ioc !== undefined) streams.push(await indicatorStream(options.ioc, table, periods));
  const bursts = streams.flatMap((stream) => stream.bursts);
  const normal = streams.flatMap((stream) => stream.normal);
  const facts = eventFacts(events, table.sequences, table.isTable);
  const settings: DelineationOptions = {
    ...HUNT_DELINEATION,
    ...(mode === 'realtime' ? { solo: REALTIME_SOLO } : {}),
    ...options.delineation,
    corroboration: learnCorroboration(normal, periods.heldOutSpan, HUNT_DELINEATION.tolerance, 2 * FLAG_SURPRISE),
    period: periods.judged,
  };
  const [first, last] = periods.judged;
  const reach = reachOf(events, periods, options.alpha ?? ALPHA);
  const common = { mode, table, periods, streams, facts, reach, delineation: settings };
  if (mode === 'realtime') return { ...common, ...inRealTime(streams, settings, reach, last) };
  return { ...common, ...delineate(bursts, facts, Math.max(1, last - first), settings), emissions: [] };
}

/** What the model said that scored the events, beside what a hunt sees of them by itself. */
async function scoredChannels(table: ScoredTable, periods: HuntPeriods): Promise<StreamSource[]> {
  return [novelty(table, periods), { channel: scoredChannel(table, periods.isHeldOut), calibrated: false }];
}

/** Novelty is a rate per period by construction. */
function novelty({ events, keyText }: HuntTable, { judgedFrom }: HuntPeriods): StreamSource {
  const hostText = (host: number): string => events.strings.value(host);
  return { channel: noveltyChannel(events, keyText, hostText, { period: PERIOD, judgedFrom }), calibrated: true };
}

/** What each detector says. */
async function channelsOf(table: HuntTable, periods: HuntPeriods, options: HuntOptions): Promise<StreamSource[]> {
  const { folds } = periods;
  const { events, sequences, keyText, idText } = table;
  const { detector = logmamba, seed = 1, onProgress } = options;
  const training = { ...HUNT_TRAINING, ...options.training };
  const realtime = options.mode === 'realtime';
  // What was not over yet, nobody knows in real time.
  const judged = realtime ? { ...sequences, closed: new Uint8Array(sequences.count) } : sequences;
  const order: Channel = await sequenceChannel(detector, judged, events, folds, idText, {
    ...training,
    seed,
    ...(onProgress ? { onProgress } : {}),
  });
  return [
    novelty(table, periods),
    { channel: order, calibrated: false },
    { channel: quantityChannel(events, folds, keyText, { running: realtime }), calibrated: false },
  ];
}

/** Alpha times the typical gap, within bounds. */
function reachOf(events: EventColumns, periods: HuntPeriods, alpha: number): number {
  return Math.min(REACH[1], Math.max(REACH[0], alpha * typicalGap(events, periods)));
}

/** Mean gap between events of normal activity, ms. */
function typicalGap({ time }: EventColumns, { judgedFrom }: HuntPeriods): number {
  let first = Number.NaN;
  let last = Number.NaN;
  let count = 0;
  for (const at of time) {
    if (Number.isNaN(at) || at >= judgedFrom) continue;
    if (count === 0) first = at;
    last = at;
    count++;
  }
  return count > 1 ? (last - first) / (count - 1) : REACH[0];
}

function inRealTime(streams: readonly HuntStream[], settings: DelineationOptions, reach: number, end: number) {
  const { tolerance, solo, corroboration, period } = settings;
  const realtime = createRealtime({
    reach,
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(solo === undefined ? {} : { solo }),
    ...(corroboration === undefined ? {} : { corroboration }),
    ...(period === undefined ? {} : { begin: period[0] }),
  });
  const emissions: Emission[] = [];
  for (const [stream, flag] of inOrder(streams)) emissions.push(...realtime.push(stream, flag));
  emissions.push(...realtime.tick(end));
  const windows = realtime.windows().sort((a, b) => b.score - a.score || a.start - b.start);
  return { windows, leads: realtime.leads().map(asLead), incidents: windows.length, emissions };
}

/** Flags of all streams in the order of time, those of one event in the order of the streams. */
function* inOrder(streams: readonly HuntStream[]): Generator<readonly [HuntStream, Flag]> {
  const next = new Int32Array(streams.length);
  for (;;) {
    let earliest = -1;
    let best: Flag | undefined;
    for (let s = 0; s < streams.length; s++) {
      const flag = streams[s]!.flags[next[s]!];
      if (flag && (!best || flag.time < best.time || (flag.time === best.time && flag.row < best.row))) {
        best = flag;
        earliest = s;
      }
    }
    if (!best) return;
    next[earliest]!++;
    yield [streams[earliest]!, best];
  }
}

function asLead(burst: Burst): Delineated {
  const { start, end, channel, evidence, weight } = burst;
  return {
    start,
    end,
    core: [start, end],
    score: weight,
    bursts: [burst],
    channels: [{ name: channel, evidence, weight }],
    incident: 0,
    boundary: { start: 'alpha', end: 'alpha' },
  };
}
