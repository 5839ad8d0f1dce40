import { CaracalError } from '../errors.ts';
import { createRng } from '../util/rng.ts';
import { DAY } from './chance.ts';

/** What to simulate. All times are UTC. */
export interface SimulationOptions {
  /** Everything is drawn from it: another seed is another company. */
  readonly seed?: number;
  /** Length of the period in days, 1 to 90. */
  readonly days?: number;
  /** Hosts, 7 to 40: six servers, the rest workstations. */
  readonly hosts?: number;
  /** People, 3 to 50. */
  readonly users?: number;
  /** First moment, epoch ms, cut to midnight; a day in March 2025 that depends on the seed unless given. */
  readonly start?: number;
  /** Whether somebody breaks in. */
  readonly intrusion?: boolean;
  /** Day of the break-in, counted from 0; drawn from the last third of the period unless given. */
  readonly intrusionDay?: number;
  /** How busy everything is that is not bound to a timetable, 0.1 to 20. */
  readonly scale?: number;
}

/** Options with every default filled in. */
export interface ResolvedOptions {
  readonly seed: number;
  readonly days: number;
  readonly hosts: number;
  readonly users: number;
  readonly start: number;
  readonly intrusion: boolean;
  readonly intrusionDay: number | null;
  readonly scale: number;
}

/**
 * Fills in defaults and checks bounds.
 *
 * @throws CaracalError `E_USAGE` naming the option and its range
 */
export function resolveOptions(options: SimulationOptions): ResolvedOptions {
  const resolved = {
    seed: options.seed ?? DEFAULT_SEED,
    days: options.days ?? 7,
    hosts: options.hosts ?? 11,
    users: options.users ?? 10,
    start: Math.floor((options.start ?? defaultStart(options.seed ?? DEFAULT_SEED)) / DAY) * DAY,
    intrusion: options.intrusion ?? true,
    intrusionDay: options.intrusionDay ?? null,
    scale: options.scale ?? 1,
  };
  checkInteger('seed', resolved.seed, -(2 ** 31), 2 ** 32 - 1);
  checkInteger('days', resolved.days, 1, 90);
  checkInteger('hosts', resolved.hosts, 7, 40);
  checkInteger('users', resolved.users, 3, 50);
  checkInteger('start', resolved.start, 0, LAST_START);
  if (resolved.intrusionDay !== null) checkInteger('intrusionDay', resolved.intrusionDay, 0, resolved.days - 1);
  if (!(resolved.scale >= 0.1 && resolved.scale <= 20)) throw outOfRange('scale', resolved.scale, 'a number', 0.1, 20);
  return resolved;
}

// --- internal ---

const DEFAULT_SEED = 1;

function defaultStart(seed: number): number {
  return Date.UTC(2025, 2, 1 + createRng(seed).fork('first day').int(21));
}

const LAST_START = Date.UTC(2100, 0, 1);

function checkInteger(name: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high)
    throw outOfRange(name, value, 'a whole number', low, high);
}

function outOfRange(name: string, value: number, kind: string, low: number, high: number): CaracalError {
  return new CaracalError('E_USAGE', `simulate: ${name} is ${value}; give ${kind} from ${low} to ${high}`, {
    option: name,
    value,
  });
}
