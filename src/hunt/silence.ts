import type { Span } from './spans.ts';

/** A channel from which nothing came: what happened there then cannot be judged. */
export interface Silence extends Span {
  readonly channel: string;
}

const HOUR = 3_600_000;
/** A silence is told when it is this many times as long as the longest of normal time. */
const TIMES = 3;
/** Fewer events of normal time do not say how often a channel speaks. */
const FEWEST = 20;

/**
 * Finds where a channel fell silent: for more than an hour, and three times as long as ever in normal time.
 *
 * @param times of the channel's events, ascending, epoch ms
 * @param judged the period that is looked at; what lies before it is normal time, and where
 * nothing does, the whole is, its longest silence left out
 */
export function findSilences(channel: string, times: Float64Array, judged: readonly [number, number]): Silence[] {
  const normal = times.filter((time) => time < judged[0]);
  const longest = normal.length >= FEWEST ? longestGaps(normal)[0] : longestGaps(times)[1];
  if (times.length < FEWEST || longest === undefined) return [];
  const least = Math.max(HOUR, TIMES * longest);
  const found: Silence[] = [];
  let last = normal.at(-1) ?? judged[0];
  for (const time of [...times.subarray(normal.length), judged[1]]) {
    if (time - last > least) found.push({ channel, start: Math.max(last, judged[0]), end: Math.min(time, judged[1]) });
    last = time;
  }
  return found;
}

// --- internal ---

/** The two longest gaps between neighbours, the longest first. */
function longestGaps(times: Float64Array): [number | undefined, number | undefined] {
  let first: number | undefined;
  let second: number | undefined;
  for (let i = 1; i < times.length; i++) {
    const gap = times[i]! - times[i - 1]!;
    if (first === undefined || gap > first) {
      second = first;
      first = gap;
    } else if (second === undefined || gap > second) second = gap;
  }
  return [first, second];
}
