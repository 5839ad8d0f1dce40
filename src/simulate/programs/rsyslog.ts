import type { Rng } from '../../util/rng.ts';
import type { Machine, Process } from '../machine.ts';
import type { Script } from '../scheduler.ts';

/** rsyslog 8.2112 on its machine. While it is stopped nothing of the machine reaches the log. */

/** What rsyslog says of itself after log rotation. */
export function rsyslogRotated(machine: Machine): void {
  machine.syslog('rsyslogd', `${origin(machine.daemon('rsyslogd'))} rsyslogd was HUPed`);
}

/** Stops the service, stays silent for `silence` ms, and starts it again. */
export function* rsyslogRestart(machine: Machine, rng: Rng, silence: number): Script {
  machine.init('Stopping System Logging Service...');
  machine.syslog('rsyslogd', `${origin(machine.daemon('rsyslogd'))} exiting on signal 15.`);
  machine.logging = false;
  yield silence + 60 + rng.int(200);
  if (!machine.up) return;
  machine.logging = true;
  machine.init('rsyslog.service: Deactivated successfully.');
  machine.init('Stopped System Logging Service.');
  machine.init('Starting System Logging Service...');
  rsyslogStarted(machine, machine.restartDaemon('rsyslogd'));
  machine.init('Started System Logging Service.');
}

/** The lines of a fresh daemon. */
export function rsyslogStarted(machine: Machine, process: Process): void {
  machine.syslog(
    'rsyslogd',
    "imuxsock: Acquired UNIX socket '/run/systemd/journal/syslog' (fd 3) from systemd.  [v8.2112.0]",
  );
  machine.syslog('rsyslogd', "rsyslogd's groupid changed to 113");
  machine.syslog('rsyslogd', "rsyslogd's userid changed to 107");
  machine.syslog('rsyslogd', `${origin(process)} start`);
}

// --- internal ---

function origin(process: Process): string {
  return `[origin software="rsyslogd" swVersion="8.2112.0" x-pid="${process.pid}" x-info="https://www.rsyslog.com"]`;
}
