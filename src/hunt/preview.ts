import type { Burst } from './bursts.ts';
import { cutWindows, type DelineationOptions, type Linked, linkBursts } from './delineate.ts';
import type { EventFacts } from './facts.ts';
import { countInside, lengthOf, type Span, united } from './spans.ts';

/** What a setting would give an analyst to read. */
export interface Preview {
  readonly windows: readonly Span[];
  readonly incidents: number;
  /** Events inside windows. */
  readonly keptEvents: number;
  /** Minutes of reading, at `LINES_PER_MINUTE`. */
  readonly readingMinutes: number;
  /** Time inside windows, ms. */
  readonly time: number;
}

/** Lines that an analyst looks through in a minute. */
export const LINES_PER_MINUTE = 100;

/** Settings that a slider may move. */
export type PreviewOptions = Pick<DelineationOptions, 'beta' | 'solo' | 'maxWindows' | 'maxIncidents'>;

/** What changed between two settings. */
export interface PreviewChange {
  /** Windows of the second that touch none of the first. */
  readonly added: readonly Span[];
  /** Windows of the first that touch none of the second. */
  readonly removed: readonly Span[];
  /** Windows of both that begin or end elsewhere. */
  readonly changed: readonly { readonly before: Span; readonly after: Span }[];
  readonly keptEvents: number;
  readonly readingMinutes: number;
}

/**
 * Prepares previews: each call then cuts windows anew from the bursts, which takes
 * milliseconds however many events there are.
 *
 * @param times of the judged events, ascending, epoch ms
 */
export function createPreview(
  bursts: readonly Burst[],
  facts: EventFacts,
  times: Float64Array,
  options: DelineationOptions,
): (setting: PreviewOptions) => Preview {
  const span = Math.max(1, (times.at(-1) ?? 0) - (times[0] ?? 0));
  let linked: { readonly solo: number | undefined; readonly cores: Linked } | undefined;
  return (setting) => {
    const settings = { ...options, ...setting };
    if (!linked || linked.solo !== settings.solo) {
      const { incidents } = linkBursts(bursts, facts, span, settings);
      linked = { solo: settings.solo, cores: { incidents, leads: [] } };
    }
    const { windows, incidents } = cutWindows(linked.cores, facts, span, settings);
    const spans = united(windows);
    const events = countInside(times, spans);
    return {
      windows: windows.map(({ start, end }) => ({ start, end })),
      incidents,
      keptEvents: events,
      readingMinutes: events / LINES_PER_MINUTE,
      time: lengthOf(spans),
    };
  };
}

/** What changed from one preview to another. */
export function comparePreviews(before: Preview, after: Preview): PreviewChange {
  const touching = (window: Span, others: readonly Span[]): Span | undefined =>
    others.find(({ start, end }) => start <= window.end && end >= window.start);
  return {
    added: after.windows.filter((window) => !touching(window, before.windows)),
    removed: before.windows.filter((window) => !touching(window, after.windows)),
    changed: before.windows.flatMap((window) => {
      const other = touching(window, after.windows);
      return other && (other.start !== window.start || other.end !== window.end)
        ? [{ before: window, after: other }]
        : [];
    }),
    keptEvents: after.keptEvents - before.keptEvents,
    readingMinutes: after.readingMinutes - before.readingMinutes,
  };
}
