import type { SourceGap } from '../store/index.ts';
import type { FeedItem } from '../stream/index.ts';
import type { SourceStep } from './commit.ts';
import { type Lane, linesOf, positionOf, type Waiting } from './lanes.ts';

/**
 * How far each source is after these items.
 *
 * @param generationOf the run of numbers that a source's last lines belonged to
 */
export function stepsOf(items: readonly Waiting[], generationOf: (lane: Lane) => string, now: number): SourceStep[] {
  const steps = new Map<Lane, SourceStep>();
  for (const { lane, item } of items) {
    const before = steps.get(lane);
    const lost = lossOf(item, now);
    const received = item.type === 'lines' ? (item.received[item.count - 1] ?? now) : (before?.lastSeen ?? undefined);
    steps.set(lane, {
      source: lane.stored.id,
      generation: item.type === 'lines' ? item.generation : (before?.generation ?? generationOf(lane)),
      position: positionOf(item),
      lines: (before?.lines ?? 0) + linesOf(item),
      drops: (before?.drops ?? 0) + (lost?.missing ?? 0),
      gaps: [...(before?.gaps ?? []), ...(lost ? [lost] : [])],
      ...(received === undefined ? {} : { lastSeen: received, lag: Math.max(0, now - received) }),
    });
  }
  return [...steps.values()];
}

// --- internal ---

/** What an item says is missing. */
function lossOf(item: FeedItem, now: number): SourceGap | null {
  if (item.type === 'lines') return null;
  const { notice } = item;
  if (notice.type === 'gap') return { from: notice.since, to: notice.until, missing: null, reason: notice.reason };
  if (notice.type === 'drop') {
    return { from: notice.since, to: notice.until, missing: notice.lines, reason: `dropped: ${notice.reason}` };
  }
  if (notice.type === 'truncation' && notice.copy === null) {
    return { from: null, to: now, missing: null, reason: 'truncated' };
  }
  return null;
}
