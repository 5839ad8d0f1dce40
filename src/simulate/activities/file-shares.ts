import type { Rng } from '../../util/rng.ts';
import { around, chance, HOUR, integer, MINUTE } from '../chance.ts';
import type { Script } from '../scheduler.ts';
import { until, type World } from '../world.ts';
import type { Presence } from './desk.ts';

/** The shared folders that somebody mounts for the day: Samba from own laptops, NFS from managed workstations. */
export function* fileShares(world: World, rng: Rng, presence: Presence): Script {
  const machine = world.server('file');
  const { user, address, day } = presence;
  yield rng.exponential(8 * MINUTE);
  if (!machine.up) return;
  if (presence.machine !== null) {
    machine
      .daemon('rpc.mountd')
      .syslog(
        `authenticated mount request from ${address}:${integer(rng, 650, 1023)} for /srv/home/${user.name} (/srv/home)`,
      );
    presence.machine.init(`Mounted /net/home/${user.name}.`);
    yield* until(world, day.leave);
    machine
      .daemon('rpc.mountd')
      .syslog(
        `authenticated unmount request from ${address}:${integer(rng, 650, 1023)} for /srv/home/${user.name} (/srv/home)`,
      );
    return;
  }
  while (world.scheduler.now < day.leave) {
    const smbd = machine.fork('smbd');
    smbd.auth(`pam_unix(samba:session): session opened for user ${user.name}(uid=${user.uid}) by (uid=0)`);
    if (chance(rng, 0.1)) {
      smbd.syslog(`[${stamp(world.scheduler.now)},  0] ../../source3/smbd/close.c:1357(close_directory)`);
      smbd.syslog(
        `  close_directory: Could not get share mode lock for ${rng.pick(['projects', 'offers', 'scans', 'invoices'])}`,
      );
    }
    yield Math.min(day.leave - world.scheduler.now, around(rng, 1.5 * HOUR));
    smbd.auth(`pam_unix(samba:session): session closed for user ${user.name}`);
    yield rng.exponential(HOUR / world.options.scale);
  }
}

// --- internal ---

function stamp(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ').replaceAll('-', '/');
}
