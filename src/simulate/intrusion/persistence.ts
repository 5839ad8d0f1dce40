import type { Rng } from '../../util/rng.ts';
import { around, integer, MINUTE, SECOND } from '../chance.ts';
import type { Machine } from '../machine.ts';
import { cronRun } from '../programs/cron.ts';
import { crontabReplace } from '../programs/crontab.ts';
import { type Shell, sshSession } from '../programs/sshd.ts';
import { sudo } from '../programs/sudo.ts';
import type { Script } from '../scheduler.ts';
import type { World } from '../world.ts';
import type { Plan } from './plan.ts';

/** A service, a key and a cron job bring the intruder back; the job calls home until the traces are wiped. */
export function* persistence(world: World, rng: Rng, plan: Plan): Script {
  const { entry, foothold, visitor } = plan;
  yield* sshSession(world, rng, entry, { account: foothold, from: visitor, method: 'publickey' }, function* (shell) {
    yield around(rng, 30 * SECOND);
    yield* sudo(rng, shell, { command: '/usr/bin/tee -a /root/.ssh/authorized_keys' });
    yield around(rng, 40 * SECOND);
    yield* sudo(rng, shell, {
      command: `/usr/bin/vim /etc/systemd/system/${plan.service.name}.service`,
      duration: around(rng, 50 * SECOND),
    });
    yield around(rng, 15 * SECOND);
    yield* sudo(rng, shell, {
      command: `/usr/bin/systemctl enable --now ${plan.service.name}`,
      body: installService(rng, shell, plan),
    });
    yield around(rng, 40 * SECOND);
    yield* sudo(rng, shell, {
      command: '/bin/bash -c (crontab -l; cat /tmp/c) | crontab -',
      body: crontabReplace(world, rng, shell),
    });
    plan.calling = true;
    world.scheduler.spawn(callHome(world, rng, plan, entry));
    yield around(rng, 30 * SECOND);
  });
  yield 12 * SECOND;
}

// --- internal ---

function* installService(rng: Rng, shell: Shell, plan: Plan): Script {
  shell.machine.init('Reloading.');
  yield around(rng, 600);
  shell.machine.init(`Started ${plan.service.description}.`);
}

function* callHome(world: World, rng: Rng, plan: Plan, machine: Machine): Script {
  const every = rng.pick([10, 15, 20]) * MINUTE;
  const offset = integer(rng, 1, 8) * MINUTE;
  for (;;) {
    const { now } = world.scheduler;
    yield Math.floor((now - offset) / every + 1) * every + offset + SECOND + rng.int(60) - now;
    if (!plan.calling) return;
    yield* cronRun(
      machine,
      rng,
      { name: 'root', uid: 0 },
      `${plan.service.path} -q >/dev/null 2>&1`,
      around(rng, 1500),
    );
  }
}
