import type { Rng } from '../../util/rng.ts';
import { around, between, chance, hexadecimal, integer, MINUTE, SECOND } from '../chance.ts';
import type { Machine } from '../machine.ts';
import { removeUser } from '../programs/accounts.ts';
import { crontabReplace } from '../programs/crontab.ts';
import { rsyslogRestart } from '../programs/rsyslog.ts';
import { type Shell, sshSession } from '../programs/sshd.ts';
import { sudo } from '../programs/sudo.ts';
import type { Script } from '../scheduler.ts';
import type { World } from '../world.ts';
import type { Plan } from './plan.ts';

/** Wipes traces: on the store, then on the first host, where logging stands still for a while. The central copy keeps what came before. */
export function* coverUp(world: World, rng: Rng, plan: Plan): Script {
  const { entry, store, stolen, foothold, visitor } = plan;
  yield* sshSession(world, rng, entry, { account: foothold, from: visitor, method: 'publickey' }, function* (shell) {
    yield around(rng, 30 * SECOND);
    const inside = { account: stolen, from: entry.host.address, method: 'publickey' } as const;
    yield* sshSession(world, rng, store, inside, function* (inner) {
      yield around(rng, 20 * SECOND);
      yield* sudo(rng, inner, { command: '/usr/bin/journalctl --vacuum-time=1s', body: vacuum(rng, store) });
      yield around(rng, 20 * SECOND);
    });
    yield around(rng, 30 * SECOND);
    yield* sudo(rng, shell, {
      command: '/bin/bash -c crontab -l | grep -v tmp | crontab -',
      body: crontabReplace(world, rng, shell),
    });
    plan.calling = false;
    yield around(rng, 20 * SECOND);
    yield* wipe(rng, shell, entry);
    yield around(rng, 20 * SECOND);
    if (chance(rng, 0.5)) {
      yield* sudo(rng, shell, { command: `/usr/bin/journalctl --vacuum-time=1s`, body: vacuum(rng, entry) });
    }
    yield around(rng, 20 * SECOND);
  });
  if (chance(rng, 0.4)) {
    yield around(rng, MINUTE);
    yield* sshSession(
      world,
      rng,
      entry,
      { account: plan.victim, from: visitor, method: 'password' },
      function* (shell) {
        yield around(rng, 20 * SECOND);
        removeUser(shell, foothold.name);
        yield around(rng, 20 * SECOND);
      },
    );
  }
}

// --- internal ---

function* wipe(rng: Rng, shell: Shell, machine: Machine): Script {
  yield* sudo(rng, shell, {
    command: '/usr/bin/systemctl stop rsyslog',
    body: rsyslogRestart(machine, rng, between(rng, 1.5, 5) * MINUTE),
  });
  yield around(rng, 10 * SECOND);
  const command = rng.pick([
    '/usr/bin/truncate -s 0 /var/log/wtmp /var/log/btmp',
    '/usr/bin/shred -u /root/.bash_history',
    '/usr/bin/tee /var/log/lastlog',
  ]);
  yield* sudo(rng, shell, { command });
}

function* vacuum(rng: Rng, machine: Machine): Script {
  const journald = machine.daemon('systemd-journald');
  yield around(rng, 900);
  journald.syslog(
    `Vacuuming done, freed ${integer(rng, 80, 900)}.${rng.int(10)}M of archived journals from /var/log/journal/${hexadecimal(rng, 32)}.`,
  );
}
