import type { Rng } from '../../util/rng.ts';
import type { Account } from '../company.ts';
import type { Machine, Process } from '../machine.ts';
import type { Script } from '../scheduler.ts';
import type { World } from '../world.ts';

/** Log-in sessions as systemd-logind and pam_systemd record them. */
export interface LoginSession {
  readonly machine: Machine;
  readonly account: Account;
  readonly number: number;
  /** The program that opened it and will close it. */
  readonly process: Process;
  /** PAM service name, such as `sshd`. */
  readonly service: string;
}

/** Opens a session: PAM, logind, and the user's own systemd if it is the first one. */
export function openSession(
  machine: Machine,
  rng: Rng,
  account: Account,
  process: Process,
  service: string,
): LoginSession {
  process.auth(`pam_unix(${service}:session): session opened for user ${account.name}(uid=${account.uid}) by (uid=0)`);
  const number = machine.nextSession();
  const known = machine.sessions.get(account.name);
  if (known === undefined) {
    const manager = machine.fork('systemd');
    machine.sessions.set(account.name, { open: 1, manager });
    startManager(machine, rng, account, manager, number);
  } else {
    known.open++;
    machine.daemon('systemd-logind').auth(`New session ${number} of user ${account.name}.`);
  }
  machine.init(`Started Session ${number} of User ${account.name}.`);
  return { machine, account, number, process, service };
}

/** Closes a session; the user's systemd follows ten seconds after the last one. */
export function closeSession(world: World, rng: Rng, session: LoginSession): void {
  const { machine, account, number, process } = session;
  if (!process.alive()) return;
  process.auth(`pam_unix(${session.service}:session): session closed for user ${account.name}`);
  const logind = machine.daemon('systemd-logind');
  machine.init(`session-${number}.scope: Deactivated successfully.`);
  logind.auth(`Session ${number} logged out. Waiting for processes to exit.`);
  logind.auth(`Removed session ${number}.`);
  const sessions = machine.sessions.get(account.name);
  if (sessions === undefined) return;
  sessions.open--;
  if (sessions.open === 0) world.scheduler.spawn(stopManagerLater(machine, rng, account, sessions.manager));
}

// --- internal ---

function startManager(machine: Machine, rng: Rng, account: Account, manager: Process, session: number): void {
  machine.init(`Created slice User Slice of UID ${account.uid}.`);
  machine.init(`Starting User Runtime Directory /run/user/${account.uid}...`);
  machine.daemon('systemd-logind').auth(`New session ${session} of user ${account.name}.`);
  machine.init(`Finished User Runtime Directory /run/user/${account.uid}.`);
  machine.init(`Starting User Manager for UID ${account.uid}...`);
  machine.auth(
    'systemd',
    `pam_unix(systemd-user:session): session opened for user ${account.name}(uid=${account.uid}) by (uid=0)`,
  );
  manager.syslog('Queued start job for default target Main User Target.');
  manager.syslog('Created slice User Application Slice.');
  manager.syslog('Reached target Paths.');
  manager.syslog('Reached target Timers.');
  manager.syslog('Starting D-Bus User Message Bus Socket...');
  manager.syslog('Listening on GnuPG cryptographic agent and passphrase cache.');
  manager.syslog('Listening on debconf communication socket.');
  manager.syslog('Listening on D-Bus User Message Bus Socket.');
  manager.syslog('Reached target Sockets.');
  manager.syslog('Reached target Basic System.');
  manager.syslog('Reached target Main User Target.');
  manager.syslog(`Startup finished in ${50 + rng.int(130)}ms.`);
  machine.init(`Started User Manager for UID ${account.uid}.`);
}

function* stopManagerLater(machine: Machine, rng: Rng, account: Account, manager: Process): Script {
  yield 10_000 + rng.exponential(150);
  const sessions = machine.sessions.get(account.name);
  if (!manager.alive() || sessions === undefined || sessions.open > 0 || sessions.manager !== manager) return;
  machine.sessions.delete(account.name);
  machine.init(`Stopping User Manager for UID ${account.uid}...`);
  manager.syslog('Stopped target Main User Target.');
  manager.syslog('Stopped target Basic System.');
  manager.syslog('Stopped target Paths.');
  manager.syslog('Stopped target Sockets.');
  manager.syslog('Stopped target Timers.');
  manager.syslog('Closed D-Bus User Message Bus Socket.');
  manager.syslog('Removed slice User Application Slice.');
  manager.syslog('Reached target Shutdown.');
  manager.syslog('Finished Exit the Session.');
  manager.syslog('Reached target Exit the Session.');
  machine.init(`user@${account.uid}.service: Deactivated successfully.`);
  machine.init(`Stopped User Manager for UID ${account.uid}.`);
  machine.init(`Stopping User Runtime Directory /run/user/${account.uid}...`);
  machine.init(`run-user-${account.uid}.mount: Deactivated successfully.`);
  machine.init(`user-runtime-dir@${account.uid}.service: Deactivated successfully.`);
  machine.init(`Stopped User Runtime Directory /run/user/${account.uid}.`);
  machine.init(`Removed slice User Slice of UID ${account.uid}.`);
}
