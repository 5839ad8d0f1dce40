import type { Entity, EventColumns, HuntWindow } from '../types.ts';
import { contentId } from '../util/hash.ts';
import type { Flag } from './bursts.ts';
import type { Delineated } from './delineate.ts';
import type { BoundaryRule } from './extension.ts';

/** What is needed to put a delineated window in words. */
export interface WindowContext {
  readonly events: EventColumns;
  /** Source generation and channels are part of the id, so that it is content alone. */
  sourceGeneration(source: number): string;
}

const REASONS_PER_CHANNEL = 2;
const ENTITIES = 8;

/** A hunt window with its id, its entities and its reasons in words. */
export function toHuntWindow(delineated: Delineated, context: WindowContext): HuntWindow {
  const { events } = context;
  const flags = delineated.bursts.flatMap((burst) => burst.flags);
  const rows = [...new Set(flags.map(({ row }) => row))].sort((a, b) => a - b);
  const first = rows[0] ?? 0;
  const channels = delineated.channels.map(({ name }) => name);
  return {
    id: contentId(['window', context.sourceGeneration(events.source[first]!), events.offset[first]!, ...channels]),
    start: delineated.start,
    end: delineated.end,
    score: delineated.score,
    incident: delineated.incident,
    channels,
    entities: entitiesOf(events, rows),
    ...windowWords(delineated),
    state: 'closed',
    events: rows,
  };
}

/** Why there is a window, and what set its boundaries, in words. */
export function windowWords(delineated: Delineated): Pick<HuntWindow, 'reason' | 'boundaries'> {
  return {
    reason: delineated.channels.map(({ name }) => `${name}: ${reasonOf(name, delineated)}`).join('; '),
    boundaries: {
      start: boundary('first', delineated.core[0] - delineated.start, delineated.boundary.start),
      end: boundary('last', delineated.end - delineated.core[1], delineated.boundary.end),
    },
  };
}

// --- internal ---

/** The most surprising facts of a channel, each once, and how many more there are. */
function reasonOf(channel: string, { bursts }: Delineated): string {
  const worst = new Map<number, Flag>();
  for (const flag of bursts.filter((burst) => burst.channel === channel).flatMap((burst) => burst.flags)) {
    const known = worst.get(flag.fact);
    if (!known || flag.surprise > known.surprise) worst.set(flag.fact, flag);
  }
  const flags = [...worst.values()].sort((a, b) => b.surprise - a.surprise || a.row - b.row);
  const told = flags.slice(0, REASONS_PER_CHANNEL).map(({ text }) => text);
  const more = flags.length - told.length;
  return told.join(', ') + (more > 0 ? `, and ${more} more` : '');
}

function entitiesOf(events: EventColumns, rows: readonly number[]): Entity[] {
  const counts = new Map<number, number>();
  for (const row of rows) {
    for (let e = events.entityOffsets[row]!; e < events.entityOffsets[row + 1]!; e++) {
      const id = events.entities[e]!;
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, ENTITIES)
    .map(([id]) => events.entityTable.entity(id));
}

function boundary(which: 'first' | 'last', margin: number, rule: BoundaryRule): string {
  const seconds = Math.round(margin / 1000);
  const side = which === 'first' ? 'before the first' : 'after the last';
  const place = `${seconds} s ${side} flagged event`;
  if (rule === 'session') return `${place}, where its session ${which === 'first' ? 'begins' : 'ends'}`;
  if (rule === 'edge') return `${place}, where what is judged ${which === 'first' ? 'begins' : 'ends'}`;
  if (rule === 'alpha') return `${place}, ${which === 'first' ? 'the reach' : 'the time it was held open'}`;
  return place;
}
