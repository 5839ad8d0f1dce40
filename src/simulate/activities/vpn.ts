import type { Rng } from '../../util/rng.ts';
import { around, chance, HOUR, integer, MINUTE, SECOND } from '../chance.ts';
import type { User } from '../company.ts';
import type { Script } from '../scheduler.ts';
import type { World } from '../world.ts';

/** A day in the VPN (OpenVPN 2.5): handshake, hourly renegotiation, leaving; clients come back when the service restarts. Ends by `leave`, epoch ms. */
export function* vpnSession(world: World, rng: Rng, user: User, leave: number): Script {
  const machine = world.server('gateway');
  if (!machine.up) return;
  const port = integer(rng, 1100, 65000);
  const from = `${user.homeAddress}:${port}`;
  const say = (message: string): void => {
    if (machine.up) machine.daemon('ovpn-server').syslog(message);
  };
  const verify = (peer: string): void => {
    say(`${peer} VERIFY OK: depth=1, CN=${world.company.domain} CA`);
    say(`${peer} VERIFY OK: depth=0, CN=${user.name}`);
  };
  const channel = (peer: string): void => {
    say(`${peer} Outgoing Data Channel: Cipher 'AES-256-GCM' initialized with 256 bit key`);
    say(`${peer} Incoming Data Channel: Cipher 'AES-256-GCM' initialized with 256 bit key`);
    say(
      `${peer} Control Channel: TLSv1.3, cipher TLSv1.3 TLS_AES_256_GCM_SHA384, peer certificate: 2048 bit RSA, signature: RSA-SHA256`,
    );
  };
  say(`${from} TLS: Initial packet from [AF_INET]${from}, sid=${hex(rng)} ${hex(rng)}`);
  yield around(rng, 400);
  verify(from);
  say(`${from} peer info: IV_VER=2.${integer(rng, 4, 5)}.${integer(rng, 1, 9)}`);
  say(`${from} peer info: IV_PLAT=${user.role === 'office' ? 'win' : 'linux'}`);
  if (chance(rng, user.typos)) {
    say(`${from} PLUGIN_CALL: POST /usr/lib/openvpn/openvpn-plugin-auth-pam.so/PLUGIN_AUTH_USER_PASS_VERIFY status=1`);
    say(`${from} TLS Auth Error: Auth Username/Password verification failed for peer`);
    yield around(rng, 12 * SECOND);
  }
  say(`${from} PLUGIN_CALL: POST /usr/lib/openvpn/openvpn-plugin-auth-pam.so/PLUGIN_AUTH_USER_PASS_VERIFY status=0`);
  say(`${from} TLS: Username/Password authentication succeeded for username '${user.name}'`);
  channel(from);
  say(`${from} [${user.name}] Peer Connection Initiated with [AF_INET]${from}`);
  const peer = `${user.name}/${from}`;
  say(`${peer} MULTI_sva: pool returned IPv4=${user.vpnAddress}, IPv6=(Not enabled)`);
  say(`${peer} MULTI: Learn: ${user.vpnAddress} -> ${peer}`);
  say(
    `${peer} SENT CONTROL [${user.name}]: 'PUSH_REPLY,route ${world.company.network}.0.0 255.255.0.0,topology net30,ping 10,ping-restart 120,ifconfig ${user.vpnAddress} ${remoteEnd(user.vpnAddress)},peer-id ${rng.int(8)},cipher AES-256-GCM' (status=1)`,
  );
  const process = machine.daemon('ovpn-server');
  let renegotiation = world.scheduler.now + HOUR;
  while (world.scheduler.now < leave) {
    yield Math.min(MINUTE, leave - world.scheduler.now);
    if (machine.daemon('ovpn-server') !== process) return yield* vpnSession(world, rng, user, leave);
    if (world.scheduler.now < renegotiation) continue;
    renegotiation += HOUR - rng.int(4000);
    say(
      `${peer} TLS: soft reset sec=3600/3600 bytes=${Math.round(around(rng, 4e7, 1.5))}/-1 pkts=${Math.round(around(rng, 5e4, 1))}/0`,
    );
    verify(peer);
    channel(peer);
  }
  if (chance(rng, 0.6)) {
    say(`${peer} SIGTERM[soft,remote-exit] received, client-instance exiting`);
    return;
  }
  yield 120 * SECOND;
  say(`${peer} [${user.name}] Inactivity timeout (--ping-restart), restarting`);
  say(`${peer} SIGUSR1[soft,ping-restart] received, client-instance restarting`);
}

// --- internal ---

function hex(rng: Rng): string {
  return rng
    .int(2 ** 32)
    .toString(16)
    .padStart(8, '0');
}

/** The other end of a point-to-point pair: the address before. */
function remoteEnd(address: string): string {
  const octets = address.split('.');
  return [...octets.slice(0, 3), Number(octets[3]) - 1].join('.');
}
