import type { Rng } from '../../util/rng.ts';
import { chance } from '../chance.ts';
import type { Machine, Process } from '../machine.ts';
import type { Script } from '../scheduler.ts';

/** Messages of systemd 249 as process 1. */

/** A unit of the system: its name without `.service`, and how systemd calls it. */
export interface Unit {
  readonly name: string;
  readonly description: string;
}

/** A job that runs and is over, as timers start them. */
export function* oneshot(machine: Machine, rng: Rng, unit: Unit, duration: number, body?: Script): Script {
  machine.init(`Starting ${unit.description}...`);
  if (body !== undefined) yield* body;
  yield duration;
  machine.init(`${unit.name}.service: Deactivated successfully.`);
  machine.init(`Finished ${unit.description}.`);
  if (duration > 4000 && chance(rng, 0.8))
    machine.init(`${unit.name}.service: Consumed ${cpuTime(rng, duration)} CPU time.`);
}

/** Stops and starts a service; the new process goes by `program`. */
export function* restartService(machine: Machine, rng: Rng, unit: Unit, program: string): Script<Process> {
  yield* stopService(machine, rng, unit);
  machine.init(`Starting ${unit.description}...`);
  yield 80 + rng.exponential(700);
  const process = machine.restartDaemon(program);
  machine.init(`Started ${unit.description}.`);
  return process;
}

function* stopService(machine: Machine, rng: Rng, unit: Unit): Script {
  machine.init(`Stopping ${unit.description}...`);
  yield 30 + rng.exponential(500);
  machine.init(`${unit.name}.service: Deactivated successfully.`);
  machine.init(`Stopped ${unit.description}.`);
}

// --- internal ---

function cpuTime(rng: Rng, duration: number): string {
  const seconds = (duration / 1000) * (0.05 + 0.8 * rng.next());
  return seconds < 60 ? `${seconds.toFixed(3)}s` : `${Math.floor(seconds / 60)}min ${(seconds % 60).toFixed(3)}s`;
}
