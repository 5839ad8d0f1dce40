import type { Rng } from '../../util/rng.ts';
import { between, SECOND } from '../chance.ts';
import type { Machine } from '../machine.ts';
import type { Script } from '../scheduler.ts';
import type { World } from '../world.ts';
import { rsyslogStarted } from './rsyslog.ts';
import { serverUnits } from './units.ts';

/** An orderly shutdown and a start: the lines before the network is lost and after logging is back. */
export function* reboot(world: World, rng: Rng, machine: Machine): Script {
  const logind = machine.daemon('systemd-logind');
  logind.auth('System is rebooting.');
  machine.init('Stopping Session Management...');
  for (const { unit } of serverUnits(world, machine)) machine.init(`Stopping ${unit.description}...`);
  machine.init('Stopping Regular background program processing daemon...');
  machine.init('cron.service: Deactivated successfully.');
  machine.init('Stopped Regular background program processing daemon.');
  yield 300 + rng.exponential(800);
  for (const { unit } of serverUnits(world, machine)) {
    machine.init(`${unit.name}.service: Deactivated successfully.`);
    machine.init(`Stopped ${unit.description}.`);
  }
  machine.init('Stopping OpenBSD Secure Shell server...');
  machine.daemon('sshd').auth('Received signal 15; terminating.');
  machine.init('Stopped OpenBSD Secure Shell server.');
  machine.init('Stopping System Logging Service...');
  yield 100 + rng.int(300);
  yield* powerCycle(world, rng, machine, between(rng, 25, 70) * SECOND);
}

/** Goes down at once (a crash, a power cut, the last moment of a shutdown) and starts after `downtime` ms. */
export function* powerCycle(world: World, rng: Rng, machine: Machine, downtime: number): Script {
  machine.powerOff();
  yield downtime;
  yield* powerOn(world, rng, machine);
}

/** The start of a machine that was off. */
function* powerOn(world: World, rng: Rng, machine: Machine): Script {
  machine.powerOn();
  const { networkInterface } = machine.host;
  yield 3000 + rng.int(2500);
  rsyslogStarted(machine, machine.daemon('rsyslogd'));
  let seconds = 0;
  for (const message of kernelMessages(world, rng, networkInterface)) {
    machine.kernel(message, seconds);
    seconds += rng.exponential(0.12);
  }
  machine.init('Finished Load Kernel Modules.');
  machine.init('Mounted Huge Pages File System.');
  machine.init('Finished Remount Root and Kernel File Systems.');
  machine.init('Started Journal Service.');
  machine.init('Finished Create Volatile Files and Directories.');
  machine.init('Reached target Local File Systems.');
  yield 200 + rng.int(900);
  machine.kernel(`${networkInterface}: Link is Up - 1Gbps/Full - flow control rx/tx`);
  machine.kernel(`IPv6: ADDRCONF(NETDEV_CHANGE): ${networkInterface}: link becomes ready`);
  machine.daemon('systemd-networkd').syslog(`${networkInterface}: Gained carrier`);
  machine.init('Reached target Network.');
  machine.init('Reached target System Initialization.');
  machine.init('Started Daily apt download activities.');
  machine.init('Started Daily Cleanup of Temporary Directories.');
  machine.init('Reached target Timer Units.');
  machine.init('Reached target Basic System.');
  machine.init('Started Regular background program processing daemon.');
  const cron = machine.daemon('cron');
  cron.syslog('(CRON) INFO (pidfile fd = 3)');
  cron.syslog('(CRON) INFO (Running @reboot jobs)');
  const logind = machine.daemon('systemd-logind');
  logind.auth('New seat seat0.');
  logind.auth('Watching system buttons on /dev/input/event0 (Power Button)');
  machine.init('Started User Login Management.');
  yield 300 + rng.int(900);
  const sshd = machine.daemon('sshd');
  sshd.auth('Server listening on 0.0.0.0 port 22.');
  sshd.auth('Server listening on :: port 22.');
  machine.init('Started OpenBSD Secure Shell server.');
  for (const { unit, program } of serverUnits(world, machine)) {
    machine.init(`Starting ${unit.description}...`);
    machine.daemon(program);
    yield 100 + rng.exponential(900);
    machine.init(`Started ${unit.description}.`);
  }
  machine.init('Reached target Multi-User System.');
  if (machine.host.role === 'workstation') machine.init('Reached target Graphical Interface.');
  const kernel = between(rng, 2.5, 4.5);
  const user = between(rng, 6, 14);
  machine.init(
    `Startup finished in ${kernel.toFixed(3)}s (kernel) + ${user.toFixed(3)}s (userspace) = ${(kernel + user).toFixed(3)}s.`,
  );
}

// --- internal ---

function kernelMessages(world: World, rng: Rng, networkInterface: string): string[] {
  const { kernel } = world.company;
  const build = Number(kernel.split('-')[1]);
  const free = 3_900_000 + rng.int(90_000);
  return [
    `Linux version ${kernel} (buildd@lcy02-amd64-0${10 + (build % 80)}) (gcc (Ubuntu 11.4.0-1ubuntu1~22.04) 11.4.0, GNU ld (GNU Binutils for Ubuntu) 2.38) #${build + 10}-Ubuntu SMP`,
    `Command line: BOOT_IMAGE=/vmlinuz-${kernel} root=/dev/mapper/vg0-root ro quiet splash`,
    'KERNEL supported cpus:',
    "x86/fpu: Supporting XSAVE feature 0x001: 'x87 floating point registers'",
    'BIOS-provided physical RAM map:',
    'NX (Execute Disable) protection: active',
    'SMBIOS 2.8 present.',
    `tsc: Detected ${(2194 + rng.int(1200)).toFixed(0)}.${rng.int(1000)} MHz processor`,
    `Memory: ${free}K/4193780K available (16393K kernel code, 4379K rwdata, 10824K rodata, 3240K init)`,
    'smpboot: CPU0: Intel(R) Xeon(R) Silver 4210 CPU @ 2.20GHz (family: 0x6, model: 0x55, stepping: 0x7)',
    'PCI: Using configuration type 1 for base access',
    'ACPI: Interpreter enabled',
    'SCSI subsystem initialized',
    'NET: Registered PF_INET protocol family',
    'Freeing unused kernel image (initmem) memory: 3240K',
    'EXT4-fs (dm-0): mounted filesystem with ordered data mode. Opts: (null). Quota mode: none.',
    `${networkInterface}: renamed from eth0`,
    `audit: type=1400 audit(${(world.scheduler.now / SECOND).toFixed(3)}:2): apparmor="STATUS" operation="profile_load" profile="unconfined" name="lsb_release" pid=${300 + rng.int(100)} comm="apparmor_parser"`,
  ];
}
