import type { Rng } from '../../util/rng.ts';
import { ephemeralPort } from '../addresses.ts';
import { integer } from '../chance.ts';
import type { Machine } from '../machine.ts';

/** What all packets of one sender have in common. */
export interface PacketShape {
  readonly from: string;
  readonly port: number;
  readonly ttl: number;
  readonly length: number;
  readonly window: number;
}

export function packetShape(rng: Rng, from: string): PacketShape {
  return {
    from,
    port: ephemeralPort(rng),
    ttl: rng.pick([46, 50, 52, 113, 117, 238, 243]) + integer(rng, -4, 4),
    ...rng.pick([
      { length: 40, window: 1024 },
      { length: 40, window: 65535 },
      { length: 44, window: 1024 },
      { length: 60, window: 64240 },
      { length: 60, window: 29200 },
    ]),
  };
}

/** A connection that UFW drops, as the kernel logs it; to a port that nobody should ask for unless `port` is given. */
export function firewallBlock(rng: Rng, machine: Machine, packet: PacketShape, port?: number): void {
  const { host } = machine;
  const hardware = `${host.hardwareAddress}:${host.router}:08:00`;
  const destination = port ?? rng.pick(SCANNED_PORTS);
  machine.kernel(
    `[UFW BLOCK] IN=${host.networkInterface} OUT= MAC=${hardware} SRC=${packet.from} DST=${host.publicAddress ?? host.address} LEN=${packet.length} TOS=0x00 PREC=0x00 TTL=${packet.ttl} ID=${rng.int(65536)} PROTO=TCP SPT=${packet.port} DPT=${destination} WINDOW=${packet.window} RES=0x00 SYN URGP=0 `,
  );
}

// --- internal ---

const SCANNED_PORTS = [
  23, 23, 445, 3389, 8080, 8443, 5900, 1433, 3306, 5432, 6379, 2375, 9200, 27017, 81, 8728, 5060, 2323, 21, 111, 139,
  5555, 7001, 8888, 60001, 37215, 11211, 2222,
];
