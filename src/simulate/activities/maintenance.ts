import type { Rng } from '../../util/rng.ts';
import { weekday } from '../calendar.ts';
import { around, between, DAY, HOUR, integer, MINUTE, SECOND } from '../chance.ts';
import type { User } from '../company.ts';
import type { Machine } from '../machine.ts';
import { reboot } from '../programs/boot.ts';
import { packageChange } from '../programs/packages.ts';
import { sshSession } from '../programs/sshd.ts';
import { sudo } from '../programs/sudo.ts';
import type { Script } from '../scheduler.ts';
import { until, type World } from '../world.ts';
import type { Activity } from './activity.ts';
import { loginOf } from './server-tasks.ts';
import { vpnSession } from './vpn.ts';

/** One evening a week an administrator updates all servers from home and restarts some. */
export const maintenance: Activity = {
  name: 'maintenance',
  start: (world) => {
    const rng = world.random('maintenance');
    for (let day = world.start; day < world.end; day += DAY) {
      if (weekday(day) === world.company.practices.maintenanceWeekday) world.scheduler.spawn(night(world, rng, day));
    }
  },
};

// --- internal ---

function* night(world: World, rng: Rng, day: number): Script {
  const admin = rng.pick(world.company.users.filter((user) => user.role === 'admin'));
  yield* until(world, day + world.company.practices.maintenanceHour * HOUR + between(rng, 0, 25) * MINUTE);
  world.scheduler.spawn(vpnSession(world, rng, admin, world.scheduler.now + 2.5 * HOUR));
  yield around(rng, MINUTE);
  for (const machine of world.servers) {
    const restarts = machine.host.role !== 'gateway' && rng.next() < 0.55;
    yield* update(world, rng, admin, machine, restarts);
    yield around(rng, 2 * MINUTE);
  }
}

function* update(world: World, rng: Rng, admin: User, machine: Machine, restarts: boolean): Script {
  yield* sshSession(world, rng, machine, loginOf(rng, admin, admin.vpnAddress), function* (shell) {
    yield around(rng, 15 * SECOND);
    yield* sudo(rng, shell, { command: '/usr/bin/apt update', duration: around(rng, 9 * SECOND) });
    yield around(rng, 10 * SECOND);
    yield* sudo(rng, shell, {
      command: '/usr/bin/apt full-upgrade -y',
      body: packageChange(world, rng, machine, integer(rng, 0, 3)),
    });
    yield around(rng, 30 * SECOND);
    if (!restarts) return;
    yield* sudo(rng, shell, { command: '/usr/sbin/reboot', body: reboot(world, rng, machine) });
  });
}
