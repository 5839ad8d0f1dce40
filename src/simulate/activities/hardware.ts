import type { Rng } from '../../util/rng.ts';
import { between, chance, HOUR, integer, MINUTE } from '../chance.ts';
import type { Machine } from '../machine.ts';
import type { Script } from '../scheduler.ts';
import { arrivals } from '../world.ts';
import type { Activity } from './activity.ts';

/** Remarks of kernels, disks and sensors that mean nothing. */
export const hardware: Activity = {
  name: 'hardware',
  start: (world) => {
    for (const machine of world.machines) {
      const rng = world.random(`hardware ${machine.name}`);
      const { role } = machine.host;
      if (role === 'file' || role === 'database') world.scheduler.spawn(smart(rng, machine));
      const perHour = (role === 'workstation' ? 0.15 : 0.3) * world.options.scale;
      world.scheduler.spawn(
        arrivals(
          world,
          rng,
          perHour,
          () => perHour,
          () => remark(rng, machine),
        ),
      );
    }
  },
};

// --- internal ---

/** smartd looks every half hour and tells when a temperature changed. */
function* smart(rng: Rng, machine: Machine): Script {
  const disks = ['/dev/sda [SAT]', '/dev/sdb [SAT]'].map((name) => ({ name, temperature: integer(rng, 62, 70) }));
  yield between(rng, 0, 30) * MINUTE;
  for (;;) {
    for (const disk of disks) {
      const next = Math.min(74, Math.max(58, disk.temperature + integer(rng, -1, 1)));
      if (next === disk.temperature || !machine.up) continue;
      machine
        .daemon('smartd')
        .syslog(
          `Device: ${disk.name}, SMART Usage Attribute: 194 Temperature_Celsius changed from ${disk.temperature} to ${next}`,
        );
      disk.temperature = next;
    }
    yield HOUR / 2;
  }
}

function remark(rng: Rng, machine: Machine): void {
  if (!machine.up) return;
  switch (rng.int(6)) {
    case 0:
      machine.kernel(
        `perf: interrupt took too long (${integer(rng, 2500, 9000)} > ${integer(rng, 2500, 9000)}), lowering kernel.perf_event_max_sample_rate to ${integer(rng, 20, 79) * 1000}`,
      );
      return;
    case 1:
      machine.kernel(
        'TCP: request_sock_TCP: Possible SYN flooding on port 443. Sending cookies.  Check SNMP counters.',
      );
      return;
    case 2:
      machine
        .daemon('systemd-resolved')
        .syslog('Using degraded feature set TCP instead of UDP for DNS server 127.0.0.1.');
      return;
    case 3:
      machine.daemon('systemd-resolved').syslog('Clock change detected. Flushing caches.');
      return;
    case 4:
      machine.daemon('multipathd').syslog('sda: add missing path');
      if (chance(rng, 0.7)) machine.daemon('multipathd').syslog('sda: failed to get udev uid: Invalid argument');
      return;
    default:
      machine.daemon('systemd-networkd').syslog(`${machine.host.networkInterface}: DHCPv6 lease lost`);
  }
}
