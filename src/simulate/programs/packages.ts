import type { Rng } from '../../util/rng.ts';
import { around, SECOND } from '../chance.ts';
import type { Machine } from '../machine.ts';
import type { Script } from '../scheduler.ts';
import type { World } from '../world.ts';
import { rsyslogRestart } from './rsyslog.ts';
import { restartService } from './systemd.ts';
import { serverUnits } from './units.ts';

/** What installing software makes systemd and the daemons write: reloads, and restarts of what changed. */
export function* packageChange(world: World, rng: Rng, machine: Machine, restarts: number): Script {
  yield around(rng, 20 * SECOND);
  for (let reload = 0; reload < 1 + restarts; reload++) {
    machine.init('Reloading.');
    yield around(rng, 3 * SECOND);
  }
  const units = serverUnits(world, machine);
  for (const { unit, program } of units.slice(0, restarts)) {
    yield* restartService(machine, rng, unit, program);
    yield around(rng, 2 * SECOND);
  }
  if (restarts > units.length) yield* rsyslogRestart(machine, rng, 0);
}
