import type { Rng } from '../../util/rng.ts';
import { around, between, chance, DAY, HOUR, MINUTE, SECOND } from '../chance.ts';
import type { Machine } from '../machine.ts';
import { packageChange } from '../programs/packages.ts';
import { rsyslogRotated } from '../programs/rsyslog.ts';
import { oneshot, type Unit } from '../programs/systemd.ts';
import type { Script } from '../scheduler.ts';
import type { World } from '../world.ts';
import type { Activity } from './activity.ts';

/** systemd timers: log rotation at midnight, package lists, clean-ups, and the unattended upgrades of the morning. */
export const systemTimers: Activity = {
  name: 'system-timers',
  start: (world) => {
    for (const machine of world.machines) {
      const rng = world.random(`timers ${machine.name}`);
      for (const timer of timers(world, rng, machine)) world.scheduler.spawn(elapse(world, rng, machine, timer));
    }
  },
};

// --- internal ---

interface Timer {
  readonly unit: Unit;
  readonly every: number;
  /** Milliseconds after a multiple of `every`, and how far systemd may delay it at random. */
  readonly offset: number;
  readonly delay: number;
  readonly duration: number;
  readonly body?: () => Script;
}

function* elapse(world: World, rng: Rng, machine: Machine, timer: Timer): Script {
  for (;;) {
    const { now } = world.scheduler;
    const next = Math.floor((now - timer.offset) / timer.every + 1) * timer.every + timer.offset;
    world.scheduler.spawn(elapsed(machine, rng, timer), next - now + between(rng, 0, timer.delay));
    yield next - now;
  }
}

function* elapsed(machine: Machine, rng: Rng, timer: Timer): Script {
  if (machine.up) yield* oneshot(machine, rng, timer.unit, around(rng, timer.duration), timer.body?.());
}

function timers(world: World, rng: Rng, machine: Machine): Timer[] {
  const { role } = machine.host;
  const at = (hours: number): number => hours * HOUR + rng.int(60) * MINUTE;
  const list: Timer[] = [
    timer('logrotate', 'Rotate log files', DAY, 0, 5 * SECOND, 900, () => rotate(machine)),
    timer('dpkg-db-backup', 'Daily dpkg database backup service', DAY, 0, 5 * SECOND, 400),
    timer('man-db', 'Daily man-db regeneration', DAY, at(rng.int(24)), MINUTE, 3000),
    timer('systemd-tmpfiles-clean', 'Cleanup of Temporary Directories', DAY, at(rng.int(24)), 10 * SECOND, 60),
    timer('apt-daily', 'Daily apt download activities', DAY / 2, at(6), 6 * HOUR, 9000),
    timer('apt-daily-upgrade', 'Daily apt upgrade and clean activities', DAY, 6 * HOUR, HOUR, 12_000, () =>
      unattendedUpgrade(world, rng, machine),
    ),
    timer('motd-news', 'Message of the Day', DAY / 2, at(5), 5 * HOUR, 1100),
    timer(
      'update-notifier-download',
      'Download data for packages that failed at package install time',
      DAY,
      at(rng.int(24)),
      MINUTE,
      100,
    ),
  ];
  if (role === 'web') {
    list.push(timer('phpsessionclean', 'Clean php session files', HOUR / 2, 9 * MINUTE, 2 * SECOND, 130));
  }
  if (role === 'web' || role === 'mail') {
    list.push(timer('certbot', 'Certbot', DAY / 2, at(0), 9 * HOUR, 1400));
  }
  if (role === 'workstation') {
    list.push(timer('fwupd-refresh', 'Refresh fwupd metadata and update motd', DAY / 2, at(3), 4 * HOUR, 2500));
  } else {
    list.push(timer('fstrim', 'Discard unused blocks on filesystems from /etc/fstab', 7 * DAY, 4 * DAY, HOUR, 5000));
  }
  return list;
}

function* rotate(machine: Machine): Script {
  yield 400;
  rsyslogRotated(machine);
}

/** Most mornings there is nothing to install; now and then a library or a service. */
function* unattendedUpgrade(world: World, rng: Rng, machine: Machine): Script {
  if (chance(rng, 0.25)) yield* packageChange(world, rng, machine, chance(rng, 0.3) ? 1 : 0);
}

function timer(
  name: string,
  description: string,
  every: number,
  offset: number,
  delay: number,
  duration: number,
  body?: () => Script,
): Timer {
  const unit = { name, description };
  return body === undefined ? { unit, every, offset, delay, duration } : { unit, every, offset, delay, duration, body };
}
