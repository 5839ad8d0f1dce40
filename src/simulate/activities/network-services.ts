import type { Rng } from '../../util/rng.ts';
import { publicAddress } from '../addresses.ts';
import { businessLevel } from '../calendar.ts';
import { between, chance, HOUR, hexadecimal, integer, MINUTE, SECOND } from '../chance.ts';
import type { Machine } from '../machine.ts';
import { COMPANY_FIRST, COMPANY_SECOND } from '../names.ts';
import type { Script } from '../scheduler.ts';
import { arrivals, type World } from '../world.ts';
import type { Activity } from './activity.ts';

/** Leases, name resolution and clocks. */
export const networkServices: Activity = {
  name: 'network-services',
  start: (world) => {
    for (const machine of world.workstations) {
      world.scheduler.spawn(renewals(world, world.random(`dhcp ${machine.name}`), machine));
    }
    const rng = world.random('name server');
    const peak = 7 * world.options.scale;
    const gateway = world.server('gateway');
    world.scheduler.spawn(
      arrivals(
        world,
        rng,
        peak,
        (time) => peak * (0.3 + 0.7 * businessLevel(time)),
        () => nameServerRemark(rng, gateway),
      ),
    );
    for (const machine of world.machines) world.scheduler.spawn(clock(world.random(`clock ${machine.name}`), machine));
  },
};

/** The gateway gives or renews a lease. */
export function lease(world: World, address: string, hardware: string, name: string): void {
  const gateway = world.server('gateway');
  const { networkInterface } = gateway.host;
  if (!gateway.up) return;
  const dhcpd = gateway.daemon('dhcpd');
  dhcpd.syslog(`DHCPREQUEST for ${address} from ${hardware} (${name}) via ${networkInterface}`);
  dhcpd.syslog(`DHCPACK on ${address} to ${hardware} (${name}) via ${networkInterface}`);
}

// --- internal ---

function* renewals(world: World, rng: Rng, machine: Machine): Script {
  yield between(rng, 0, HOUR);
  const { address, hardwareAddress, networkInterface } = machine.host;
  const server = world.server('gateway').host.address;
  for (;;) {
    if (machine.up) {
      const dhclient = machine.daemon('dhclient');
      const transaction = hexadecimal(rng, 8);
      dhclient.syslog(`DHCPREQUEST for ${address} on ${networkInterface} to ${server} port 67 (xid=0x${transaction})`);
      lease(world, address, hardwareAddress, machine.name);
      yield 20 + rng.int(60);
      dhclient.syslog(`DHCPACK of ${address} from ${server} (xid=0x${transaction})`);
    }
    const renewal = integer(rng, 1500, 3400);
    if (machine.up) machine.daemon('dhclient').syslog(`bound to ${address} -- renewal in ${renewal} seconds.`);
    yield renewal * SECOND;
  }
}

function nameServerRemark(rng: Rng, gateway: Machine): void {
  if (!gateway.up) return;
  const named = gateway.daemon('named');
  const name = `${rng.pick(['www', 'cdn', 'api', 'mail', 'static', 'img'])}.${rng.pick(COMPANY_FIRST)}${rng.pick(COMPANY_SECOND)}.example`;
  const server = `${publicAddress(rng)}#53`;
  switch (rng.int(5)) {
    case 0:
      named.syslog(`lame server resolving '${name}' (in '${name.slice(name.indexOf('.') + 1)}'?): ${server}`);
      return;
    case 1:
      named.syslog(
        `client @0x7f${hexadecimal(rng, 10)} ${publicAddress(rng)}#${integer(rng, 1024, 65535)} (${rng.pick(['sl', 'isc.org', '.', 'cloudflare.com'])}): query (cache) '${rng.pick(['sl/ANY/IN', 'isc.org/ANY/IN', './NS/IN'])}' denied`,
      );
      return;
    case 2:
      named.syslog(`connection refused resolving '${name}/A/IN': ${server}`);
      return;
    case 3:
      named.syslog(`timed out resolving '${name}/AAAA/IN': ${server}`);
      return;
    default:
      named.syslog(`success resolving '${name}/A' after disabling qname minimization due to 'ncache nxdomain'`);
  }
}

function* clock(rng: Rng, machine: Machine): Script {
  for (;;) {
    yield rng.exponential(14 * HOUR);
    if (!machine.up) continue;
    const server = `${publicAddress(rng)}:123 (${integer(rng, 0, 3)}.ubuntu.pool.ntp.org)`;
    const timesyncd = machine.daemon('systemd-timesyncd');
    if (chance(rng, 0.4)) {
      timesyncd.syslog(`Timed out waiting for reply from ${server}.`);
      yield 10 * SECOND + rng.int(5 * MINUTE);
    }
    if (machine.up) timesyncd.syslog(`Contacted time server ${server}.`);
  }
}
