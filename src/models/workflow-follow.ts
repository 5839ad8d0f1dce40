import type { Block } from './workflow.ts';
import { createRests, type Rest } from './workflow-rests.ts';

/** Where a run left the workflow. */
export interface Departure {
  /** Position in the run; its length where the run ended too early. */
  readonly position: number;
  /** The key that has no place there, `$` for an end that comes too early. */
  readonly key: string;
  /** Keys that could have come instead, `$` where the task could have ended. */
  readonly expected: readonly string[];
}

/** Null for a run that is a way through the workflow, or can become one. `closed`: the run is over, so that it may end too early. */
export type Follower = (keys: readonly string[], closed: boolean) => Departure | null;

/**
 * Follows runs through a workflow: where each first leaves it, and what was expected there.
 * All ways through the workflow are followed at once, so that a choice that turns out wrong
 * later is no departure. At most 200 ways are kept, the first ones; the keys of a workflow
 * stand in one place each, so that few are ever open. What was found out of one run is
 * remembered for the next, so that most events cost one look into a table.
 *
 * @example
 * const departureOf = followWorkflow(workflow);
 * departureOf(['open', 'close', 'read'], true);
 * // { position: 1, key: 'close', expected: ['read', 'write'] }
 */
export function followWorkflow(workflow: Block): Follower {
  let start = beginning(workflow);
  return (keys, closed) => {
    // States are remembered up to a bound; beyond it they are found again.
    if (start.rests.created() > MOST_REMEMBERED) start = beginning(workflow);
    let place = start.place;
    for (const [position, key] of keys.entries()) {
      const next = step(place, key, start);
      if (next === null) return { position, key, expected: expectedAt(place) };
      place = next;
    }
    if (!closed || place.ways.some(({ mayEnd }) => mayEnd)) return null;
    return { position: keys.length, key: '$', expected: expectedAt(place) };
  };
}

// --- internal ---

const MOST_WAYS = 200;
const MOST_REMEMBERED = 100_000;

/** What may be left of the task after the keys so far. */
interface Place {
  readonly ways: readonly Rest[];
  /** Place after each key that was asked for; null where the key has none. */
  readonly next: Map<string, Place | null>;
}

interface Start {
  readonly rests: ReturnType<typeof createRests>;
  readonly places: Map<string, Place>;
  readonly place: Place;
}

function beginning(workflow: Block): Start {
  const rests = createRests();
  return { rests, places: new Map(), place: { ways: [rests.of(workflow)], next: new Map() } };
}

function step(place: Place, key: string, { rests, places }: Start): Place | null {
  const known = place.next.get(key);
  if (known !== undefined) return known;
  const ways = [...new Set(place.ways.flatMap((way) => rests.after(way, key)))].slice(0, MOST_WAYS);
  const name = ways.map(({ id }) => id).join();
  const same = places.get(name);
  const next = ways.length === 0 ? null : (same ?? { ways, next: new Map<string, Place | null>() });
  if (next) places.set(name, next);
  place.next.set(key, next);
  return next;
}

function expectedAt({ ways }: Place): string[] {
  const end = ways.some(({ mayEnd }) => mayEnd) ? ['$'] : [];
  return [...new Set([...ways.flatMap(({ first }) => first), ...end])];
}
