import {
  asTheyAre,
  type Burst,
  burstGap,
  type Calibrate,
  calibrateBursts,
  type Flag,
  type FlagStream,
  findBursts,
  largestAlone,
} from '../hunt/index.ts';
import { type Channel, FLAG_SURPRISE } from './channel.ts';
import type { HuntPeriods } from './hunt-periods.ts';
import type { HuntTable } from './hunt-table.ts';

/** Flags of one detector of one channel, on the common measure. */
export interface HuntStream extends FlagStream {
  /** Flags of the judged period, in the order of time. */
  readonly flags: readonly Flag[];
  /** Bursts of the judged period. */
  readonly bursts: readonly Burst[];
  /** Bursts of held-out normal time. */
  readonly normal: readonly Burst[];
}

/** A detector whose channels are made streams. */
export interface StreamSource {
  readonly channel: Channel;
  /** Whether its surprise already says how rarely a period of normal time holds as much. */
  readonly calibrated: boolean;
}

/** Facts of quantity are others than those of keys. */
const OTHER_FACTS = 1 << 24;

/** Streams of all detectors: one per detector, or one per detector and value of the channel column. */
export function huntStreams(table: HuntTable, periods: HuntPeriods, sources: readonly StreamSource[]): HuntStream[] {
  const { events, channels } = table;
  const names = channels ? Array.from({ length: channels.values.size }, (_, id) => channels.values.value(id)) : [''];
  const calibratedStreams = names.length * sources.filter(({ calibrated }) => !calibrated).length;
  return sources.flatMap(({ channel, calibrated }) => {
    const parts = names.map((name) => ({ name: name || channel.name, judged: [] as Flag[], normal: [] as Flag[] }));
    const texts = new Map<string, string>();
    const offset = channel.name === 'quantity' ? OTHER_FACTS : 0;
    for (let row = 0; row < events.count; row++) {
      if (!channel.flagged[row]) continue;
      const judged = periods.isJudged(row);
      const normal = periods.isHeldOut(row);
      if (!judged && !normal) continue;
      const part = parts[channels ? channels.ids[row]! : 0];
      for (const { fact, surprise, text } of channel.facts(row)) {
        // Floods repeat one text a million times.
        if (!texts.has(text)) texts.set(text, text);
        const own = { fact: fact + offset, surprise, text: texts.get(text) ?? text };
        const flag = { ...own, row, time: events.time[row]!, host: events.host[row]! };
        if (judged) part?.judged.push(flag);
        if (normal) part?.normal.push(flag);
      }
    }
    return parts.map(({ name, judged, normal }) => {
      const gap = burstGap(normal.length, periods.heldOutSpan);
      const calibrate = calibrated
        ? largestAlone
        : calibrateOn(findBursts(name, normal, gap), periods.heldOutSpan, calibratedStreams);
      return {
        name: channels ? `${name} ${channel.name}` : name,
        channel: name,
        gap,
        calibrate,
        flags: judged,
        bursts: findBursts(name, judged, gap, calibrate),
        normal: findBursts(name, normal, gap, calibrate),
      };
    });
  });
}

// --- internal ---

/**
 * Calibrates on held-out bursts. Each of `streams` streams may make as many false alarms
 * as one by itself: together they shall not make more (Bonferroni's correction).
 */
function calibrateOn(bursts: readonly Burst[], span: number, streams: number): Calibrate {
  const evidences = bursts.map(({ evidence }) => evidence);
  const { surprise } = calibrateBursts(evidences, span, FLAG_SURPRISE);
  const correction = Math.log10(Math.max(1, streams));
  return (largest, facts) => Math.max(0, surprise(asTheyAre(largest, facts)) - correction);
}
