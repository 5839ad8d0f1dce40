import type { Rng } from '../../util/rng.ts';
import { around, chance, integer, MINUTE, SECOND, sample } from '../chance.ts';
import type { Machine } from '../machine.ts';
import { type Shell, sshGuess, sshSession } from '../programs/sshd.ts';
import { sudo } from '../programs/sudo.ts';
import type { Script } from '../scheduler.ts';
import type { World } from '../world.ts';
import type { Plan } from './plan.ts';

/** From the first host to the others: names and keys are tried until one opens, then a look around there. */
export function* lateralMovement(world: World, rng: Rng, plan: Plan): Script {
  const { entry, foothold, visitor } = plan;
  const login = { account: foothold, from: visitor, method: chance(rng, 0.5) ? 'password' : 'publickey' } as const;
  yield* sshSession(world, rng, entry, login, function* (shell) {
    yield around(rng, 40 * SECOND);
    yield* sudo(rng, shell, {
      command: '/usr/bin/find /home /root /var/lib -name id_*',
      duration: around(rng, 20 * SECOND),
    });
    yield around(rng, 90 * SECOND);
    for (const machine of sample(rng, world.machines, world.machines.length)) {
      if (machine !== entry && machine.up) yield* tryKeys(world, rng, plan, machine);
    }
    for (const target of plan.targets) {
      yield around(rng, 90 * SECOND);
      const stolen = { account: plan.stolen, from: entry.host.address, method: 'publickey' } as const;
      yield* sshSession(world, rng, target, stolen, (inner) => lookAround(rng, inner));
    }
  });
  yield 12 * SECOND;
}

// --- internal ---

/** Keys that do not fit leave only closed connections. */
function* tryKeys(world: World, rng: Rng, plan: Plan, machine: Machine): Script {
  const from = plan.entry.host.address;
  for (const name of ['root', plan.victim.name].slice(0, integer(rng, 1, 2))) {
    yield* sshGuess(world, rng, machine, from, name, true, 0, 'closed');
    yield around(rng, 3 * SECOND);
  }
  if (chance(rng, 0.4)) yield* sshGuess(world, rng, machine, from, plan.foothold.name, false, 0, 'closed');
  yield around(rng, 8 * SECOND);
}

function* lookAround(rng: Rng, shell: Shell): Script {
  const commands = [
    '/usr/bin/cat /etc/shadow',
    '/usr/bin/ls -la /root',
    '/usr/bin/du -sh /srv/home',
    '/usr/bin/ss -tlnp',
    '/usr/bin/crontab -l',
    '/usr/bin/find / -name *.kdbx',
  ];
  for (const command of sample(rng, commands, integer(rng, 2, 4))) {
    yield around(rng, 40 * SECOND);
    yield* sudo(rng, shell, { command, duration: around(rng, SECOND) });
  }
  yield around(rng, MINUTE);
}
