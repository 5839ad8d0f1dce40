import type { Rng } from '../../util/rng.ts';
import type { Workday } from '../calendar.ts';
import { around, between, chance, HOUR, integer, MINUTE, SECOND } from '../chance.ts';
import type { User } from '../company.ts';
import type { Machine, Process } from '../machine.ts';
import { closeSession, openSession } from '../programs/login-session.ts';
import type { Script } from '../scheduler.ts';
import { until, type World } from '../world.ts';
import { lease } from './network-services.ts';

/** Somebody at work: who, when, and where from. */
export interface Presence {
  readonly user: User;
  readonly day: Workday;
  readonly address: string;
  /** The managed workstation in use, if any. */
  readonly machine: Machine | null;
  /** Whether the person sits there now: not at lunch, not gone. */
  atWork(): boolean;
}

/** A day at a desk: the network lease, the log-in screen, the desktop, the locked screen at lunch. */
export function* deskSession(world: World, rng: Rng, presence: Presence): Script {
  const { user, day, machine } = presence;
  if (machine === null) {
    yield* laptopLeases(world, rng, presence);
    return;
  }
  if (!machine.up) return;
  const gdm = screenWorker(machine, machine.fork('gdm-password'));
  if (chance(rng, user.typos)) {
    gdm.auth(
      `pam_unix(gdm-password:auth): authentication failure; logname= uid=0 euid=0 tty=/dev/tty1 ruser= rhost=  user=${user.name}`,
    );
    yield around(rng, 6 * SECOND);
  }
  const session = openSession(machine, rng, user, gdm, 'gdm-password');
  gdm.auth('gkr-pam: gnome-keyring-daemon started properly and unlocked keyring');
  world.scheduler.spawn(desktop(world, rng, presence, machine));
  yield* until(world, day.lunch);
  yield* until(world, day.back);
  const unlock = screenWorker(machine, machine.fork('gdm-password'));
  if (chance(rng, user.typos)) {
    unlock.auth(
      `pam_unix(gdm-password:auth): authentication failure; logname= uid=${user.uid} euid=0 tty=/dev/tty1 ruser= rhost=  user=${user.name}`,
    );
    yield around(rng, 5 * SECOND);
  }
  unlock.auth('gkr-pam: unlocked login keyring');
  yield* until(world, day.leave);
  closeSession(world, rng, session);
}

// --- internal ---

/** GDM names its worker `gdm-password]` and gives no process id of its own (a quirk of its syslog identifier). */
function screenWorker(machine: Machine, process: Process): Process {
  return {
    pid: process.pid,
    alive: process.alive,
    auth: (message) => {
      if (process.alive()) machine.auth('gdm-password]', message);
    },
    syslog: process.syslog,
  };
}

function* laptopLeases(world: World, rng: Rng, presence: Presence): Script {
  const { user, day } = presence;
  while (world.scheduler.now < day.leave) {
    lease(world, user.address, user.hardwareAddress, `${user.name.split('.')[0]}-laptop`);
    yield between(rng, 1.6, 2) * HOUR;
  }
}

/** What a desktop has to say while somebody uses it. */
function* desktop(world: World, rng: Rng, presence: Presence, machine: Machine): Script {
  const shell = machine.fork('gnome-shell');
  const { uid } = presence.user;
  const bus = machine.fork('dbus-daemon');
  const activate = (name: string, unit: string): void => {
    bus.syslog(
      `[session uid=${uid} pid=${bus.pid}] Activating via systemd: service name='${name}' unit='${unit}' requested by ':1.${integer(rng, 2, 240)}' (uid=${uid} pid=${shell.pid} comm="/usr/bin/gnome-shell " label="unconfined")`,
    );
    bus.syslog(`[session uid=${uid} pid=${bus.pid}] Successfully activated service '${name}'`);
  };
  machine
    .daemon('rtkit-daemon')
    .syslog(`Successfully made thread ${shell.pid + 3} of process ${shell.pid} owned by '${uid}' RT at priority 20.`);
  activate('org.gnome.evolution.dataserver.Sources5', 'evolution-source-registry.service');
  activate('org.freedesktop.Tracker3.Miner.Files', 'tracker-miner-fs-3.service');
  for (;;) {
    yield rng.exponential((25 * MINUTE) / world.options.scale);
    if (!shell.alive() || world.scheduler.now >= presence.day.leave) return;
    if (!presence.atWork()) continue;
    switch (rng.int(6)) {
      case 0:
        shell.syslog(
          `Window manager warning: last_user_time (${integer(rng, 3e5, 9e7)}) is greater than comparison timestamp (${integer(rng, 3e5, 9e7)}).  This most likely represents a buggy client sending inaccurate timestamps in messages such as _NET_ACTIVE_WINDOW.  Trying to work around...`,
        );
        break;
      case 1:
        activate('org.freedesktop.FileManager1', 'nautilus.service');
        break;
      case 2:
        machine.init('Started Application launched by gnome-shell.');
        break;
      case 3:
        machine.kernel(
          `usb 1-${integer(rng, 1, 6)}: new high-speed USB device number ${integer(rng, 3, 40)} using xhci_hcd`,
        );
        break;
      case 4:
        machine.fork('org.gnome.Evolution.desktop').syslog('Gtk-Message: Failed to load module "canberra-gtk-module"');
        break;
      default:
        activate('org.freedesktop.portal.Desktop', 'xdg-desktop-portal.service');
    }
  }
}
