import type { LiveReader } from '../read/index.ts';
import type { StreamClock } from '../stream/index.ts';
import { quantile } from '../util/statistics.ts';
import type { Lane } from './lanes.ts';
import type { Round } from './round.ts';
import type { LiveCounters, SourceStatus } from './service.ts';

/** How fast lines come and how soon they are durable. */
export interface Meters {
  /** A round is durable. */
  stored(round: Round, now: number): void;
  read(): Pick<LiveCounters, 'linesPerSecond' | 'latency'>;
  source(lane: Lane, reader: LiveReader | undefined): SourceStatus;
}

/** Latencies that are remembered, and the time that a rate is over. */
const LATENCIES = 1000;
const RATE = 10_000;
/** Silence that is longer than so many times the longest before is one to tell of, and the shortest such, ms. */
const SILENCE = 3;
const SHORTEST_SILENCE = 300_000;

export function createMeters(clock: StreamClock): Meters {
  const latencies: number[] = [];
  let at = 0;
  const rounds: { readonly time: number; readonly lines: number }[] = [];
  const sources = new Map<
    number,
    { lines: number; time: number; rate: number; last: number | null; longest: number }
  >();
  return {
    stored: ({ records, received }, now) => {
      // One of each thousand lines or so, and always the first: those that waited longest.
      const step = Math.max(1, Math.floor(received.length / 16));
      for (let i = 0; i < received.length; i += step) latencies[at++ % LATENCIES] = now - (received[i] ?? now);
      if (records.length > 0) rounds.push({ time: now, lines: records.length });
      while ((rounds[0]?.time ?? now) < now - RATE) rounds.shift();
    },
    read: () => {
      const now = clock.now();
      const lines = rounds.reduce((sum, round) => sum + (round.time >= now - RATE ? round.lines : 0), 0);
      const percentile = (share: number): number => (latencies.length === 0 ? 0 : quantile(latencies, share));
      return { linesPerSecond: lines / (RATE / 1000), latency: { p50: percentile(0.5), p99: percentile(0.99) } };
    },
    source: (lane, reader) => {
      const { stored, feed, source } = lane;
      const counts = feed.counts();
      const now = clock.now();
      const known = sources.get(stored.id) ?? { lines: 0, time: now, rate: 0, last: stored.lastSeen, longest: 0 };
      if (now - known.time >= 1000) {
        known.rate = ((counts.lines - known.lines) * 1000) / (now - known.time);
        if (counts.lines > known.lines) {
          if (known.last !== null) known.longest = Math.max(known.longest, now - known.last);
          known.last = now;
        }
        known.lines = counts.lines;
        known.time = now;
      } else if (known.last === null && counts.lines > 0) known.last = now;
      sources.set(stored.id, known);
      const silentFor = known.last === null ? 0 : now - known.last;
      return {
        ...{ id: stored.id, name: source.name, kind: source.kind },
        ...{ format: reader?.format ?? stored.format, reason: reader?.reason ?? '' },
        ...{ lines: stored.lines + counts.lines, drops: stored.drops + counts.droppedLines },
        ...{ malformed: reader?.malformed ?? 0, withoutTime: reader?.withoutTime ?? 0 },
        ...{ lastSeen: known.last, linesPerSecond: known.rate },
        silent: silentFor > Math.max(SHORTEST_SILENCE, SILENCE * known.longest),
        error: lane.error,
      };
    },
  };
}
