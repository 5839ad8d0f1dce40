import type { LiveAlert } from '../alert/index.ts';
import type { MinuteCount, NewFlaggedEvent } from '../store/index.ts';
import type { WindowChange } from './live-windows.ts';
import { createRoundRecords, type RoundRecords } from './round-records.ts';

/** Where a source stands: the run of numbers that its lines belong to, and the next of them. */
export interface LinePlace {
  readonly generation: string;
  readonly line: number;
}

/** What became of some lines, not stored yet. */
export interface Round {
  readonly records: RoundRecords;
  /** Of lines of this round, by public id. */
  readonly templates: Map<string, { readonly text: string; count: number; lastSeen: number }>;
  /** Templates that go by another id now. */
  readonly aliases: { readonly from: string; readonly to: string }[];
  readonly counts: Map<number, CountedMinute>;
  /** Flagged events; `record` is the place of their line in `records`, -1 where it came earlier. */
  readonly flagged: (NewFlaggedEvent & { readonly place: number })[];
  readonly windows: Map<string, WindowChange>;
  readonly alerts: LiveAlert[];
  /** Where numbers of lines began anew: before the record at `place`. */
  readonly turns: (LinePlace & { readonly place: number; readonly source: number })[];
  /** When its lines were received, for the latency. */
  readonly received: number[];
  bytes: number;
  /** Place of the first record that was not learned from any more, while there is no model. */
  learnedTo: number | null;
}

/** Channels that events are counted of. */
type CountedChannel = 'sequence' | 'quantity';

interface CountedMinute {
  readonly time: number;
  readonly source: number;
  readonly channel: string;
  events: number;
  flagged: number;
}

export function createRound(): Round {
  return {
    ...{ records: createRoundRecords(), templates: new Map(), aliases: [], counts: new Map(), flagged: [] },
    ...{ windows: new Map(), alerts: [], turns: [], received: [], bytes: 0, learnedTo: null },
  };
}

const MINUTE = 60_000;
/** Room for sources in the numbers of counts: minutes times this stay whole numbers. */
const MOST_SOURCES = 2 ** 24;

/** Counts events of a minute. */
export function countEvents(
  round: Round,
  time: number,
  source: number,
  channel: CountedChannel,
  events: number,
  flagged: number,
): void {
  const minute = Math.floor(time / MINUTE) * MINUTE;
  const key = (minute / MINUTE) * MOST_SOURCES + source * 2 + (channel === 'sequence' ? 0 : 1);
  const known = round.counts.get(key);
  if (known) {
    known.events += events;
    known.flagged += flagged;
  } else round.counts.set(key, { time: minute, source, channel, events, flagged });
}

/** The counts as the store takes them. */
export function minutesOf({ counts }: Round): MinuteCount[] {
  return [...counts.values()];
}
