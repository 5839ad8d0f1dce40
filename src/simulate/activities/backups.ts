import type { Rng } from '../../util/rng.ts';
import { around, between, DAY, HOUR, integer, MINUTE, SECOND } from '../chance.ts';
import type { Machine } from '../machine.ts';
import { cronRun } from '../programs/cron.ts';
import { sshSession } from '../programs/sshd.ts';
import { sudo } from '../programs/sudo.ts';
import type { Script } from '../scheduler.ts';
import { until, type World } from '../world.ts';
import type { Activity } from './activity.ts';

/** Every night the file server fetches copies of the other servers, one after the other. */
export const backups: Activity = {
  name: 'backups',
  start: (world) => {
    const rng = world.random('backups');
    world.scheduler.spawn(nights(world, rng));
  },
};

// --- internal ---

function* nights(world: World, rng: Rng): Script {
  const store = world.server('file');
  const minutes = Math.round(world.company.practices.backupHour * 60);
  for (let day = world.start; day < world.end; day += DAY) {
    yield* until(world, day + minutes * MINUTE + SECOND);
    const { backup } = world.company;
    world.scheduler.spawn(
      cronRun(store, rng, backup, '/usr/local/bin/nightly-backup --all', 1500, run(world, rng, store)),
    );
    yield HOUR;
  }
}

function* run(world: World, rng: Rng, store: Machine): Script {
  const { backup } = world.company;
  for (const machine of world.servers) {
    if (machine === store) continue;
    const login = { account: backup, from: store.host.address, method: 'publickey', batch: true } as const;
    yield* sshSession(world, rng, machine, login, function* (shell) {
      yield around(rng, 2 * SECOND);
      const command = `/usr/bin/rsync --server --sender -logDtprze.iLsfxCIvu . /etc /var /home`;
      const size = machine.host.role === 'database' || machine.host.role === 'mail' ? 14 : 4;
      yield* sudo(rng, shell, {
        command,
        directory: `/var/lib/${backup.name}`,
        duration: around(rng, size * MINUTE, 0.3),
      });
    });
    yield between(rng, 2, 20) * SECOND;
  }
  const process = store.fork('nightly-backup');
  process.syslog(
    `finished: ${world.servers.length - 1} hosts, ${integer(rng, 12, 90)}.${rng.int(10)} GB changed, 0 errors`,
  );
}
