import type { ReadReport } from '../read/index.ts';
import type { Alert, Entity, HuntWindow, LineRange } from '../types.ts';

/** Results as the JSON lines of the public contract. Times are ISO 8601, UTC. */

/** Epoch ms as ISO 8601; null where there is no time. */
export function isoTime(time: number): string | null {
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

/** What became of the lines of an input: `lines` is the sum of `events` and the others. */
export function lineCounts(report: ReadReport): LineCounts {
  const { lines, records, blankLines, headerLines, continuationLines } = report;
  return { lines, events: records, blankLines, headerLines, continuationLines };
}

/** Counts that add up. */
export interface LineCounts {
  readonly lines: number;
  readonly events: number;
  readonly blankLines: number;
  readonly headerLines: number;
  readonly continuationLines: number;
}

/** One `window` or `lead` line. */
export function windowJson(type: 'window' | 'lead', window: HuntWindow, lines: readonly LineRange[]): object {
  const { events, start, end, score, incident, ...rest } = window;
  return {
    type,
    id: rest.id,
    start: isoTime(start),
    end: isoTime(end),
    score: round(score),
    ...(incident > 0 ? { incident } : {}),
    channels: rest.channels,
    entities: rest.entities,
    reason: rest.reason,
    boundaries: rest.boundaries,
    state: rest.state,
    ...(rest.notEvaluable ? { notEvaluable: rest.notEvaluable } : {}),
    flaggedEvents: events.length,
    ...linesJson(lines),
  };
}

/** One `alert` line. */
export function alertJson(alert: Alert, lines: readonly LineRange[]): object {
  const { priority } = alert;
  return {
    type: 'alert',
    id: alert.id,
    time: isoTime(alert.time),
    severity: alert.severity,
    calibrated: alert.calibrated,
    priority: {
      rank: priority.rank,
      score: round(priority.score),
      factors: priority.factors.map((factor) => ({ ...factor, value: round(factor.value) })),
    },
    detector: alert.detector,
    entity: alert.entity,
    template: alert.template,
    reason: alert.reason,
    windowId: alert.windowId,
    count: alert.count,
    ...linesJson(lines),
  };
}

/** `user root`, `address 10.0.0.1`. */
export function entityText(entity: Entity): string {
  return `${entity.kind} ${entity.value}`;
}

/** A number with four significant decimals: more would be noise. */
export function round(value: number): number {
  return Number.isFinite(value) ? Math.round(value * 1e4) / 1e4 : value;
}

// --- internal ---

/** `lines` leads to the source with most of the events, `otherLines` to the rest. */
function linesJson(lines: readonly LineRange[]): object {
  const [main, ...others] = lines;
  return { lines: main ?? null, ...(others.length > 0 ? { otherLines: others } : {}) };
}
