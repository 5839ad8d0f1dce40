import type { Rng } from '../../util/rng.ts';
import { isWeekend } from '../calendar.ts';
import { between, DAY, HOUR } from '../chance.ts';
import type { Script } from '../scheduler.ts';
import { until, type World } from '../world.ts';

/** Something harmless that does not happen every week. */
export interface Oddity {
  readonly name: string;
  readonly days: 'working' | 'weekend' | 'any';
  /** Earliest and latest hour of the day at which it begins. */
  readonly hours: readonly [number, number];
  happen(world: World, rng: Rng): Script;
}

/** Spawns an oddity on a random day of its kind, and marks what it writes; nothing if the period has no such day. */
export function schedule(world: World, oddity: Oddity): void {
  const rng = world.random(`oddity ${oddity.name}`);
  const days: number[] = [];
  for (let day = world.start; day < world.end; day += DAY) {
    if (oddity.days === 'any' || isWeekend(day) === (oddity.days === 'weekend')) days.push(day);
  }
  if (days.length === 0) return;
  const time = rng.pick(days) + between(rng, ...oddity.hours) * HOUR;
  world.scheduler.spawn(marked(world, oddity, rng, time));
}

// --- internal ---

function* marked(world: World, oddity: Oddity, rng: Rng, time: number): Script {
  yield* until(world, time);
  world.scheduler.relabel({ kind: 'oddity', name: oddity.name });
  yield* oddity.happen(world, rng);
}
