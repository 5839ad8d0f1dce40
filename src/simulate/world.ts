import { CaracalError } from '../errors.ts';
import { createRng, type Rng } from '../util/rng.ts';
import { DAY, HOUR } from './chance.ts';
import { type Company, createCompany, type HostRole, type User } from './company.ts';
import { createJournal, type Journal } from './journal.ts';
import { createMachine, type Machine } from './machine.ts';
import type { ResolvedOptions } from './options.ts';
import { createScheduler, type Scheduler, type Script } from './scheduler.ts';

/** Everything a script can see and touch. */
export interface World {
  readonly options: ResolvedOptions;
  /** First moment and the one after the last, epoch ms. */
  readonly start: number;
  readonly end: number;
  readonly company: Company;
  readonly scheduler: Scheduler;
  readonly journal: Journal;
  readonly machines: readonly Machine[];
  readonly servers: readonly Machine[];
  readonly workstations: readonly Machine[];
  /** The one server of that role. */
  server(role: Exclude<HostRole, 'workstation'>): Machine;
  /** The workstation of a user, if the company manages one. */
  workstation(user: User): Machine | null;
  /** Independent randomness for one concern: what others draw does not change it. */
  random(name: string): Rng;
}

/** Builds the company of a seed, all machines up, nothing happening yet. */
export function createWorld(options: ResolvedOptions): World {
  const rng = createRng(options.seed);
  const company = createCompany(rng.fork('company'), options.hosts, options.users);
  const scheduler = createScheduler(options.start);
  const journal = createJournal();
  const machines = company.hosts.map((host) =>
    createMachine(host, scheduler, journal, rng.fork(`machine ${host.name}`)),
  );
  const workstations = machines.filter((machine) => machine.host.role === 'workstation');
  return {
    options,
    start: options.start,
    end: options.start + options.days * DAY,
    company,
    scheduler,
    journal,
    machines,
    servers: machines.filter((machine) => machine.host.role !== 'workstation'),
    workstations,
    server: (role) => {
      const machine = machines.find((candidate) => candidate.host.role === role);
      if (machine === undefined)
        throw new CaracalError('E_INTERNAL', `simulate: no ${role} server; report this as a bug`);
      return machine;
    },
    workstation: (user) => workstations.find((machine) => machine.name === user.workstation) ?? null,
    random: (name) => rng.fork(name),
  };
}

/** Sleeps until `time`; not at all if it is past. */
export function* until(world: World, time: number): Script {
  if (time > world.scheduler.now) yield time - world.scheduler.now;
}

/**
 * Arrivals of a Poisson process of changing rate (thinning, Lewis & Shedler 1979).
 *
 * @param perHour the rate at a time, never above `peak`
 * @param arrive called at each arrival
 */
export function* arrivals(
  world: World,
  rng: Rng,
  peak: number,
  perHour: (time: number) => number,
  arrive: () => void,
): Script {
  for (;;) {
    yield rng.exponential(HOUR / peak);
    if (rng.next() * peak < perHour(world.scheduler.now)) arrive();
  }
}
