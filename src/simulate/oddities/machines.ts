import { loginOf } from '../activities/server-tasks.ts';
import { around, between, hexadecimal, integer, MINUTE, SECOND } from '../chance.ts';
import { powerCycle } from '../programs/boot.ts';
import { sshSession } from '../programs/sshd.ts';
import { sudo } from '../programs/sudo.ts';
import type { Script } from '../scheduler.ts';
import type { Oddity } from './oddity.ts';

/** A program that nobody used here before is installed on a server. */
export const packageInstallation: Oddity = {
  name: 'package-installation',
  days: 'working',
  hours: [9, 16],
  *happen(world, rng) {
    const admin = rng.pick(world.company.users.filter((user) => user.role === 'admin'));
    const machine = rng.pick([world.server('web'), world.server('database'), world.server('file')]);
    const software = rng.pick([
      { name: 'redis-server', user: 'redis', description: 'Advanced key-value store' },
      { name: 'prometheus-node-exporter', user: 'prometheus', description: 'Prometheus exporter for machine metrics' },
      { name: 'memcached', user: 'memcache', description: 'memcached daemon' },
      { name: 'rabbitmq-server', user: 'rabbitmq', description: 'RabbitMQ Messaging Server' },
    ]);
    yield* sshSession(world, rng, machine, loginOf(rng, admin, admin.address), function* (shell) {
      yield around(rng, 30 * SECOND);
      yield* sudo(rng, shell, { command: '/usr/bin/apt update', duration: around(rng, 8 * SECOND) });
      yield around(rng, 20 * SECOND);
      const body = (function* (): Script {
        yield around(rng, 12 * SECOND);
        const gid = integer(rng, 118, 128);
        shell.fork('groupadd').auth(`group added to /etc/group: name=${software.user}, GID=${gid}`);
        shell
          .fork('useradd')
          .auth(
            `new user: name=${software.user}, UID=${gid - 3}, GID=${gid}, home=/var/lib/${software.user}, shell=/usr/sbin/nologin, from=none`,
          );
        yield around(rng, 3 * SECOND);
        for (let reload = 0; reload < 3; reload++) {
          machine.init('Reloading.');
          yield around(rng, SECOND);
        }
        machine.init(`Starting ${software.description}...`);
        yield around(rng, 2 * SECOND);
        machine.init(`Started ${software.description}.`);
      })();
      yield* sudo(rng, shell, { command: `/usr/bin/apt install ${software.name}`, body });
      yield around(rng, 3 * MINUTE);
      yield* sudo(rng, shell, {
        command: `/usr/bin/systemctl status ${software.name}`,
        duration: around(rng, 6 * SECOND),
      });
    });
  },
};

/** A disk shows unreadable sectors; smartd repeats it and the kernel meets one. */
export const diskWarning: Oddity = {
  name: 'disk-warning',
  days: 'any',
  hours: [1, 18],
  *happen(world, rng) {
    const machine = rng.pick([world.server('file'), world.server('database')]);
    const sectors = rng.pick([1, 2, 8, 16]);
    const tag = integer(rng, 0, 31);
    for (let error = integer(rng, 1, 4); error > 0; error--) {
      const sector = integer(rng, 1e7, 9e8);
      machine.kernel(`ata2.00: exception Emask 0x0 SAct 0x${hexadecimal(rng, 8)} SErr 0x0 action 0x0`);
      machine.kernel('ata2.00: irq_stat 0x40000008');
      machine.kernel('ata2.00: failed command: READ FPDMA QUEUED');
      machine.kernel('ata2.00: status: { DRDY ERR }');
      machine.kernel('ata2.00: error: { UNC }');
      machine.kernel(
        `sd 1:0:0:0: [sdb] tag#${tag} FAILED Result: hostbyte=DID_OK driverbyte=DRIVER_OK cmd_age=${integer(rng, 2, 6)}s`,
      );
      machine.kernel(
        `blk_update_request: I/O error, dev sdb, sector ${sector} op 0x0:(READ) flags 0x0 phys_seg 1 prio class 0`,
      );
      yield around(rng, 4 * MINUTE);
    }
    for (let report = integer(rng, 5, 10); report > 0; report--) {
      const smartd = machine.daemon('smartd');
      smartd.syslog(`Device: /dev/sdb [SAT], ${sectors} Currently unreadable (pending) sectors`);
      smartd.syslog(`Device: /dev/sdb [SAT], ${sectors} Offline uncorrectable sectors`);
      yield 30 * MINUTE;
    }
  },
};

/** Somebody stumbles over a cable: a machine is gone and starts again. */
export const powerCut: Oddity = {
  name: 'power-cut',
  days: 'working',
  hours: [8, 17],
  *happen(world, rng) {
    const machine = rng.pick([...world.workstations, world.server('web'), world.server('file')]);
    yield* powerCycle(world, rng, machine, between(rng, 2, 9) * MINUTE);
    machine.kernel('EXT4-fs (dm-0): recovery complete');
    machine.init('Finished File System Check on /dev/mapper/vg0-root.');
  },
};

/** A web request asks for more memory than there is. */
export const outOfMemory: Oddity = {
  name: 'out-of-memory',
  days: 'any',
  hours: [5, 23],
  *happen(world, rng) {
    const machine = world.server('web');
    for (let time = integer(rng, 1, 3); time > 0; time--) {
      if (!machine.up) return;
      const victim = machine.fork('php-fpm8.1').pid;
      const resident = integer(rng, 900_000, 2_600_000);
      machine.kernel(
        'php-fpm8.1 invoked oom-killer: gfp_mask=0x1100cca(GFP_HIGHUSER_MOVABLE), order=0, oom_score_adj=0',
      );
      machine.kernel(
        `CPU: ${rng.int(4)} PID: ${victim} Comm: php-fpm8.1 Not tainted ${world.company.kernel} #1-Ubuntu`,
      );
      machine.kernel('Call Trace:');
      machine.kernel(' dump_stack_lvl+0x4a/0x63');
      machine.kernel(' oom_kill_process.cold+0xb/0x10');
      machine.kernel('Mem-Info:');
      machine.kernel(
        `oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=php8.1-fpm.service,mems_allowed=0,global_oom,task_memcg=/system.slice/php8.1-fpm.service,task=php-fpm8.1,pid=${victim},uid=33`,
      );
      machine.kernel(
        `Out of memory: Killed process ${victim} (php-fpm8.1) total-vm:${resident * 2}kB, anon-rss:${resident}kB, file-rss:0kB, shmem-rss:0kB, UID:33 pgtables:${integer(rng, 2000, 6000)}kB oom_score_adj:0`,
      );
      machine.init('php8.1-fpm.service: A process of this unit has been killed by the OOM killer.');
      yield around(rng, 15 * MINUTE);
    }
  },
};
